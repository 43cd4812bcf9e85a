#include "tools/commands/actor_fields.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "client/base/never_kept.h"
#include "client/base/status_macros.h"
#include "tools/cli/arguments.h"
#include "tools/commands/days.h"

namespace maillage::cli {
namespace {

using FieldValues = std::vector<std::string>;

absl::Status Usage(absl::string_view message) { return InvalidArgument("USAGE", message); }

struct Target {
  v1::Actor* actor;
  const TerritoryLookup& lookup;
};

struct Field {
  const char* name;
  const char* touches;  // field of Actor
  bool list;
  // The values are those given, without empty ones.
  absl::Status (*set)(const Target&, const FieldValues&);
};

const std::string& Single(const FieldValues& values) {
  static const std::string* const empty = new std::string;
  return values.empty() ? *empty : values[0];
}

template <typename E>
absl::StatusOr<E> SingleEnum(const FieldValues& values) {
  if (values.empty()) return static_cast<E>(0);
  const auto number = ParseEnum(google::protobuf::GetEnumDescriptor<E>(), values[0]);
  if (!number.ok()) {
    return InvalidArgument("USAGE", number.status().message(), ErrorMend(number.status()));
  }
  return static_cast<E>(*number);
}

template <typename Repeated, typename Predicate>
void RemoveIf(Repeated* list, Predicate predicate) {
  list->erase(std::remove_if(list->begin(), list->end(), predicate), list->end());
}

template <v1::ContactKind kKind, v1::ContactScope kScope>
absl::Status SetContacts(const Target& target, const FieldValues& values) {
  auto* contacts = target.actor->mutable_contact_points();
  RemoveIf(contacts, [](const v1::ContactPoint& contact) {
    const bool work = contact.scope() == v1::CONTACT_SCOPE_WORK;
    return contact.kind() == kKind && work == (kScope == v1::CONTACT_SCOPE_WORK);
  });
  for (const std::string& value : values) {
    v1::ContactPoint* contact = contacts->Add();
    contact->set_kind(kKind);
    contact->set_scope(kScope);
    contact->set_value(value);
  }
  return absl::OkStatus();
}

template <v1::MembershipType kType>
absl::Status SetMemberships(const Target& target, const FieldValues& values) {
  auto* memberships = target.actor->mutable_memberships();
  RemoveIf(memberships, [](const v1::Membership& m) { return m.type() == kType; });
  for (const std::string& value : values) {
    const size_t at = value.rfind('@');
    if (at == std::string::npos)
      return Usage(absl::StrCat("'", value, "' is not ROLE@ORGANISATION"));
    v1::Membership* membership = memberships->Add();
    membership->set_type(kType);
    membership->set_role(value.substr(0, at));
    membership->set_organisation_name(value.substr(at + 1));
  }
  return absl::OkStatus();
}

absl::Status SetIdentifier(const Target& target, const char* scheme, const FieldValues& values) {
  auto* identifiers = target.actor->mutable_identifiers();
  RemoveIf(identifiers, [scheme](const v1::Identifier& i) { return i.scheme() == scheme; });
  for (const std::string& value : values) {
    v1::Identifier* identifier = identifiers->Add();
    identifier->set_scheme(scheme);
    identifier->set_value(value);
  }
  return absl::OkStatus();
}

absl::Status SetTerritories(const Target& target, const FieldValues& values) {
  target.actor->clear_territories();
  for (const std::string& value : values) {
    ASSIGN_OR_RETURN(*target.actor->add_territories(), target.lookup(value));
  }
  return absl::OkStatus();
}

// A person has no type: those of the memberships say the category.
absl::Status SetType(const Target& target, const FieldValues& values) {
  ASSIGN_OR_RETURN(const auto type, SingleEnum<v1::OrganisationType>(values));
  const bool person =
      target.actor->kind() == v1::ACTOR_KIND_PERSON || target.actor->has_person_name();
  if (!person) target.actor->set_organisation_type(type);
  for (auto& membership : *target.actor->mutable_memberships()) {
    membership.set_organisation_type(type);
  }
  return absl::OkStatus();
}

absl::Status SetRestricted(const Target& target, const FieldValues& values) {
  bool restricted = false;
  if (!values.empty() && !absl::SimpleAtob(values[0], &restricted)) {
    return Usage(absl::StrCat("'", values[0], "' is not true or false"));
  }
  target.actor->set_restricted(restricted);
  return absl::OkStatus();
}

absl::Status SetRetention(const Target& target, const FieldValues& values) {
  target.actor->clear_retain_until();
  if (values.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(*target.actor->mutable_retain_until(), ParseDay("retain_until", values[0]));
  return absl::OkStatus();
}

absl::Status SetConsent(const Target& target, const FieldValues& values) {
  target.actor->clear_consent();
  if (values.empty()) return absl::OkStatus();
  target.actor->mutable_consent()->set_proof(values[0]);
  *target.actor->mutable_consent()->mutable_date() = Today();
  return absl::OkStatus();
}

absl::Status SetNoticeGiven(const Target& target, const FieldValues& values) {
  target.actor->clear_notice();
  if (values.empty()) return absl::OkStatus();
  v1::PrivacyNotice* notice = target.actor->mutable_notice();
  notice->set_state(v1::NOTICE_STATE_GIVEN);
  ASSIGN_OR_RETURN(*notice->mutable_date(), ParseDay("notice_given", values[0]));
  return absl::OkStatus();
}

absl::Status SetNoticeExempt(const Target& target, const FieldValues& values) {
  target.actor->clear_notice();
  if (values.empty()) return absl::OkStatus();
  v1::PrivacyNotice* notice = target.actor->mutable_notice();
  notice->set_state(v1::NOTICE_STATE_EXEMPT);
  notice->set_how(values[0]);
  *notice->mutable_date() = Today();
  return absl::OkStatus();
}

// In the order in which they are applied: type comes after memberships.
const Field kFields[] = {
    {"kind", "kind", false,
     [](const Target& t, const FieldValues& v) -> absl::Status {
       ASSIGN_OR_RETURN(const auto kind, SingleEnum<v1::ActorKind>(v));
       t.actor->set_kind(kind);
       return absl::OkStatus();
     }},
    {"honorific", "person_name", false,
     [](const Target& t, const FieldValues& v) {
       t.actor->mutable_person_name()->set_honorific(Single(v));
       return absl::OkStatus();
     }},
    {"given", "person_name", false,
     [](const Target& t, const FieldValues& v) {
       t.actor->mutable_person_name()->set_given(Single(v));
       return absl::OkStatus();
     }},
    {"family", "person_name", false,
     [](const Target& t, const FieldValues& v) {
       t.actor->mutable_person_name()->set_family(Single(v));
       return absl::OkStatus();
     }},
    {"organisation", "organisation_name", false,
     [](const Target& t, const FieldValues& v) {
       t.actor->set_organisation_name(Single(v));
       return absl::OkStatus();
     }},
    {"acronym", "acronym", false,
     [](const Target& t, const FieldValues& v) {
       t.actor->set_acronym(Single(v));
       return absl::OkStatus();
     }},
    {"mandate", "memberships", true, &SetMemberships<v1::MEMBERSHIP_TYPE_MANDATE>},
    {"employment", "memberships", true, &SetMemberships<v1::MEMBERSHIP_TYPE_EMPLOYMENT>},
    {"board", "memberships", true, &SetMemberships<v1::MEMBERSHIP_TYPE_BOARD>},
    {"member", "memberships", true, &SetMemberships<v1::MEMBERSHIP_TYPE_MEMBER>},
    {"citizens_council", "memberships", true,
     &SetMemberships<v1::MEMBERSHIP_TYPE_CITIZENS_COUNCIL>},
    {"type", "organisation_type", false, &SetType},
    {"email", "contact_points", true, &SetContacts<v1::CONTACT_KIND_EMAIL, v1::CONTACT_SCOPE_WORK>},
    {"email.private", "contact_points", true,
     &SetContacts<v1::CONTACT_KIND_EMAIL, v1::CONTACT_SCOPE_PRIVATE>},
    {"phone", "contact_points", true, &SetContacts<v1::CONTACT_KIND_PHONE, v1::CONTACT_SCOPE_WORK>},
    {"phone.private", "contact_points", true,
     &SetContacts<v1::CONTACT_KIND_PHONE, v1::CONTACT_SCOPE_PRIVATE>},
    {"territory", "territories", true, &SetTerritories},
    {"theme", "themes", true,
     [](const Target& t, const FieldValues& v) {
       t.actor->mutable_themes()->Assign(v.begin(), v.end());
       return absl::OkStatus();
     }},
    {"tag", "tags", true,
     [](const Target& t, const FieldValues& v) {
       t.actor->mutable_tags()->Assign(v.begin(), v.end());
       return absl::OkStatus();
     }},
    {"siret", "identifiers", true,
     [](const Target& t, const FieldValues& v) { return SetIdentifier(t, "SIRET", v); }},
    {"siren", "identifiers", true,
     [](const Target& t, const FieldValues& v) { return SetIdentifier(t, "SIREN", v); }},
    {"rna", "identifiers", true,
     [](const Target& t, const FieldValues& v) { return SetIdentifier(t, "RNA", v); }},
    {"basis", "legal_basis", false,
     [](const Target& t, const FieldValues& v) -> absl::Status {
       ASSIGN_OR_RETURN(const auto basis, SingleEnum<v1::LegalBasis>(v));
       t.actor->set_legal_basis(basis);
       return absl::OkStatus();
     }},
    {"consent", "consent", false, &SetConsent},
    {"notice_given", "notice", false, &SetNoticeGiven},
    {"notice_how", "notice", false,
     [](const Target& t, const FieldValues& v) {
       t.actor->mutable_notice()->set_how(Single(v));
       return absl::OkStatus();
     }},
    {"notice_exempt", "notice", false, &SetNoticeExempt},
    {"source", "source", false,
     [](const Target& t, const FieldValues& v) {
       t.actor->set_source(Single(v));
       return absl::OkStatus();
     }},
    {"notes", "notes", false,
     [](const Target& t, const FieldValues& v) {
       t.actor->set_notes(Single(v));
       return absl::OkStatus();
     }},
    {"restricted", "restricted", false, &SetRestricted},
    {"retain_until", "retain_until", false, &SetRetention},
};

absl::Status CheckNotNeverKept(absl::string_view name) {
  const std::string why = WhyNeverKept(name);
  if (why.empty()) return absl::OkStatus();
  return InvalidArgument("NEVER_KEPT", absl::StrCat("there is no field '", name, "': ", why),
                         "Leave it out.");
}

// FIELD -> its values, empty ones left out.
absl::StatusOr<absl::flat_hash_map<std::string, FieldValues>> Group(
    const std::vector<std::string>& assignments) {
  absl::flat_hash_map<std::string, FieldValues> given;
  for (const std::string& assignment : assignments) {
    const std::pair<std::string, std::string> pair =
        absl::StrSplit(assignment, absl::MaxSplits('=', 1));
    const auto* field = std::find_if(std::begin(kFields), std::end(kFields),
                                     [&](const Field& f) { return pair.first == f.name; });
    if (field == std::end(kFields)) RETURN_IF_ERROR(CheckNotNeverKept(pair.first));
    if (assignment.find('=') == std::string::npos || field == std::end(kFields)) {
      return InvalidArgument("USAGE", absl::StrCat("'", assignment, "' is not FIELD=VALUE"),
                             absl::StrCat("The fields are ", FieldNames(), "."));
    }
    const auto [values, first] = given.try_emplace(pair.first);
    if (!first && !field->list) return Usage(absl::StrCat(pair.first, " is given twice"));
    if (!pair.second.empty()) values->second.push_back(pair.second);
  }
  return given;
}

void GuessKind(v1::Actor* actor) {
  if (actor->kind() != v1::ACTOR_KIND_UNSPECIFIED) return;
  if (actor->has_person_name()) {
    actor->set_kind(v1::ACTOR_KIND_PERSON);
  } else if (!actor->organisation_name().empty()) {
    actor->set_kind(v1::ACTOR_KIND_ORGANISATION);
  }
}

bool OutputOnly(const std::string& field) {
  static const auto& fields = *new std::set<std::string>{
      "name",        "etag",         "categories", "revision",   "create_time",
      "update_time", "import_batch", "view",       "import_hash"};
  return fields.count(field) > 0;
}

}  // namespace

std::string FieldNames() {
  return absl::StrJoin(kFields, ", ", [](std::string* out, const Field& field) {
    absl::StrAppend(out, field.name);
  });
}

absl::Status ApplyFields(const std::vector<std::string>& assignments, const TerritoryLookup& lookup,
                         v1::Actor* actor, std::set<std::string>* touched) {
  ASSIGN_OR_RETURN(const auto given, Group(assignments));
  const Target target = {actor, lookup};
  for (const Field& field : kFields) {
    const auto values = given.find(field.name);
    if (values == given.end()) continue;
    RETURN_IF_ERROR(field.set(target, values->second));
    touched->insert(field.touches);
  }
  if (given.contains("type") && !actor->memberships().empty()) touched->insert("memberships");
  GuessKind(actor);
  return absl::OkStatus();
}

absl::Status ApplyJson(absl::string_view json, v1::Actor* actor, std::set<std::string>* touched) {
  const google::protobuf::StringPiece text(json.data(), json.size());
  v1::Actor given;
  google::protobuf::Struct keys;
  auto status = google::protobuf::util::JsonStringToMessage(text, &keys);
  for (const auto& [key, value] : keys.fields()) RETURN_IF_ERROR(CheckNotNeverKept(key));
  if (const auto basis = keys.fields().find("legalBasis"); basis != keys.fields().end()) {
    RETURN_IF_ERROR(CheckBasisWord(basis->second.string_value()));
  }
  if (status.ok()) status = google::protobuf::util::JsonStringToMessage(text, &given);
  if (!status.ok()) {
    return InvalidArgument("BAD_JSON", absl::StrCat("no actor in JSON: ", status.ToString()),
                           "See `maillage actor get NAME -o json` for one.");
  }
  for (const auto& [key, value] : keys.fields()) {
    const auto* field = v1::Actor::descriptor()->FindFieldByCamelcaseName(key);
    if (field == nullptr) field = v1::Actor::descriptor()->FindFieldByName(key);
    if (field == nullptr || OutputOnly(field->name())) continue;
    touched->insert(field->name());
    actor->GetReflection()->ClearField(actor, field);
  }
  given.clear_categories();  // derived; merging would add them to those there
  actor->MergeFrom(given);
  return absl::OkStatus();
}

}  // namespace maillage::cli
