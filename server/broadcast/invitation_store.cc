#include "server/broadcast/invitation_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/invitation_file.h"
#include "server/identity/signed.h"
#include "server/storage/races.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

// A signed content with everything at its limit is smaller.
constexpr size_t kMaxRequestBytes = 160'000;
// How many invitations of one partner are kept.
constexpr size_t kMaxReceived = 2000;

void SetTime(absl::Time time, google::protobuf::Timestamp* timestamp) {
  const int64_t ms = absl::ToUnixMillis(time);
  timestamp->set_seconds(ms / 1000);
  timestamp->set_nanos(static_cast<int32_t>(ms % 1000) * 1'000'000);
}

std::string Prefix(const NodeId& issuer) {
  return absl::StrCat("nodes/", ToText(issuer), "/invitations/");
}

// Whether a row is an invitation, and not one of its broadcasts or replies.
bool IsInvitation(absl::string_view name) {
  constexpr absl::string_view kCollection = "/invitations/";
  const size_t at = name.find(kCollection);
  return at != absl::string_view::npos &&
         !absl::StrContains(name.substr(at + kCollection.size()), '/');
}

absl::Status NoSuch(absl::string_view name) {
  return NotFound("NO_SUCH_INVITATION", absl::StrCat("there is no invitation ", name, " here"),
                  "see `maillage invitation list`");
}

absl::StatusOr<KeptInvitation> Parse(absl::string_view name, absl::string_view row) {
  KeptInvitation kept;
  kept.name = std::string(name);
  kept.row = std::string(row);
  if (!kept.stored.ParseFromArray(row.data(), static_cast<int>(row.size())) ||
      !kept.content.ParseFromString(kept.stored.content().payload()) ||
      !NodeId::FromBytes(kept.content.issuer(), &kept.issuer)) {
    return DataLoss("BAD_ROW", absl::StrCat("invitation ", name, " cannot be read"),
                    "restore from a backup");
  }
  return kept;
}

bool HasOrganiser(const v1::InvitationContent& content, const NodeId& node) {
  return std::any_of(
      content.organisers().begin(), content.organisers().end(),
      [&node](const v1::Organiser& organiser) { return organiser.node() == node.bytes(); });
}

void AddSignature(const NodeId& node, const v1::Signed& cosignature, absl::Time now,
                  KeptInvitation* kept) {
  v1::StoredCosignature* one = kept->stored.add_cosignatures();
  one->set_node(std::string(node.bytes()));
  *one->mutable_cosignature() = cosignature;
  SetTime(now, one->mutable_time());
}

void AddOwnSignature(const identity::Self& self, absl::Time now, KeptInvitation* kept) {
  v1::Cosignature signature;
  signature.set_issuer(kept->content.issuer());
  signature.set_reference(kept->content.reference());
  signature.set_content_hash(ContentHash(kept->stored.content().payload()));
  signature.set_signer(std::string(self.node().bytes()));
  AddSignature(self.node(), identity::SignMessage(signature, self.signer()), now, kept);
}

bool SameButSequence(const v1::InvitationContent& a, v1::InvitationContent b) {
  b.set_sequence(a.sequence());
  return a.SerializeAsString() == b.SerializeAsString();
}

}  // namespace

bool KeptInvitation::SignedBy(const NodeId& node) const {
  if (node == issuer) return true;  // checked before it was stored
  return std::any_of(
      stored.cosignatures().begin(), stored.cosignatures().end(),
      [&node](const v1::StoredCosignature& one) { return one.node() == node.bytes(); });
}

bool KeptInvitation::SignedByAll() const {
  for (int i = 0; i < content.organisers_size(); ++i) {
    const std::string& node = content.organisers(i).node();
    const bool is_signed = node.empty() ? AttestationOf(i) != nullptr : SignedBy(NodeId(node));
    if (!is_signed) return false;
  }
  return true;
}

const v1::StoredAttestation* KeptInvitation::AttestationOf(int organiser) const {
  for (const v1::StoredAttestation& one : stored.attestations()) {
    v1::Attestation attestation;  // checked before it was stored
    if (attestation.ParseFromString(one.attestation().payload()) &&
        attestation.organiser() == static_cast<uint32_t>(organiser)) {
      return &one;
    }
  }
  return nullptr;
}

storage::Precondition KeptInvitation::Unchanged() const {
  return {Family::kObjects, name, row.empty() ? std::nullopt : std::optional<std::string>(row)};
}

absl::StatusOr<KeptInvitation> InvitationStore::Commit(
    absl::FunctionRef<absl::StatusOr<KeptInvitation>(storage::Transaction*)> build) const {
  return storage::RetryRaces([&]() -> absl::StatusOr<KeptInvitation> {
    storage::Transaction transaction;
    ASSIGN_OR_RETURN(KeptInvitation kept, build(&transaction));
    RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
    return kept;
  });
}

absl::StatusOr<v1::InvitationContent> InvitationStore::ParseFile(absl::string_view file) const {
  const auto resolve = [this](absl::string_view alias) -> absl::StatusOr<NodeId> {
    if (alias == parts_.self->alias() || alias == ToText(parts_.self->node())) {
      return parts_.self->node();
    }
    ASSIGN_OR_RETURN(const identity::PartnerPtr partner, parts_.partners->Find(alias));
    return partner->node;
  };
  ASSIGN_OR_RETURN(InvitationFile parsed,
                   ParseInvitationFile(file, parts_.self->node(), resolve, parts_.clock->Now()));
  const auto filter = parts_.directory->ParseFilter(parsed.content.audience_filter());
  if (!filter.ok()) return Annotate(filter.status(), "audience");
  parsed.content.set_audience_filter(filter->ToString());
  return std::move(parsed.content);
}

absl::StatusOr<KeptInvitation> InvitationStore::Create(absl::string_view file,
                                                       absl::string_view who) const {
  ASSIGN_OR_RETURN(const v1::InvitationContent content, ParseFile(file));
  return Commit([&](storage::Transaction* transaction) -> absl::StatusOr<KeptInvitation> {
    ASSIGN_OR_RETURN(KeptInvitation kept, Draft(content, who, transaction));
    RETURN_IF_ERROR(AskCosigners(kept, transaction));
    return kept;
  });
}

absl::StatusOr<KeptInvitation> InvitationStore::Draft(v1::InvitationContent content,
                                                      absl::string_view who,
                                                      storage::Transaction* transaction) const {
  KeptInvitation kept;
  kept.name = InvitationName(parts_.self->node(), content.reference());
  kept.issuer = parts_.self->node();
  SetTime(parts_.clock->Now(), kept.stored.mutable_create_time());
  ASSIGN_OR_RETURN(const std::optional<KeptInvitation> old, Read(kept.name));
  if (old.has_value()) {
    if (SameButSequence(old->content, content)) return *old;
    ASSIGN_OR_RETURN(const bool sent, HasBroadcast(old->name));
    if (sent) {
      return FailedPrecondition(
          "ALREADY_SENT", absl::StrCat("invitation ", content.reference(), " was sent already"),
          "change it with `maillage invitation revise`, or give the new text a reference of its "
          "own");
    }
    transaction->preconditions.push_back(
        {Family::kObjects, JobName(old->name, old->content.sequence()), std::nullopt});
    kept.row = old->row;
    content.set_sequence(old->content.sequence() + 1);
    *kept.stored.mutable_create_time() = old->stored.create_time();
  }
  *kept.stored.mutable_content() = identity::SignMessage(content, parts_.self->signer());
  kept.content = std::move(content);
  Write(kept, "create", who, transaction);
  return kept;
}

absl::Status InvitationStore::AskCosigners(const KeptInvitation& kept,
                                           storage::Transaction* transaction) const {
  v1::LinkMessage message;
  *message.mutable_cosign_request() = kept.stored.content();
  for (const v1::Organiser& organiser : kept.content.organisers()) {
    if (organiser.node().empty() || kept.SignedBy(NodeId(organiser.node()))) continue;
    RETURN_IF_ERROR(parts_.add_to_link(NodeId(organiser.node()), message, transaction));
  }
  return absl::OkStatus();
}

absl::StatusOr<KeptInvitation> InvitationStore::Find(absl::string_view name) const {
  std::vector<std::string> candidates;
  if (absl::StrContains(name, "/")) {
    candidates.emplace_back(name);
  } else {
    candidates.push_back(InvitationName(parts_.self->node(), name));
    for (const identity::PartnerPtr& partner : parts_.partners->List()) {
      candidates.push_back(InvitationName(partner->node, name));
    }
  }
  std::vector<KeptInvitation> found;
  for (const std::string& candidate : candidates) {
    if (absl::StrContains(candidate, "/broadcasts/")) continue;
    ASSIGN_OR_RETURN(std::optional<KeptInvitation> kept, Read(candidate));
    if (kept.has_value()) found.push_back(*std::move(kept));
  }
  if (found.empty()) return NoSuch(name);
  if (found.size() == 1) return found.front();
  const auto append = [](std::string* out, const KeptInvitation& kept) { out->append(kept.name); };
  return InvalidArgument("AMBIGUOUS_NAME", absl::StrCat("several invitations are called ", name),
                         absl::StrCat("write one of ", absl::StrJoin(found, ", ", append)));
}

absl::StatusOr<std::vector<KeptInvitation>> InvitationStore::All() const {
  std::vector<KeptInvitation> all;
  RETURN_IF_ERROR(ReadAllOf(parts_.self->node(), &all));
  for (const identity::PartnerPtr& partner : parts_.partners->List()) {
    RETURN_IF_ERROR(ReadAllOf(partner->node, &all));
  }
  std::stable_sort(all.begin(), all.end(), [](const KeptInvitation& a, const KeptInvitation& b) {
    const auto key = [](const KeptInvitation& kept) {
      const auto& time = kept.stored.create_time();
      return std::make_pair(time.seconds(), time.nanos());
    };
    return key(a) > key(b);
  });
  return all;
}

absl::StatusOr<KeptInvitation> InvitationStore::Cosign(absl::string_view name,
                                                       absl::string_view who) const {
  return Commit([&](storage::Transaction* transaction) -> absl::StatusOr<KeptInvitation> {
    ASSIGN_OR_RETURN(KeptInvitation kept, Find(name));
    if (kept.issuer == parts_.self->node()) {
      return FailedPrecondition("OWN_INVITATION", "this node issued the invitation",
                                "its partners co-sign it on their nodes");
    }
    if (!kept.SignedBy(parts_.self->node())) {
      AddOwnSignature(*parts_.self, parts_.clock->Now(), &kept);
      Write(kept, "cosign", who, transaction);
    }
    RETURN_IF_ERROR(Answer(kept, transaction));
    return kept;
  });
}

absl::Status InvitationStore::Answer(const KeptInvitation& kept,
                                     storage::Transaction* transaction) const {
  for (const v1::StoredCosignature& one : kept.stored.cosignatures()) {
    if (one.node() != parts_.self->node().bytes()) continue;
    v1::LinkMessage message;
    *message.mutable_cosignature() = one.cosignature();
    RETURN_IF_ERROR(parts_.add_to_link(kept.issuer, message, transaction));
  }
  return absl::OkStatus();
}

absl::Status InvitationStore::Receive(const NodeId& from, const v1::LinkMessage& message,
                                      storage::Transaction* transaction) const {
  const identity::PartnerPtr partner = parts_.partners->Get(from);
  if (partner == nullptr) {
    return NotFound("NO_SUCH_PARTNER", absl::StrCat(ToText(from), " is no partner"));
  }
  switch (message.body_case()) {
    case v1::LinkMessage::kCosignRequest:
      return ReceiveRequest(*partner, message.cosign_request(), transaction);
    case v1::LinkMessage::kCosignature:
      return ReceiveCosignature(*partner, message.cosignature(), transaction);
    default:
      break;
  }
  return InvalidArgument("UNKNOWN_MESSAGE", "the message is of a kind this version does not know",
                         "bring this node up to date");
}

absl::Status InvitationStore::CheckRequest(const identity::Partner& from,
                                           const v1::InvitationContent& content) const {
  if (const std::optional<FieldProblem> problem = CheckContent(content)) {
    return InvalidArgument("BAD_INVITATION", absl::StrCat(problem->field, " ", problem->what));
  }
  if (content.issuer() != from.node.bytes()) {
    return InvalidArgument("NOT_ISSUER", "the invitation names another issuer than its sender");
  }
  if (!HasOrganiser(content, parts_.self->node())) {
    return InvalidArgument("NOT_ORGANISER", "this node is not among the organisers");
  }
  return absl::OkStatus();
}

absl::Status InvitationStore::ReceiveRequest(const identity::Partner& from,
                                             const v1::Signed& request,
                                             storage::Transaction* transaction) const {
  if (request.payload().size() > kMaxRequestBytes) {
    return InvalidArgument("TOO_LARGE", "the invitation is larger than any may be");
  }
  KeptInvitation kept;
  ASSIGN_OR_RETURN(kept.content,
                   identity::OpenSigned<v1::InvitationContent>(request, from.signing_keys));
  RETURN_IF_ERROR(CheckRequest(from, kept.content));
  kept.name = InvitationName(from.node, kept.content.reference());
  ASSIGN_OR_RETURN(const std::optional<KeptInvitation> old, Read(kept.name));
  if (old.has_value()) {
    // Asked again: the answer may have been lost.
    if (old->stored.content().payload() == request.payload()) return Answer(*old, transaction);
    if (kept.content.sequence() <= old->content.sequence()) return absl::OkStatus();
    kept.row = old->row;
  } else {
    RETURN_IF_ERROR(CheckRoom(from.node));
  }
  SetTime(parts_.clock->Now(), kept.stored.mutable_create_time());
  *kept.stored.mutable_content() = request;
  Write(kept, "receive", absl::StrCat("partners/", ToText(from.node)), transaction);
  return absl::OkStatus();
}

absl::Status InvitationStore::ReceiveCosignature(const identity::Partner& from,
                                                 const v1::Signed& signature,
                                                 storage::Transaction* transaction) const {
  ASSIGN_OR_RETURN(const v1::Cosignature cosignature,
                   identity::OpenSigned<v1::Cosignature>(signature, from.signing_keys));
  if (cosignature.signer() != from.node.bytes() ||
      cosignature.issuer() != parts_.self->node().bytes()) {
    return InvalidArgument("NOT_SIGNER", "the cosignature is not of its sender, or not for here");
  }
  // A reference with a slash would name something else.
  const bool plain = !absl::StrContains(cosignature.reference(), "/");
  ASSIGN_OR_RETURN(std::optional<KeptInvitation> kept,
                   Read(plain ? InvitationName(parts_.self->node(), cosignature.reference()) : ""));
  if (!kept.has_value()) {
    return InvalidArgument("NO_SUCH_INVITATION",
                           "the cosignature is on no invitation of this node");
  }
  if (!HasOrganiser(kept->content, from.node)) {
    return InvalidArgument("NOT_ORGANISER", "the signer is not among the organisers");
  }
  // On a text that has changed since it says nothing; the new one was sent too.
  const bool present = cosignature.content_hash() == ContentHash(kept->stored.content().payload());
  if (!present || kept->SignedBy(from.node)) return absl::OkStatus();
  AddSignature(from.node, signature, parts_.clock->Now(), &*kept);
  Write(*kept, "cosign", absl::StrCat("partners/", ToText(from.node)), transaction);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<KeptInvitation>> InvitationStore::Read(const std::string& name) const {
  ASSIGN_OR_RETURN(const auto row, parts_.database->latest().Get(Family::kObjects, name));
  if (!row.has_value() || !IsInvitation(name)) return std::nullopt;
  ASSIGN_OR_RETURN(KeptInvitation kept, Parse(name, *row));
  return kept;
}

absl::Status InvitationStore::ReadAllOf(const NodeId& issuer,
                                        std::vector<KeptInvitation>* all) const {
  absl::Status status;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kObjects, Prefix(issuer), [&](absl::string_view name, absl::string_view row) {
        if (!IsInvitation(name)) return true;
        absl::StatusOr<KeptInvitation> kept = Parse(name, row);
        status = kept.status();
        if (kept.ok()) all->push_back(*std::move(kept));
        return status.ok();
      }));
  return status;
}

void InvitationStore::Write(const KeptInvitation& kept, absl::string_view verb,
                            absl::string_view who, storage::Transaction* transaction) const {
  transaction->preconditions.push_back(kept.Unchanged());
  transaction->writes.Put(Family::kObjects, kept.name, kept.stored.SerializeAsString());
  transaction->who = std::string(who);
  transaction->what = absl::StrCat(verb, " ", kept.name);
}

std::string InvitationStore::JobName(const std::string& invitation,
                                     const absl::AlphaNum& sequence) {
  return absl::StrCat(invitation, "/broadcasts/", sequence);
}

absl::Status InvitationStore::CheckRoom(const NodeId& issuer) const {
  size_t others = 0;  // rows, not parsed: together they may be large
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kObjects, Prefix(issuer), [&](absl::string_view name, absl::string_view) {
        if (IsInvitation(name)) ++others;
        return others < kMaxReceived;
      }));
  if (others < kMaxReceived) return absl::OkStatus();
  return InvalidArgument("TOO_MANY", "this partner has sent too many invitations");
}

}  // namespace maillage::broadcast
