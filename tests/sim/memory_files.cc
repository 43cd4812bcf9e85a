// What a node keeps in files of its own, in memory: linked in place of
// server/sharing/erase_log.cc and server/identity/next_keys.cc.
#include <algorithm>
#include <utility>

#include "client/base/error.h"
#include "server/identity/next_keys.h"
#include "server/identity/self.h"
#include "server/sharing/erase_log.h"
#include "tests/sim/memory_storage.h"

namespace maillage::sharing {

// The path is that of the node's disk. Addresses are of no matter here.
absl::StatusOr<std::unique_ptr<EraseLog>> EraseLog::Open(const std::string& path, std::string key) {
  std::unique_ptr<EraseLog> log(new EraseLog(path, std::move(key)));
  const MutexLock lock(&log->mutex_);
  for (const RecordId& id : sim::DiskAt(path).erased) log->Add({absl::Time(), id, {}});
  return log;
}

void EraseLog::Add(Line line) {
  ids_.insert(line.id);
  lines_.push_back(std::move(line));
}

absl::Status EraseLog::Append(absl::Time time, const RecordId& id, const v1::Actor&) {
  sim::Disk& disk = sim::DiskAt(path_);
  if (disk.dead) return Unavailable("FILE_ERROR", "the machine is down");
  disk.erased.push_back(id);
  const MutexLock lock(&mutex_);
  Add({time, id, {}});
  return absl::OkStatus();
}

std::vector<EraseLog::Line> EraseLog::Lines() const {
  const MutexLock lock(&mutex_);
  return lines_;
}

bool EraseLog::Has(const RecordId& id) const {
  const MutexLock lock(&mutex_);
  return ids_.contains(id);
}

bool EraseLog::Contains(absl::string_view) const { return false; }

}  // namespace maillage::sharing

namespace maillage::identity {
namespace {

std::string NextName(absl::string_view name) { return std::string(name) + ".next"; }

}  // namespace

absl::Status SaveNext(const std::string& dir, absl::string_view name, const SigningKey& key) {
  sim::Disk& disk = sim::DiskAt(dir);
  if (disk.dead) return Unavailable("FILE_ERROR", "the machine is down");
  disk.keys[NextName(name)] = std::string(key.seed());
  return absl::OkStatus();
}

absl::Status AdoptNext(const std::string& dir, absl::string_view name) {
  sim::Disk& disk = sim::DiskAt(dir);
  const auto next = disk.keys.find(NextName(name));
  if (next == disk.keys.end()) return absl::OkStatus();
  if (disk.dead) return Unavailable("FILE_ERROR", "the machine is down");
  disk.keys[std::string(name)] = next->second;
  disk.keys.erase(next);
  return absl::OkStatus();
}

// TLS is none of the simulation's.
absl::Status SaveNextTls(const std::string&, const TlsKey&) { return absl::OkStatus(); }
absl::Status AdoptNextTls(const std::string&) { return absl::OkStatus(); }

absl::Status SettleNextKeys(const std::string& dir, const storage::Reader& reader) {
  sim::Disk& disk = sim::DiskAt(dir);
  const auto next = disk.keys.find(NextName(kSigningName));
  const auto row = reader.Get(storage::Family::kMeta, kDescriptorRow);
  v1::Signed stored;
  v1::NodeDescriptor descriptor;
  if (next == disk.keys.end() || !row.ok() || !row->has_value()) return absl::OkStatus();
  if (!stored.ParseFromString(**row) || !descriptor.ParseFromString(stored.payload())) {
    return DataLoss("BAD_ROW", "the descriptor cannot be read");
  }
  const auto key = SigningKey::FromSeed(next->second);
  if (key.ok() && key->public_key() == descriptor.signing_public_keys(0)) {
    return AdoptNext(dir, kSigningName);
  }
  disk.keys.erase(next);
  return absl::OkStatus();
}

}  // namespace maillage::identity
