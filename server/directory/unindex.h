// Takes records out of the index without knowing what they said.
#ifndef SERVER_DIRECTORY_UNINDEX_H_
#define SERVER_DIRECTORY_UNINDEX_H_

#include <vector>

#include "absl/status/status.h"
#include "client/base/ids.h"
#include "server/storage/batch.h"
#include "server/storage/reader.h"

namespace maillage::directory {

// Adds the removal of ordinals, postings and list rows of an origin's records
// whose shown state is damaged, so that they can be indexed as new ones. Looks
// through the whole index. Errors are those of reading.
absl::Status Unindex(const storage::Reader& reader, const NodeId& origin,
                     const std::vector<RecordId>& ids, storage::Batch* writes);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_UNINDEX_H_
