#include "tests/sim/model.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/directory/actor.h"

namespace maillage::sim {
namespace {

constexpr const char* kMarks[] = {"", "qcard", "qwork", "qpriv", "qnote"};

void AddEmail(v1::ContactScope scope, Part part, uint64_t number, v1::Actor* actor) {
  v1::ContactPoint* contact = actor->add_contact_points();
  contact->set_kind(v1::CONTACT_KIND_EMAIL);
  contact->set_scope(scope);
  contact->set_value(absl::StrCat(Mark(part, number), "@example.org"));
}

}  // namespace

std::string Mark(Part part, uint64_t number) {
  return absl::StrCat(kMarks[static_cast<int>(part)], number, "q");
}

v1::Actor ActorOf(const Content& content) {
  v1::Actor actor;
  const std::string name = Mark(Part::kCard, content.number);
  if (content.sort == Sort::kAssociation) {
    actor.set_kind(v1::ACTOR_KIND_ORGANISATION);
    actor.set_organisation_name(name);
    actor.set_organisation_type(v1::ORGANISATION_TYPE_ASSOCIATION);
  } else {
    actor.set_kind(v1::ACTOR_KIND_PERSON);
    actor.mutable_person_name()->set_given("Anne");
    actor.mutable_person_name()->set_family(name);
    actor.mutable_notice()->set_state(v1::NOTICE_STATE_EXEMPT);
    actor.mutable_notice()->set_how("art. 14.5.c");
  }
  if (content.sort == Sort::kOfficial) {
    v1::Membership* mandate = actor.add_memberships();
    mandate->set_type(v1::MEMBERSHIP_TYPE_MANDATE);
    mandate->set_organisation_name("Ville");
    mandate->set_organisation_type(v1::ORGANISATION_TYPE_INSTITUTION);
  }
  v1::TerritoryRef* place = actor.add_territories();
  place->set_level(v1::TERRITORY_LEVEL_COMMUNE);
  place->set_code(content.in_saint_omer ? "62765" : "62119");
  AddEmail(v1::CONTACT_SCOPE_WORK, Part::kWork, content.number, &actor);
  AddEmail(v1::CONTACT_SCOPE_PRIVATE, Part::kPrivate, content.number, &actor);
  actor.set_legal_basis(v1::LEGAL_BASIS_PUBLIC_TASK);
  actor.set_notes(Mark(Part::kNote, content.number));
  actor.add_tags(Mark(Part::kNote, content.number));
  directory::DeriveCategories(&actor);
  return actor;
}

std::vector<std::pair<Part, uint64_t>> TracesIn(absl::string_view bytes) {
  std::vector<std::pair<Part, uint64_t>> traces;
  for (size_t at = bytes.find('q'); at != absl::string_view::npos; at = bytes.find('q', at + 1)) {
    for (int part = 1; part <= 4; ++part) {
      const absl::string_view mark = kMarks[part];
      if (bytes.substr(at, mark.size()) != mark) continue;
      uint64_t number = 0;
      size_t end = at + mark.size();
      for (; end < bytes.size() && absl::ascii_isdigit(bytes[end]); ++end) {
        number = number * 10 + static_cast<uint64_t>(bytes[end] - '0');
      }
      if (end < bytes.size() && bytes[end] == 'q') traces.emplace_back(Part(part), number);
    }
  }
  return traces;
}

const char* FilterText(int filter) {
  static constexpr const char* kTexts[kFilters] = {
      "", "category = CITIZEN", "territory:COMMUNE/62765",
      "NOT territory:COMMUNE/62765 AND category = ELECTED_OFFICIAL",
      "category = ASSOCIATION OR category = CITIZEN"};
  return kTexts[filter];
}

// Citizens stay at home where the filter does not name them.
bool FilterTakes(int filter, const Content& content) {
  switch (filter) {
    case 0:
      return content.sort != Sort::kCitizen;
    case 1:
      return content.sort == Sort::kCitizen;
    case 2:
      return content.in_saint_omer && content.sort != Sort::kCitizen;
    case 3:
      return !content.in_saint_omer && content.sort == Sort::kOfficial;
    default:
      return content.sort != Sort::kOfficial;
  }
}

void Model::Leave(size_t node, const ShareId& share) {
  if (shares.at(share).members.erase(node) == 0) return;
  subscribed.erase({node, share});
  left.insert({node, share});
}

std::map<RecordId, uint64_t> Model::Scope(const ModelShare& share) const {
  std::map<RecordId, uint64_t> scope;
  if (share.deleted) return scope;
  for (const auto& [id, content] : records[share.origin]) {
    if (FilterTakes(share.filter, content)) scope[id] = content.number;
  }
  return scope;
}

std::map<RecordId, v1::View> Model::Visible(size_t node, size_t origin) const {
  std::map<RecordId, v1::View> visible;
  for (const auto& [id, share] : shares) {
    if (share.origin != origin || !subscribed.contains({node, id})) continue;
    for (const auto& [record, number] : Scope(share)) {
      visible[record] = std::max(visible[record], share.view);
    }
  }
  return visible;
}

}  // namespace maillage::sim
