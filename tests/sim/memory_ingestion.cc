// Staging without files: linked in place of server/storage/ingestion.cc. What is
// ingested goes to the disk as one commit, so a crash comes before or after it.
#include "tests/sim/memory_ingestion.h"

#include <utility>
#include <vector>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/storage/database.h"
#include "server/storage/ingestion.h"

namespace maillage::sim {
namespace {

class MemoryFolder : public storage::Folder {
 public:
  explicit MemoryFolder(Disk* disk) : disk_(disk) {}

  absl::StatusOr<std::vector<std::string>> List() const override {
    std::vector<std::string> names;
    for (const auto& [name, bytes] : disk_->files) names.push_back(name);
    return names;
  }
  absl::Status Append(const std::string& name, absl::string_view bytes) override {
    if (disk_->dead) return Unavailable("STOPPING", "the machine is down");
    disk_->files[name].append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> Read(const std::string& name, uint64_t offset,
                                   size_t count) const override {
    const auto it = disk_->files.find(name);
    if (it == disk_->files.end() || it->second.size() < offset) return std::string();
    return it->second.substr(offset, count);
  }
  absl::Status Cut(const std::string& name, uint64_t size) override {
    disk_->files[name].resize(size);
    return absl::OkStatus();
  }
  absl::Status Remove(const std::string& name) override {
    if (!disk_->dead) disk_->files.erase(name);
    return absl::OkStatus();
  }

 private:
  Disk* const disk_;
};

}  // namespace

std::unique_ptr<storage::Folder> FolderOf(Disk* disk) {
  return std::make_unique<MemoryFolder>(disk);
}

}  // namespace maillage::sim

namespace maillage::storage {

struct Ingestion::Impl {
  absl::Status status;
  Batch first;
  Batch later;
};

Ingestion::Ingestion(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ingestion::~Ingestion() = default;

namespace {

// Sorted, as files are.
absl::Status Append(PackedRows rows, Batch* to) {
  for (int i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    RETURN_IF_ERROR(
        rows.ForEach(family, [&](Batch::Kind kind, absl::string_view key, absl::string_view value) {
          if (kind == Batch::Kind::kPut) to->Put(family, std::string(key), std::string(value));
          if (kind == Batch::Kind::kDelete) to->Delete(family, std::string(key));
          if (kind == Batch::Kind::kMerge) to->Merge(family, std::string(key), std::string(value));
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Ingestion::Add(PackedRows rows) { return Append(std::move(rows), &impl_->later); }
absl::Status Ingestion::AddFirst(PackedRows rows) { return Append(std::move(rows), &impl_->first); }
void Ingestion::Make(std::function<absl::Status()> make) {
  if (impl_->status.ok()) impl_->status = make();
}
absl::Status Ingestion::Finish() { return impl_->status; }
uint64_t Ingestion::bytes() const { return impl_->first.bytes() + impl_->later.bytes(); }

absl::StatusOr<std::shared_ptr<Ingestion>> Database::StartIngestion() const {
  return std::shared_ptr<Ingestion>(new Ingestion(std::make_unique<Ingestion::Impl>()));
}

absl::Status Database::Ingest(Ingestion* ingestion) {
  Batch all = std::exchange(ingestion->impl_->first, Batch());
  RETURN_IF_ERROR(Append(std::exchange(ingestion->impl_->later, Batch()), &all));
  return Apply(all, /*sync=*/true);
}

}  // namespace maillage::storage
