// From the values of one row of a spreadsheet to a draft of an actor.
#ifndef SERVER_INTERCHANGE_CONTACT_BUILDER_H_
#define SERVER_INTERCHANGE_CONTACT_BUILDER_H_

#include <array>
#include <optional>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "server/interchange/headings.h"
#include "server/interchange/names.h"
#include "server/interchange/reader.h"
#include "server/interchange/row_reader.h"

namespace maillage::interchange {

// A cell that is not empty nor stands for nothing.
struct Value {
  size_t column = 0;
  std::string text;       // clean
  absl::string_view raw;  // with its line breaks
};

// The values of one row by field, in order of columns.
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
  void ReadAddress();
  void ReadIdentifiers();
  void ReadThemes();
  void ReadLeftovers();
  void AddContact(v1::ContactKind kind, v1::ContactScope scope, std::string value);
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
  bool at_work_ = false;                // contact points belong to the function
  const Value* name_source_ = nullptr;  // of an organisation
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_CONTACT_BUILDER_H_
