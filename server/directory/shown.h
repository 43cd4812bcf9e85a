// What a node shows of a record: its own row, or of a partner's record the live
// entry with the widest view, ties by revision. Fields are never merged.
#ifndef SERVER_DIRECTORY_SHOWN_H_
#define SERVER_DIRECTORY_SHOWN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/storage/reader.h"

namespace maillage::directory {

// One share in which a record is, or was, known: a row of the `where` family.
struct Sighting {
  ShareId share;
  uint64_t seq = 0;
  v1::View view = v1::VIEW_UNSPECIFIED;  // so for a link's messages, which show nothing
  uint64_t revision = 0;
  v1::EntryKind kind = v1::ENTRY_KIND_UNSPECIFIED;  // PUT is live, others are stubs
};

// The row's value: seq(8) view(1) revision(8) kind(1).
std::string EncodeSighting(const Sighting& sighting);
// DATA_LOSS (BAD_ROW) on a wrong length.
absl::StatusOr<Sighting> DecodeSighting(const ShareId& share, absl::string_view value);

// All shares that know the record, live or not.
absl::StatusOr<std::vector<Sighting>> ReadSightings(const storage::Reader& reader,
                                                    const NodeId& origin, const RecordId& id);

// The live one to show, or null.
const Sighting* WidestLive(const std::vector<Sighting>& sightings);

// Reads the actor of a PUT entry's payload into `actor`, whose memory is used
// again. False where the payload is damaged.
bool ReadActorOfEntry(const NodeId& origin, const v1::Entry& entry, v1::Actor* actor);

// The actor of a PUT entry's payload with name, view, revision and etag filled
// in; null where the payload is damaged.
std::shared_ptr<const v1::Actor> ActorOfEntry(const NodeId& origin, const v1::Entry& entry);

// What is shown of a partner's record, or null.
absl::StatusOr<std::shared_ptr<const v1::Actor>> ReadShown(const storage::Reader& reader,
                                                           const NodeId& origin,
                                                           const RecordId& id);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_SHOWN_H_
