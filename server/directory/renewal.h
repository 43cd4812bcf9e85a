// The renewal of a register: which mandates ended, by a newer file of it.
#ifndef SERVER_DIRECTORY_RENEWAL_H_
#define SERVER_DIRECTORY_RENEWAL_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "server/directory/directory.h"
#include "server/storage/reader.h"

namespace maillage::directory {

// Learns what a file says, then tells which mandates of the same register and of
// bodies that stand in the file it says no more. Bodies that the file does not name
// at all are not touched: it may be an extract. Memory: 8 bytes a mandate and some
// for each body. Not thread safe.
class Renewal {
 public:
  // What is as it was until `as_of`, the last day of what ended.
  explicit Renewal(v1::Date as_of) : as_of_(std::move(as_of)) {}

  // The file says these mandates of that record.
  void See(const RecordId& id, const v1::Actor& draft);
  // The same of a record that is not there yet, and so has no mandate to lose.
  void Cover(const v1::Actor& draft);
  // Whether the file said any mandate of a register.
  bool of_register() const { return !bodies_.empty(); }

  struct Ended {
    RecordId id;
    std::shared_ptr<const v1::Actor> before;
    v1::Actor after;  // without revision and times of its own
    int64_t mandates = 0;
  };
  using EndFn = absl::FunctionRef<absl::Status(Ended ended)>;
  // Visits own records with mandates that ended. A record without a membership
  // that lasts is to be looked at again a year after `as_of`.
  absl::Status ForEachEnded(const storage::Reader& reader, const NodeId& self, EndFn visit);

  // After that: bodies of the registers, in departements that the file is about,
  // which it does not name, with the number of their mandates; and how many
  // mandates are of bodies elsewhere.
  const std::map<std::string, int64_t>& absent() const { return absent_; }
  int64_t elsewhere() const { return elsewhere_; }

 private:
  bool Ends(const RecordId& id, const v1::Membership& membership);

  const v1::Date as_of_;
  absl::flat_hash_set<std::string> registers_;
  absl::flat_hash_set<std::string> bodies_;
  absl::flat_hash_set<std::string> departements_;
  absl::flat_hash_set<uint64_t> seen_;  // hashes of record and mandate
  std::map<std::string, int64_t> absent_;
  int64_t elsewhere_ = 0;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_RENEWAL_H_
