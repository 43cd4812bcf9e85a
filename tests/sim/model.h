// What a simulation knows to be true: who holds which records, who shares what
// with whom. Plain data, built by the operations, never read from a node.
#ifndef TESTS_SIM_MODEL_H_
#define TESTS_SIM_MODEL_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::sim {

enum class Sort { kCitizen, kOfficial, kAssociation };
inline constexpr int kSorts = 3;

// One revision of a record. All its texts carry its number, so that wherever
// bytes of it turn up it is known of which revision and which part they are.
struct Content {
  Sort sort = Sort::kCitizen;
  bool in_saint_omer = false;
  uint64_t number = 0;
};
v1::Actor ActorOf(const Content& content);

// The parts of a record: the first three by the view that shows them.
enum class Part { kCard = 1, kWork = 2, kPrivate = 3, kNote = 4 };
// Finds all traces of records in bytes: part and number.
std::vector<std::pair<Part, uint64_t>> TracesIn(absl::string_view bytes);
// The mark of a part, as it stands in the bytes.
std::string Mark(Part part, uint64_t number);

// Filters, and what they mean said again in other words.
inline constexpr int kFilters = 5;
const char* FilterText(int filter);
bool FilterTakes(int filter, const Content& content);

struct ModelShare {
  size_t origin = 0;
  std::string title;
  int filter = 0;
  v1::View view = v1::VIEW_CARD;
  std::set<size_t> members;
  bool deleted = false;
};

struct Message {
  size_t from = 0;
  size_t to = 0;
  bool certain = false;  // its sender was told that it is durable
};

struct Model {
  using Records = std::map<RecordId, Content>;

  std::vector<Records> records;  // by origin
  std::map<ShareId, ModelShare> shares;
  std::set<std::pair<size_t, ShareId>> subscribed;
  // Who was taken out of a share once: whether they heard of it before they were
  // a member again is known to them alone.
  std::set<std::pair<size_t, ShareId>> left;
  std::map<uint64_t, Message> messages;
  // Who was no partner of whom for a while.
  std::set<std::pair<size_t, size_t>> parted;
  // The numbers of all revisions of a record, and which records were erased.
  std::map<RecordId, std::set<uint64_t>> numbers;
  std::set<RecordId> erased;
  // Copies of which rows were damaged: they are judged when they are repaired.
  std::set<std::pair<size_t, ShareId>> damaged;
  std::set<size_t> repaired;  // nodes
  uint64_t last_number = 0;

  // The node is taken out of the share.
  void Leave(size_t node, const ShareId& share);
  // Number of each record that the share holds.
  std::map<RecordId, uint64_t> Scope(const ModelShare& share) const;
  // The widest view by which a node may see each record of an origin.
  std::map<RecordId, v1::View> Visible(size_t node, size_t origin) const;
};

}  // namespace maillage::sim

#endif  // TESTS_SIM_MODEL_H_
