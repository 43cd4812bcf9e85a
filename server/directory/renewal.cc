#include "server/directory/renewal.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/record_values.h"
#include "server/directory/terms.h"
#include "server/directory/territories.h"
#include "server/interchange/fold.h"
#include "server/storage/postings.h"

namespace maillage::directory {
namespace {

// The council that a mandate is of: 54 names of communes are those of several.
std::string BodyOf(const v1::Membership& membership) {
  std::string body =
      absl::StrCat(membership.register_(), "|", interchange::Fold(membership.organisation_name()));
  for (const v1::TerritoryRef& ref : membership.territories()) {
    absl::StrAppend(&body, "|", TerritoryText(ref));
  }
  return body;
}

// Codes of the departements where the body is.
std::vector<std::string> DepartementsOf(const v1::Membership& membership) {
  std::vector<std::string> codes;
  for (const v1::TerritoryRef& ref : membership.territories()) {
    if (ref.level() == v1::TERRITORY_LEVEL_DEPARTEMENT) codes.push_back(ref.code());
    const v1::Territory* territory = Territories::Official().Find(ref.level(), ref.code());
    if (territory == nullptr) continue;
    for (const v1::TerritoryRef& above : territory->ancestors()) {
      if (above.level() == v1::TERRITORY_LEVEL_DEPARTEMENT) codes.push_back(above.code());
    }
  }
  return codes;
}

uint64_t MandateHash(const RecordId& id, const v1::Membership& membership) {
  return absl::HashOf(id.bytes(), BodyOf(membership), KeyOf(membership));
}

bool HasLasting(const v1::Actor& actor) {
  return std::any_of(actor.memberships().begin(), actor.memberships().end(),
                     [](const v1::Membership& membership) { return !membership.has_end(); });
}

}  // namespace

void Renewal::Cover(const v1::Actor& draft) {
  for (const v1::Membership& membership : draft.memberships()) {
    if (membership.register_().empty()) continue;
    registers_.insert(membership.register_());
    bodies_.insert(BodyOf(membership));
    for (std::string& code : DepartementsOf(membership)) departements_.insert(std::move(code));
  }
}

void Renewal::See(const RecordId& id, const v1::Actor& draft) {
  Cover(draft);
  for (const v1::Membership& membership : draft.memberships()) {
    if (!membership.register_().empty()) seen_.insert(MandateHash(id, membership));
  }
}

bool Renewal::Ends(const RecordId& id, const v1::Membership& membership) {
  if (membership.has_end() || !registers_.contains(membership.register_())) return false;
  if (bodies_.contains(BodyOf(membership))) return !seen_.contains(MandateHash(id, membership));
  const std::vector<std::string> codes = DepartementsOf(membership);
  const bool here = std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
    return departements_.contains(code);
  });
  if (here) {
    ++absent_[membership.organisation_name()];
  } else {
    ++elsewhere_;
  }
  return false;
}

absl::Status Renewal::ForEachEnded(const storage::Reader& reader, const NodeId& self, EndFn visit) {
  ASSIGN_OR_RETURN(Roaring elected,
                   storage::ReadPosting(reader, static_cast<uint8_t>(Field::kCategory),
                                        CategoryWord(v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL)));
  ASSIGN_OR_RETURN(
      const Roaring own,
      storage::ReadPosting(reader, static_cast<uint8_t>(Field::kOrigin), self.bytes()));
  elected &= own;
  for (const uint32_t ordinal : elected) {
    ASSIGN_OR_RETURN(const ShownRecord record, ReadByOrdinal(reader, self, ordinal));
    if (record.actor == nullptr) continue;
    Ended ended{record.id, record.actor, *record.actor};
    for (v1::Membership& membership : *ended.after.mutable_memberships()) {
      if (!Ends(record.id, membership)) continue;
      *membership.mutable_end() = as_of_;
      ++ended.mandates;
    }
    if (ended.mandates == 0) continue;
    if (!HasLasting(ended.after) && !ended.after.has_retain_until()) {
      *ended.after.mutable_retain_until() = as_of_;
      ended.after.mutable_retain_until()->set_year(as_of_.year() + 1);
    }
    DeriveCategories(&ended.after);
    RETURN_IF_ERROR(visit(std::move(ended)));
  }
  return absl::OkStatus();
}

}  // namespace maillage::directory
