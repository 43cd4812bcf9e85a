// What the properties of one vCard say of an actor.
#ifndef SERVER_INTERCHANGE_VCARD_CARD_H_
#define SERVER_INTERCHANGE_VCARD_CARD_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/interchange/encoding.h"
#include "server/interchange/entry.h"
#include "server/interchange/vcard_line.h"

namespace maillage::interchange {

// Properties come in any order: what a label of a group (X-ABLabel) says of
// another holds wherever it stands. Not thread safe.
class VcardCard {
 public:
  VcardCard(v1::AudienceCategory category, Sink* sink)
      : category_(category), entry_(category, sink) {}

  void Start(int64_t line);
  // `cut`: it was longer than is held. `encoding` is the file's, decided by the first
  // value beyond ASCII.
  void AddProperty(const VcardLine& property, int64_t line, bool cut, Encoding* encoding);
  // A line that is no property is kept raw.
  void AddOddLine(int64_t line, absl::string_view text);
  void Refuse(absl::string_view value, absl::string_view reason) { entry_.Refuse(value, reason); }
  absl::Status Finish();

  absl::string_view version() const { return version_; }
  // Names of properties that nothing was read from, in the file so far.
  const std::set<std::string>& skipped() const { return entry_.skipped(); }

 private:
  struct Held {
    std::string name, group, text;
    PropertyInfo info;
    bool fax = false;
    Mend mend = Mend::kNone;
  };

  void Place(Held held);
  void PlacePhone(const Held& held);
  void PlaceName(const Held& held);
  void PlaceOrganisation(const Held& held);
  void PlaceAddress(const Held& held);
  void PlaceCategories(const Held& held);
  void PlaceKind(const Held& held);
  void DecideNames();

  const v1::AudienceCategory category_;
  Entry entry_;
  bool has_kind_ = false;
  std::string version_;
  std::vector<Held> held_;
  std::map<std::string, v1::ContactScope> labels_;  // by group
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_VCARD_CARD_H_
