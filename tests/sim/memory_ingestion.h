// The staging folder of a disk in memory.
#ifndef TESTS_SIM_MEMORY_INGESTION_H_
#define TESTS_SIM_MEMORY_INGESTION_H_

#include <memory>

#include "server/storage/folder.h"
#include "tests/sim/memory_storage.h"

namespace maillage::sim {

std::unique_ptr<storage::Folder> FolderOf(Disk* disk);

}  // namespace maillage::sim

#endif  // TESTS_SIM_MEMORY_INGESTION_H_
