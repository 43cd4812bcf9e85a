// The history of own actors: who changed which field when, from which source.
#ifndef SERVER_DIRECTORY_HISTORY_H_
#define SERVER_DIRECTORY_HISTORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/history_service.pb.h"
#include "maillage/v1/stored_directory.pb.h"
#include "server/storage/reader.h"

namespace maillage::directory {

// Row of the family history.
std::string HistoryKey(const RecordId& id, uint64_t revision);

// The change that made this revision; nothing where there is no row: the
// creation by an import has none. DATA_LOSS (BAD_ROW).
absl::StatusOr<std::optional<v1::StoredChange>> ReadChange(const storage::Reader& reader,
                                                           const RecordId& id, uint64_t revision);

// What changed from one state of a record to another, in the order of Actor.
// What the directory derives is left out.
std::vector<std::string> ChangedFields(const v1::Actor& before, const v1::Actor& after);

struct HistoryPage {
  std::vector<v1::ActorChange> changes;  // the oldest first
  uint64_t next = 0;                     // revision the next page begins with; 0: none
};

// Changes of the own record that is `now`, from revision `first` on, at most
// `size` of them. DATA_LOSS (BAD_ROW).
absl::StatusOr<HistoryPage> ReadHistory(const storage::Reader& reader, const RecordId& id,
                                        const v1::Actor& now, uint64_t first, size_t size);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_HISTORY_H_
