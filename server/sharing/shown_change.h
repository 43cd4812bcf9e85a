// What a new entry changes in what this node shows of a partner's record.
#ifndef SERVER_SHARING_SHOWN_CHANGE_H_
#define SERVER_SHARING_SHOWN_CHANGE_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/directory/shown.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Reads what a PUT entry shows into `actor`, whose memory is used again.
// INVALID_ARGUMENT (BAD_PAYLOAD).
absl::Status ReadPayload(const NodeId& origin, const v1::Entry& entry, v1::Actor* actor);

// Works on the records of one origin as one share of it changes. Reads the
// state before the change from `reader`. Not thread safe.
class ShownChanges {
 public:
  // With `actors` false records are messages, of which nothing is shown.
  ShownChanges(const storage::Reader& reader, const NodeId& origin, const ShareId& share,
               bool actors);

  // The newest entry of the record in this share; null: the share no longer
  // knows the record. Deletes the log row before, adds log and where rows and
  // the change. INVALID_ARGUMENT (BAD_PAYLOAD), or errors of reading.
  absl::Status Set(const RecordId& id, const v1::Entry* entry, storage::Transaction* transaction);
  // The same for who has read what was known of the record.
  using Sightings = std::vector<directory::Sighting>;
  absl::Status SetFrom(const Sightings& before, const RecordId& id, const v1::Entry* entry,
                       storage::Transaction* transaction);
  // As Set, of a record whose rows here are damaged, so that nothing is believed of
  // what was shown of it: the caller takes it out of the index, and here it comes
  // back as a new one. `seqs` are those of its log rows. What other shares have and
  // cannot be read is left out; their own repair brings it back.
  absl::Status Replace(const RecordId& id, const std::vector<uint64_t>& seqs,
                       const v1::Entry* entry, storage::Transaction* transaction);

 private:
  void AddRows(const RecordId& id, const v1::Entry* entry, storage::Batch* writes) const;
  absl::StatusOr<std::shared_ptr<const v1::Actor>> ReadPut(const v1::Entry* entry) const;
  absl::Status AddChange(const RecordId& id, const v1::Entry* entry, const Sightings& before,
                         storage::Transaction* transaction);
  absl::StatusOr<std::shared_ptr<const v1::Actor>> Load(const directory::Sighting& sighting) const;
  // Sightings by other shares, but for rows that cannot be read.
  absl::StatusOr<Sightings> Others(const RecordId& id) const;
  // `sightings` with this share's replaced.
  Sightings After(const Sightings& sightings, const v1::Entry* entry) const;

  const storage::Reader& reader_;
  const NodeId origin_;
  const ShareId share_;
  const bool actors_;
  std::optional<bool> origin_is_new_;  // nothing of the origin is known yet
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SHOWN_CHANGE_H_
