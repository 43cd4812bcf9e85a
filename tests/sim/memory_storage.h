// A disk of rows in memory. The simulator links memory_storage.cc in place of
// server/storage/database.cc and writer.cc: the same calls, without RocksDB and
// without the writer's thread.
#ifndef TESTS_SIM_MEMORY_STORAGE_H_
#define TESTS_SIM_MEMORY_STORAGE_H_

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/base/ids.h"
#include "server/storage/batch.h"
#include "server/storage/reader.h"

namespace maillage::sim {

using Rows = std::map<std::string, std::string, std::less<>>;
using Families = std::array<std::shared_ptr<Rows>, storage::kFamilyCount>;

// What outlives a crash, and when the crash comes.
struct Disk {
  Families families;
  // The staging folder.
  std::map<std::string, std::string> files;
  // What was deleted or replaced, and lies in the files until they are purged.
  struct Buried {
    storage::Family family;
    std::string key;
    std::string value;
    uint64_t at;  // commit
  };
  std::vector<Buried> buried;
  uint64_t commits = 0;
  // Lines of erase.log.
  std::vector<RecordId> erased;
  // Seeds of signing keys by the names of their files.
  std::map<std::string, std::string> keys;
  // The machine is down: nothing is written any more.
  bool dead = false;
  // The crash comes with this many commits from now; -1: it does not come.
  int commits_to_live = -1;
  // Whether the last one still reached the disk.
  bool last_is_kept = false;
  // Called before and after each commit.
  std::function<void()> before_commit;
  std::function<void(const storage::Batch&)> after_commit;
  // Plants a fault: what is returned is written instead.
  std::function<storage::Batch(const storage::Batch&)> spoil;

  void Start();
  // To change rows behind everybody's back.
  Rows& Change(storage::Family family);
  const Rows& rows(storage::Family family) const { return *families[static_cast<size_t>(family)]; }
};

// Database::Open() opens the disk of that path.
Disk& DiskAt(const std::string& path);
void RemoveDisks();

std::unique_ptr<storage::Reader> ReaderOf(const Families& families);

}  // namespace maillage::sim

#endif  // TESTS_SIM_MEMORY_STORAGE_H_
