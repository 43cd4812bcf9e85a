// A run while it is being received: what can be judged before its Head is.
#ifndef SERVER_SHARING_INCOMING_RUN_H_
#define SERVER_SHARING_INCOMING_RUN_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "client/base/sha256.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/share_key.h"

namespace maillage::sharing {

// A run that is larger is staged on the disk.
inline constexpr size_t kLargeRunEntries = 2'000;
inline constexpr size_t kLargeRunBytes = 4 << 20;
// What is held in memory of runs that are not whole yet has a bound.
inline constexpr size_t kMaxRunBytes = 512 << 20;
// What an entry weighs beside its payload.
inline constexpr size_t kEntryOverheadBytes = 200;

// Whether an origin could have made such an entry: BAD_ENTRY, UNSIGNED_ERASE (an
// ERASE without a signature; whether it is right only its bench can tell).
absl::Status CheckContent(const v1::Entry& entry);

struct IncomingEntry {
  RecordId id;
  v1::Entry entry;
  Hash leaf;  // of a PUT
};

// Not thread safe; movable. All errors are INVALID_ARGUMENT with the reason
// named; after one the run is to be dropped.
class IncomingRun {
 public:
  // BAD_RUN: fields of a wrong length, or an end before the beginning.
  static absl::StatusOr<IncomingRun> Start(const v1::RunStart& start);

  // Takes entries, and hashes them. `room` is how many bytes may still be held
  // (RUN_TOO_LARGE). OUT_OF_ORDER: a seq that does not rise or lies outside the
  // run. BAD_ENTRY: an entry that no origin makes. UNSIGNED_ERASE.
  absl::Status Add(v1::RunEntries* part, size_t room);

  const ShareKey& key() const { return key_; }
  const NodeId& origin() const { return key_.origin; }
  const ShareId& share() const { return key_.share; }
  const Incarnation& incarnation() const { return incarnation_; }
  uint64_t from_seq() const { return from_seq_; }
  uint64_t to_seq() const { return to_seq_; }
  const std::vector<IncomingEntry>& entries() const { return entries_; }
  // Hands over the entries that are held, for staging: the run is a large one.
  std::vector<IncomingEntry> TakeEntries();
  // Whether some were handed over, and up to where.
  bool is_staged() const { return is_staged_; }
  uint64_t staged_seq() const { return staged_seq_; }
  size_t bytes() const { return bytes_; }

 private:
  IncomingRun() = default;
  absl::Status AddEntry(v1::Entry* entry);

  ShareKey key_;
  Incarnation incarnation_;
  uint64_t from_seq_ = 0;
  uint64_t to_seq_ = 0;
  uint64_t last_seq_ = 0;
  bool is_staged_ = false;
  uint64_t staged_seq_ = 0;
  std::vector<IncomingEntry> entries_;
  size_t bytes_ = 0;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_INCOMING_RUN_H_
