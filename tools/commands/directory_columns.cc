#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/territory.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

std::string DisplayName(const v1::Actor& actor, const Locale&) {
  if (actor.kind() == v1::ACTOR_KIND_ORGANISATION) return actor.organisation_name();
  return absl::StrJoin({actor.person_name().given(), actor.person_name().family()}, " ");
}

// The last part of a resource name.
std::string Id(const v1::Actor& actor, const Locale&) {
  return actor.name().substr(actor.name().rfind('/') + 1);
}

std::vector<std::string> Contacts(const Message& message, v1::ContactKind kind,
                                  const Locale& locale) {
  std::vector<std::string> values;
  for (const auto& contact : static_cast<const v1::Actor&>(message).contact_points()) {
    if (contact.kind() != kind) continue;
    std::string value = contact.value();
    if (kind == v1::CONTACT_KIND_POSTAL) {
      value = absl::StrCat(absl::StrJoin(contact.postal().lines(), ", "), ", ",
                           contact.postal().postal_code(), " ", contact.postal().locality());
    }
    if (!locale.raw && contact.scope() != v1::CONTACT_SCOPE_WORK) {
      absl::StrAppend(&value, " (", Translate(locale.language, "private"), ")");
    }
    values.push_back(value);
  }
  return values;
}

template <v1::ContactKind kKind>
std::vector<std::string> AllOf(const Message& message, const Locale& locale) {
  return Contacts(message, kKind, locale);
}

std::string FirstEmail(const v1::Actor& actor, const Locale&) {
  for (const auto& contact : actor.contact_points()) {
    if (contact.kind() == v1::CONTACT_KIND_EMAIL) return contact.value();
  }
  return "";
}

// The first element of a repeated field is the one that counts most.
template <const char* kPath>
std::vector<std::string> First(const Message& message, const Locale& locale) {
  auto values = Values(message, {.heading = "", .path = kPath}, locale);
  if (values.size() > 1) values.resize(1);
  return values;
}

constexpr char kCategories[] = "categories";
constexpr char kMemberships[] = "memberships";

}  // namespace

const std::vector<Column>& ActorColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Name", "", 0, &Render<v1::Actor, &DisplayName>},
      {"Category", "", 0, &First<kCategories>},
      {"Function", "", kOptional, &First<kMemberships>},
      {"E-mail", "", 0, &Render<v1::Actor, &FirstEmail>},
      {"Territories", "territories", kOptional},
      {"ID", "", kWhole, &Render<v1::Actor, &Id>},
  };
  return columns;
}

const std::vector<Column>& DueActorColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Retain until", "retain_until"},
      {"Name", "", 0, &Render<v1::Actor, &DisplayName>},
      {"Function", "", kOptional, &First<kMemberships>},
      {"Source", "source", kOptional},
      {"ID", "", kWhole, &Render<v1::Actor, &Id>},
  };
  return columns;
}

const std::vector<Column>& ActorDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"ID", "name"},
      {"Kind", "kind"},
      {"Title", "person_name.honorific"},
      {"Name", "", 0, &Render<v1::Actor, &DisplayName>},
      {"Acronym", "acronym"},
      {"Categories", "categories"},
      {"Functions", "memberships"},
      {"Territories", "territories"},
      {"Themes", "themes"},
      {"E-mail", "", 0, &AllOf<v1::CONTACT_KIND_EMAIL>},
      {"Telephone", "", 0, &AllOf<v1::CONTACT_KIND_PHONE>},
      {"Address", "", 0, &AllOf<v1::CONTACT_KIND_POSTAL>},
      {"Identifiers", "identifiers"},
      {"Legal basis", "legal_basis"},
      {"Notice", "notice"},
      {"Consent", "consent"},
      {"Source", "source"},
      {"Restricted", "restricted"},
      {"Retain until", "retain_until"},
      {"To be checked", "flagged_values"},
      {"Notes", "notes"},
      {"Tags", "tags"},
      {"Revision", "revision"},
      {"Created", "create_time"},
      {"Changed", "update_time"},
      {"Known by", "view"},
  };
  return columns;
}

const std::vector<Column>& ActorCountColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Origin", "origin_alias"}, {"Category", "category"}, {"Actors", "count"}};
  return columns;
}

const std::vector<Column>& IndexUseColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Index", "index"}, {"Sought", "text"}, {"Actors", "actors"}};
  return columns;
}

const std::vector<Column>& ImportProblemColumns() {
  static const auto& columns = *new std::vector<Column>{{"Line", "line"},
                                                        {"Column", "column"},
                                                        {"Value", "value"},
                                                        {"Why", "reason"},
                                                        {"Result", "severity"}};
  return columns;
}

const std::vector<Column>& ImportSummaryDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"File read as", "dialect"},
      {"Records", "records"},
      {"Created", "created"},
      {"Changed", "updated"},
      {"Unchanged", "unchanged"},
      {"Values flagged", "flagged"},
      {"Records refused", "refused"},
      {"Mandates ended", "ended"},
      {"Not brought back", "left_out"},
      {"Notice due", "notice_due"},
      {"Columns not used", "unused_columns"},
      {"Import", "import_batch"},
  };
  return columns;
}

const std::vector<Column>& TerritoryColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Level", "ref.level"},
                               {"Code", "ref.code"},
                               {"Name", "title"},
                               {"Population", "population"},
                               {"Postal codes", "postal_codes", kOptional}};
  return columns;
}

const std::vector<Column>& TerritoryDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"ID", "name"},
      {"Level", "ref.level"},
      {"Code", "ref.code"},
      {"Name", "title"},
      {"Population", "population"},
      {"Postal codes", "postal_codes"},
      {"Within", "ancestors"},
      {"Former communes", "former_titles"},
      {"Former codes", "former_codes"},
      {"Vintage", "ref.vintage", kPlain},
  };
  return columns;
}

}  // namespace maillage::cli
