// Many new own records at once, made into files on the side, which the database
// takes whole: what a large import makes.
#ifndef SERVER_DIRECTORY_NEW_RECORDS_H_
#define SERVER_DIRECTORY_NEW_RECORDS_H_

#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::directory {

struct NewRecord {
  RecordId id;
  v1::Actor actor;  // whole, without name and etag
};

// Writes some thousand records, all of them or none, on a thread of its own. Not
// thread safe.
class NewRecords {
 public:
  // The pointers must outlive it.
  NewRecords(const NodeId& self, const storage::Database* database, storage::Writer* writer,
             std::vector<NewRecord> records);
  ~NewRecords();
  NewRecords(const NewRecords&) = delete;
  NewRecords& operator=(const NewRecords&) = delete;

  // They are durable, or none was taken: ABORTED (RECORDS_ARE_SHARED) where the
  // node shares records, so that commit stages must see each; errors of the disk.
  absl::Status Wait();
  // What was not taken; after Wait().
  std::vector<NewRecord> Take() { return std::move(records_); }

 private:
  absl::Status Commit() const;

  const NodeId self_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  std::vector<NewRecord> records_;
  absl::Status status_;
  std::thread thread_;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_NEW_RECORDS_H_
