// From the values of one row of a spreadsheet to a draft of an actor.
#ifndef SERVER_INTERCHANGE_CONTACT_BUILDER_H_
#define SERVER_INTERCHANGE_CONTACT_BUILDER_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "server/interchange/headings.h"
#include "server/interchange/names.h"
#include "server/interchange/reader.h"
#include "server/interchange/row_reader.h"

namespace maillage::interchange {

inline constexpr int kMaxContactPoints = 50;

// A cell that is not empty nor stands for nothing.
struct Value {
  size_t column = 0;
  std::string text;       // clean
  absl::string_view raw;  // with its line breaks
  // Of a contact point, where the file says it.
  v1::ContactScope scope = v1::CONTACT_SCOPE_UNSPECIFIED;
};

// An address that came in parts.
struct ToldAddress {
  size_t column = 0;
  v1::ContactScope scope = v1::CONTACT_SCOPE_UNSPECIFIED;
  v1::PostalAddress postal;
};

// The values of one record by field, in order of columns; and what formats say
// outright that a spreadsheet leaves to be read out of its words.
class RowValues {
 public:
  void Clear();
  void Add(Field field, Value value) { At(field).push_back(std::move(value)); }
  const absl::InlinedVector<Value, 1>& All(Field field) const {
    return fields_[static_cast<size_t>(field)];
  }
  const Value* First(Field field) const {
    return All(field).empty() ? nullptr : &All(field).front();
  }

  v1::ActorKind kind = v1::ACTOR_KIND_UNSPECIFIED;
  v1::OrganisationType type = v1::ORGANISATION_TYPE_UNSPECIFIED;
  std::vector<ToldAddress> addresses;

 private:
  absl::InlinedVector<Value, 1>& At(Field field) { return fields_[static_cast<size_t>(field)]; }
  std::array<absl::InlinedVector<Value, 1>, static_cast<size_t>(Field::kCount)> fields_;
};

// What holds for all rows of a file.
struct ContactRules {
  v1::AudienceCategory category = v1::AUDIENCE_CATEGORY_UNSPECIFIED;
  bool has_given_column = false;
  NameOrder order = NameOrder::kUnknown;  // of a column with both names
};

// Builds one draft and is done.
class ContactBuilder {
 public:
  ContactBuilder(const ContactRules& rules, const RowValues& values, Report* report)
      : rules_(rules), values_(values), report_(*report) {}
  // Nothing where the record was refused.
  std::optional<Draft> Build(int64_t line);

 private:
  struct Names {
    std::string honorific, given, family, other;
    bool unsure = false;    // whether family is the family name alone
    bool civility = false;  // says at least that this is a person
  };

  bool RefuseFormulas();
  void ReadCivilityCell(Names* names);
  void ReadNames(Names* names);
  bool DecideKind(const Names& names);
  bool BuildPerson(const Names& names);
  bool BuildOrganisation(const Value& name);
  bool BuildFromFamilyAlone(const Names& names);
  void BuildMembership();
  void ReadSince(v1::Membership* membership);
  void ReadEmails();
  void ReadPhones();
  void ReadPlace();
  void ReadPostalCodeCell(const Value& cell);
  void ReadAddress();
  void ReadToldAddresses();
  bool IsFromAbroad() const;
  void ReadIdentifiers();
  void ReadThemes();
  void ReadLeftovers();
  void ReadNote(const Value& note);
  void AddContact(v1::ContactKind kind, v1::ContactScope told, bool personal, std::string value);
  v1::ContactScope ScopeOf(v1::ContactScope told, bool personal) const;
  void AddNote(size_t column, absl::string_view text);
  // The value as text that is safe to keep, or flagged.
  bool Keep(const Value& value, std::string* text);
  bool IsPerson() const { return actor_->kind() == v1::ACTOR_KIND_PERSON; }

  const ContactRules& rules_;
  const RowValues& values_;
  Report& report_;
  Draft draft_;
  v1::Actor* actor_ = &draft_.actor;
  v1::AudienceCategory category_ = v1::AUDIENCE_CATEGORY_UNSPECIFIED;
  std::string country_;                 // of the row; empty: France
  bool at_work_ = false;                // contact points belong to the function
  const Value* name_source_ = nullptr;  // of an organisation
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_CONTACT_BUILDER_H_
