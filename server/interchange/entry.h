// One record of a format of named properties: a card of a vCard file, an entry
// of an LDIF file.
#ifndef SERVER_INTERCHANGE_ENTRY_H_
#define SERVER_INTERCHANGE_ENTRY_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/interchange/contact_builder.h"
#include "server/interchange/encoding.h"
#include "server/interchange/reader.h"
#include "server/interchange/row_reader.h"

namespace maillage::interchange {

// Where a property stands, and what it says of itself.
struct PropertyInfo {
  int64_t line = 0;
  std::string name;  // for reports
  // The smaller, the more it is preferred among those of its field.
  static constexpr int kNoPreference = 101;
  int preference = kNoPreference;
  v1::ContactScope scope = v1::CONTACT_SCOPE_UNSPECIFIED;
};

// Gathers the properties of a record, in any order, and makes a draft of them.
// Bounded: 1,000 properties and 1 MiB a record. Not thread safe.
class Entry {
 public:
  Entry(v1::AudienceCategory category, Sink* sink);

  // Forgets all of the record before.
  void Start(int64_t line);
  int64_t line() const { return line_; }

  // What stands for nothing is left out. `text` is UTF-8, with its line breaks.
  void Add(Field field, const PropertyInfo& info, absl::string_view text, Mend mend = Mend::kNone);
  void AddAddress(const PropertyInfo& info, v1::PostalAddress postal);
  // A value that cannot be read, kept raw.
  void Flag(const PropertyInfo& info, absl::string_view raw, absl::string_view reason);
  void SetKind(v1::ActorKind kind) { kind_ = kind; }
  // An organisation of that type, whatever its name says.
  void SetOrganisation(v1::OrganisationType type) {
    kind_ = v1::ACTOR_KIND_ORGANISATION;
    type_ = type;
  }
  void SetAcronym(absl::string_view acronym) { acronym_ = std::string(acronym); }
  // Of a scheme that has no field of its own.
  void AddIdentifier(absl::string_view scheme, absl::string_view value);
  bool Has(Field field) const;
  // The first text of a field, cleaned; empty if none.
  std::string First(Field field) const;
  void Drop(Field field);
  // A property that nothing is read from: its name is told once a file.
  void Skip(absl::string_view name);

  // The whole record is refused, at its own line: the first reason counts.
  void Refuse(absl::string_view value, absl::string_view reason);
  // Hands over the draft, or says why there is none.
  absl::Status Finish();

  const std::set<std::string>& skipped() const { return skipped_; }

 private:
  struct Item {
    Field field;
    size_t column;
    std::string text;
    int preference;
    v1::ContactScope scope;
    Mend mend;
  };
  struct Flagged {
    size_t column;
    std::string raw, reason;
  };

  size_t AddColumn(const PropertyInfo& info, size_t bytes);
  void Gather();

  ContactRules rules_;
  Sink* const sink_;
  int64_t line_ = 0;
  std::vector<std::string> names_;
  std::vector<int64_t> lines_;
  Report report_;
  v1::ActorKind kind_ = v1::ACTOR_KIND_UNSPECIFIED;
  v1::OrganisationType type_ = v1::ORGANISATION_TYPE_UNSPECIFIED;
  std::string acronym_;
  std::vector<v1::Identifier> identifiers_;
  std::vector<Item> items_;
  std::vector<std::pair<int, ToldAddress>> addresses_;  // with their preference
  std::vector<Flagged> flagged_;
  RowValues values_;
  size_t bytes_ = 0;
  bool refused_ = false;
  std::string refused_value_, refused_reason_;
  std::set<std::string> skipped_;
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_ENTRY_H_
