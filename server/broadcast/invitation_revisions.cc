// Revisions of an invitation, and what officers attest: how what was said is changed.
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/invitation_store.h"
#include "server/broadcast/invitations.h"
#include "server/identity/signed.h"

namespace maillage::broadcast {
namespace {

void SetTime(absl::Time time, google::protobuf::Timestamp* timestamp) {
  timestamp->set_seconds(absl::ToUnixSeconds(time));
}

absl::Status CheckLine(absl::string_view reason, absl::string_view what, absl::string_view text) {
  if (!absl::StripAsciiWhitespace(text).empty() && text.size() <= kMaxLineBytes &&
      IsCleanText(text, false)) {
    return absl::OkStatus();
  }
  return InvalidArgument(reason, absl::StrCat(what, " is missing, too long or not one line"),
                         absl::StrCat("write it in at most ", kMaxLineBytes, " bytes"));
}

}  // namespace

absl::StatusOr<KeptInvitation> InvitationStore::FindOwn(absl::string_view name) const {
  ASSIGN_OR_RETURN(KeptInvitation kept, Find(name));
  if (kept.issuer != parts_.self->node()) {
    return FailedPrecondition("NOT_ISSUER", "this node did not issue the invitation",
                              "its issuer changes it");
  }
  if (kept.content.cancelled()) {
    return FailedPrecondition("RECALLED", "the invitation was recalled",
                              "invite anew, with a reference of its own");
  }
  return kept;
}

absl::StatusOr<KeptInvitation> InvitationStore::Next(const KeptInvitation& old,
                                                     v1::InvitationContent content,
                                                     absl::string_view verb, absl::string_view who,
                                                     const AddMore& add,
                                                     storage::Transaction* transaction) const {
  KeptInvitation next;
  next.name = old.name;
  next.issuer = old.issuer;
  next.row = old.row;
  content.set_uid(old.content.uid());
  content.set_sequence(old.content.sequence() + 1);
  *next.stored.mutable_content() = identity::SignMessage(content, parts_.self->signer());
  *next.stored.mutable_create_time() = old.stored.create_time();
  next.content = std::move(content);
  Write(next, verb, who, transaction);
  RETURN_IF_ERROR(AskCosigners(next, transaction));
  if (add != nullptr) RETURN_IF_ERROR(add(next, transaction));
  return next;
}

absl::StatusOr<KeptInvitation> InvitationStore::Revise(absl::string_view name,
                                                       absl::string_view file, const AddMore& add,
                                                       absl::string_view who) const {
  ASSIGN_OR_RETURN(const v1::InvitationContent content, ParseFile(file));
  return Commit([&](storage::Transaction* transaction) -> absl::StatusOr<KeptInvitation> {
    ASSIGN_OR_RETURN(const KeptInvitation old, FindOwn(name));
    if (content.reference() != old.content.reference()) {
      return FailedPrecondition("OTHER_REFERENCE",
                                absl::StrCat("the file is of ", content.reference(), ", not of ",
                                             old.content.reference()),
                                "a revision keeps its reference");
    }
    v1::InvitationContent same = content;
    same.set_sequence(old.content.sequence());
    if (same.SerializeAsString() == old.content.SerializeAsString()) {
      RETURN_IF_ERROR(AskCosigners(old, transaction));
      return old;
    }
    return Next(old, content, "revise", who, add, transaction);
  });
}

absl::StatusOr<KeptInvitation> InvitationStore::Recall(absl::string_view name,
                                                       absl::string_view why, const AddMore& add,
                                                       absl::string_view who) const {
  RETURN_IF_ERROR(CheckLine("BAD_WHY", "why", why));
  return Commit([&](storage::Transaction* transaction) -> absl::StatusOr<KeptInvitation> {
    ASSIGN_OR_RETURN(const KeptInvitation old, FindOwn(name));
    v1::InvitationContent content = old.content;
    content.set_cancelled(true);
    content.set_change_note(std::string(why));
    return Next(old, std::move(content), "recall", who, add, transaction);
  });
}

absl::StatusOr<KeptInvitation> InvitationStore::Attest(absl::string_view name,
                                                       absl::string_view organiser,
                                                       absl::string_view proof,
                                                       absl::string_view who) const {
  RETURN_IF_ERROR(CheckLine("NO_PROOF", "the proof", proof));
  return Commit([&](storage::Transaction* transaction) -> absl::StatusOr<KeptInvitation> {
    ASSIGN_OR_RETURN(KeptInvitation kept, Find(name));
    if (kept.issuer != parts_.self->node()) {
      return FailedPrecondition("NOT_ISSUER", "this node did not issue the invitation",
                                "its issuer attests");
    }
    int at = kept.content.organisers_size() - 1;
    while (at >= 0 && (!kept.content.organisers(at).node().empty() ||
                       kept.content.organisers(at).display_name() != organiser)) {
      --at;
    }
    if (at < 0) {
      return NotFound("NO_SUCH_ORGANISER",
                      absl::StrCat("no organiser without a node is called ", organiser),
                      "write its name as it stands in the invitation");
    }
    if (kept.AttestationOf(at) != nullptr) return kept;
    v1::Attestation attestation;
    attestation.set_issuer(kept.content.issuer());
    attestation.set_reference(kept.content.reference());
    attestation.set_content_hash(ContentHash(kept.stored.content().payload()));
    attestation.set_organiser(static_cast<uint32_t>(at));
    v1::StoredAttestation* one = kept.stored.add_attestations();
    *one->mutable_attestation() = identity::SignMessage(attestation, parts_.self->signer());
    one->set_proof(std::string(proof));
    SetTime(parts_.clock->Now(), one->mutable_time());
    Write(kept, "attest", who, transaction);
    return kept;
  });
}

absl::StatusOr<KeptInvitation> InvitationStore::TakeOffered(
    KeptInvitation offered, storage::Transaction* transaction) const {
  ASSIGN_OR_RETURN(const std::optional<KeptInvitation> old, Read(offered.name));
  if (!old.has_value()) {
    RETURN_IF_ERROR(CheckRoom(offered.issuer));
    SetTime(parts_.clock->Now(), offered.stored.mutable_create_time());
  } else {
    const bool same = old->stored.content().payload() == offered.stored.content().payload();
    if (!same && old->content.sequence() == offered.content.sequence()) {
      return InvalidArgument("TWO_TEXTS", "the issuer signed two texts of one revision");
    }
    if (old->content.sequence() > offered.content.sequence()) return *old;
    if (same && old->SignedByAll()) return *old;
    offered.row = old->row;
    *offered.stored.mutable_create_time() = old->stored.create_time();
  }
  Write(offered, "receive", absl::StrCat("partners/", ToText(offered.issuer)), transaction);
  return offered;
}

absl::StatusOr<bool> InvitationStore::HasBroadcast(const std::string& invitation) const {
  bool found = false;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(storage::Family::kObjects,
                                                       JobName(invitation, ""),
                                                       [&](absl::string_view, absl::string_view) {
                                                         found = true;
                                                         return false;
                                                       }));
  return found;
}

absl::StatusOr<v1::Invitation> Invitations::Revise(absl::string_view name, absl::string_view file,
                                                   absl::string_view who) {
  MutexLock send(&send_mutex_);
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Revise(name, file, nullptr, who));
  RETURN_IF_ERROR(jobs_.ReplaceBefore(kept.name, kept.content.sequence(), who));
  return Describe(kept);
}

absl::StatusOr<v1::Invitation> Invitations::Recall(absl::string_view name, absl::string_view why,
                                                   absl::string_view who) {
  MutexLock send(&send_mutex_);
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Recall(name, why, nullptr, who));
  RETURN_IF_ERROR(jobs_.ReplaceBefore(kept.name, kept.content.sequence(), who));
  return Describe(kept);
}

absl::StatusOr<v1::Invitation> Invitations::Attest(absl::string_view name,
                                                   absl::string_view organiser,
                                                   absl::string_view proof, absl::string_view who) {
  ASSIGN_OR_RETURN(const KeptInvitation kept, store_.Attest(name, organiser, proof, who));
  return Describe(kept);
}

}  // namespace maillage::broadcast
