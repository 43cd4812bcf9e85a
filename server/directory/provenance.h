// Which values of a record came from a source, and which somebody took away.
#ifndef SERVER_DIRECTORY_PROVENANCE_H_
#define SERVER_DIRECTORY_PROVENANCE_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "server/storage/reader.h"

namespace maillage::directory {

// Worked out from the history: nothing is kept for it. What an undone import
// took away or gave back counts as if it had not been.
class Provenance {
 public:
  // Knows nothing: nothing was brought, nothing taken away.
  Provenance() = default;
  // Of the own record that is `now`, for the files of this source. DATA_LOSS
  // (BAD_ROW).
  static absl::StatusOr<Provenance> Read(const storage::Reader& reader, const RecordId& id,
                                         const v1::Actor& now, absl::string_view source);

  // The value (record_values.h) stands in the record, and the source brought it.
  bool Brought(const std::string& key) const;
  // It does not, and not the source took it away.
  bool TakenAway(const std::string& key) const;

 private:
  enum class By { kSource, kOther, kUndo };
  struct Value {
    bool present = false;
    bool brought = false;       // by the source, when it came last
    bool gone_with_it = false;  // the source took it away itself
  };
  void Follow(const v1::Actor& state, By by);

  absl::flat_hash_map<std::string, Value> values_;
};

// The source that an import gave, or, of one that has no row any more, `otherwise`.
absl::StatusOr<std::string> SourceOfBatch(const storage::Reader& reader, absl::string_view batch,
                                          absl::string_view otherwise);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_PROVENANCE_H_
