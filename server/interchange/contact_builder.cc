#include "server/interchange/contact_builder.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/interchange/organisations.h"
#include "server/interchange/text.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMaxNameBytes = 500;
constexpr size_t kMaxNotesBytes = 16 << 10;
constexpr absl::string_view kFormula = "The cell is a formula; it was not evaluated.";
constexpr absl::string_view kTooLong = "The text is longer than 500 bytes.";

}  // namespace

void RowValues::Clear() {
  for (auto& field : fields_) field.clear();
  kind = v1::ACTOR_KIND_UNSPECIFIED;
  type = v1::ORGANISATION_TYPE_UNSPECIFIED;
  addresses.clear();
}

std::optional<Draft> ContactBuilder::Build(int64_t line) {
  draft_.line = line;
  if (RefuseFormulas()) return std::nullopt;
  category_ = rules_.category;
  if (const Value* told = values_.First(Field::kCategory)) {
    const v1::AudienceCategory category = ReadCategory(told->text);
    if (category != v1::AUDIENCE_CATEGORY_UNSPECIFIED) {
      category_ = category;
    } else {
      report_.Flag(told->column, told->text, "This names no single category.", actor_);
    }
  }
  Names names;
  ReadNames(&names);
  if (!DecideKind(names)) return std::nullopt;
  if (IsPerson()) BuildMembership();
  at_work_ =
      category_ != v1::AUDIENCE_CATEGORY_CITIZEN &&
      (!IsPerson() || (actor_->memberships_size() > 0 &&
                       actor_->memberships(0).type() != v1::MEMBERSHIP_TYPE_CITIZENS_COUNCIL));
  ReadEmails();
  ReadPhones();
  ReadPlace();
  ReadIdentifiers();
  ReadThemes();
  ReadLeftovers();
  return std::move(draft_);
}

bool ContactBuilder::RefuseFormulas() {
  for (const Field field : {Field::kFamily, Field::kGiven, Field::kFullName}) {
    for (const Value& value : values_.All(field)) {
      if (!IsFormula(value.text)) continue;
      report_.Refuse(value.column, value.text, kFormula);
      return true;
    }
  }
  return false;
}

void ContactBuilder::ReadCivilityCell(Names* names) {
  const Value* value = values_.First(Field::kHonorific);
  if (value == nullptr) return;
  const Civility civility = ReadCivility(value->text);
  names->honorific = civility.honorific;
  names->civility = !civility.unknown;
  if (civility.ambiguous) {
    report_.Note(value->column, value->text, "The civility is not decided; it was left empty.");
  } else if (civility.unknown) {
    report_.Note(value->column, value->text, "This is no civility; it was kept in the notes.");
    AddNote(value->column, value->text);
  }
}

void ContactBuilder::ReadNames(Names* names) {
  ReadCivilityCell(names);
  const Value* family = values_.First(Field::kFamily);
  const Value* given = values_.First(Field::kGiven);
  const Value* full = values_.First(Field::kFullName);
  if (given != nullptr) names->given = GivenCase(given->text);
  // A column of names without one of given names holds both.
  if (family != nullptr && !rules_.has_given_column) std::swap(family, full);
  if (family != nullptr) {
    const FamilyParts parts = SplitFamily(family->text);
    names->family = FamilyCase(parts.family);
    names->other = std::string(parts.other);
    if (!parts.other.empty()) {
      report_.Note(family->column, family->text, "The other family name was kept in the notes.");
    }
  } else if (full != nullptr && given == nullptr && !LooksLikeOrganisation(full->text)) {
    const FamilyParts parts = SplitFamily(full->text);
    const FullName split = SplitFullName(parts.family, rules_.order);
    if (!split.honorific.empty()) names->civility = true;
    if (names->honorific.empty()) names->honorific = split.honorific;
    names->family = split.family;
    names->given = split.given;
    names->other = std::string(parts.other);
    names->unsure = split.unsure;
  } else if (full != nullptr) {
    names->family = full->text;
  }
}

bool ContactBuilder::DecideKind(const Names& names) {
  const Value* organisation = values_.First(Field::kOrganisation);
  if (values_.kind == v1::ACTOR_KIND_ORGANISATION) {
    for (const Field field : {Field::kOrganisation, Field::kFullName, Field::kFamily}) {
      if (values_.First(field) != nullptr) return BuildOrganisation(*values_.First(field));
    }
  }
  if (values_.kind == v1::ACTOR_KIND_PERSON && !names.family.empty()) return BuildPerson(names);
  const bool person = !names.given.empty() || (names.civility && !names.family.empty());
  if (person) return BuildPerson(names);
  if (!names.family.empty()) return BuildFromFamilyAlone(names);
  if (organisation != nullptr) return BuildOrganisation(*organisation);
  report_.Refuse(Report::kWholeLine, "", "There is neither a name nor an organisation.");
  return false;
}

bool ContactBuilder::BuildFromFamilyAlone(const Names& names) {
  const Value* family = values_.First(Field::kFamily);
  if (family == nullptr) family = values_.First(Field::kFullName);
  if (LooksLikeOrganisation(family->text)) return BuildOrganisation(*family);
  const bool told_person = category_ == v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL ||
                           category_ == v1::AUDIENCE_CATEGORY_PROFESSIONAL ||
                           category_ == v1::AUDIENCE_CATEGORY_CITIZEN;
  if (values_.First(Field::kOrganisation) != nullptr || told_person) {
    report_.Note(family->column, family->text, "A person without given name nor civility.");
    return BuildPerson(names);
  }
  if (OrganisationTypeOf(category_) != v1::ORGANISATION_TYPE_UNSPECIFIED) {
    return BuildOrganisation(*family);
  }
  report_.Refuse(family->column, family->text,
                 "Nothing tells whether this names a person or an organisation.");
  return false;
}

bool ContactBuilder::BuildPerson(const Names& names) {
  if (names.family.size() > kMaxNameBytes || names.given.size() > kMaxNameBytes) {
    report_.Refuse(Report::kWholeLine, names.family, kTooLong);
    return false;
  }
  if (names.unsure) {
    report_.Note(Report::kWholeLine, names.family, "Which word is the family name is not clear.");
  }
  if (names.family.empty()) {
    report_.Note(Report::kWholeLine, names.given, "A person without family name.");
  }
  actor_->set_kind(v1::ACTOR_KIND_PERSON);
  v1::PersonName* name = actor_->mutable_person_name();
  name->set_honorific(names.honorific);
  name->set_given(names.given);
  name->set_family(names.family);
  if (!names.other.empty()) AddNote(Report::kWholeLine, names.other);
  return true;
}

bool ContactBuilder::BuildOrganisation(const Value& name) {
  if (IsFormula(name.text)) {
    report_.Refuse(name.column, name.text, kFormula);
    return false;
  }
  v1::OrganisationType type = values_.type;
  if (type == v1::ORGANISATION_TYPE_UNSPECIFIED) type = OrganisationTypeOf(name.text);
  if (type == v1::ORGANISATION_TYPE_UNSPECIFIED) type = OrganisationTypeOf(category_);
  if (type == v1::ORGANISATION_TYPE_UNSPECIFIED) {
    report_.Refuse(name.column, name.text,
                   "Nothing tells what kind of organisation this is: give a category.");
    return false;
  }
  if (name.text.size() > kMaxNameBytes) {
    report_.Refuse(name.column, name.text, kTooLong);
    return false;
  }
  actor_->set_kind(v1::ACTOR_KIND_ORGANISATION);
  actor_->set_organisation_name(name.text);
  actor_->set_organisation_type(type);
  name_source_ = &name;
  return true;
}

bool ContactBuilder::Keep(const Value& value, std::string* text) {
  if (IsFormula(value.text) || value.text.size() > kMaxNameBytes) {
    report_.Flag(value.column, value.text, IsFormula(value.text) ? kFormula : kTooLong, actor_);
    return false;
  }
  *text = value.text;
  return true;
}

void ContactBuilder::BuildMembership() {
  v1::Membership membership;
  const Value* organisation = values_.First(Field::kOrganisation);
  const Value* role = values_.First(Field::kRole);
  if (organisation != nullptr) Keep(*organisation, membership.mutable_organisation_name());
  if (role != nullptr) Keep(*role, membership.mutable_role());
  const bool told = !membership.organisation_name().empty() || !membership.role().empty();
  if (!told && (category_ == v1::AUDIENCE_CATEGORY_UNSPECIFIED ||
                category_ == v1::AUDIENCE_CATEGORY_CITIZEN)) {
    return;
  }
  v1::OrganisationType type = OrganisationTypeOf(membership.organisation_name());
  if (type == v1::ORGANISATION_TYPE_UNSPECIFIED) type = OrganisationTypeOf(category_);
  membership.set_type(
      MembershipTypeOf(membership.role(), membership.organisation_name(), type, category_));
  if (type == v1::ORGANISATION_TYPE_UNSPECIFIED &&
      membership.type() == v1::MEMBERSHIP_TYPE_MANDATE) {
    type = v1::ORGANISATION_TYPE_INSTITUTION;
  }
  membership.set_organisation_type(type);
  // The category alone was told: it stands for the function.
  if (!told) {
    static constexpr const char* kFunctions[] = {
        "", "Institution", "Élu(e)", "Professionnel(le)", "Association", "Entreprise", ""};
    membership.set_role(kFunctions[category_]);
  }
  ReadSince(&membership);
  *actor_->add_memberships() = std::move(membership);
}

void ContactBuilder::ReadSince(v1::Membership* membership) {
  const Value* since = values_.First(Field::kSince);
  if (since == nullptr) return;
  FoundDate found = ReadDate(since->text);
  if (!found.ok()) {
    report_.Flag(since->column, since->text, found.error, actor_);
    return;
  }
  if (!found.note.empty()) report_.Note(since->column, since->text, found.note);
  *membership->mutable_start() = std::move(found.date);
}

void ContactBuilder::AddNote(size_t column, absl::string_view text) {
  const absl::string_view heading = report_.heading(column);
  const std::string line = heading.empty() ? std::string(text) : absl::StrCat(heading, ": ", text);
  if (actor_->notes().size() + line.size() + 1 > kMaxNotesBytes) {
    report_.Flag(column, text, "The notes are full: they hold 16 KiB.", actor_);
    return;
  }
  std::string* notes = actor_->mutable_notes();
  if (!notes->empty()) notes->push_back('\n');
  notes->append(line);
}

}  // namespace maillage::interchange
