#include "server/sharing/projection.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"

namespace maillage::sharing {
namespace {

void CopyCard(const v1::Actor& from, v1::Actor* to) {
  to->set_kind(from.kind());
  if (from.has_person_name()) *to->mutable_person_name() = from.person_name();
  to->set_organisation_name(from.organisation_name());
  to->set_acronym(from.acronym());
  to->set_organisation_type(from.organisation_type());
  *to->mutable_categories() = from.categories();
  *to->mutable_memberships() = from.memberships();
  for (v1::Membership& membership : *to->mutable_memberships()) membership.clear_register_();
  *to->mutable_territories() = from.territories();
  *to->mutable_themes() = from.themes();
  to->set_legal_basis(from.legal_basis());
  to->set_source(from.source());
  to->set_restricted(from.restricted());
  if (from.has_retain_until()) *to->mutable_retain_until() = from.retain_until();
  to->set_revision(from.revision());
}

bool IsShown(const v1::ContactPoint& contact, v1::View view) {
  if (view >= v1::VIEW_FULL) return true;
  return view == v1::VIEW_PROFESSIONAL && contact.scope() == v1::CONTACT_SCOPE_WORK;
}

std::string Serialise(const v1::Actor& actor) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    actor.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace

std::string Project(const v1::Actor& actor, v1::View view) {
  v1::Actor shown;
  CopyCard(actor, &shown);
  for (const v1::ContactPoint& contact : actor.contact_points()) {
    if (IsShown(contact, view)) *shown.add_contact_points() = contact;
  }
  if (view >= v1::VIEW_FULL || actor.kind() == v1::ACTOR_KIND_ORGANISATION) {
    *shown.mutable_identifiers() = actor.identifiers();
  }
  return Serialise(shown);
}

absl::Status CheckSize(const v1::Actor& actor) {
  const size_t size = actor.ByteSizeLong();
  if (size <= kMaxPayloadBytes) return absl::OkStatus();
  return InvalidArgument(
      "RECORD_TOO_LARGE",
      absl::StrCat("the record has ", size, " bytes; at most ", kMaxPayloadBytes, " are kept"),
      "shorten its notes or move them elsewhere");
}

}  // namespace maillage::sharing
