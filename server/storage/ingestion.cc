#include "server/storage/ingestion.h"

#include <rocksdb/sst_file_writer.h>

#include <array>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/mutex.h"
#include "client/base/status_macros.h"
#include "server/storage/rocks.h"

namespace maillage::storage {

// Writes the files; what it shares with its threads is under the mutex.
struct Ingestion::Impl {
  using Files = std::array<std::vector<std::string>, kFamilyCount>;

  Impl(rocksdb::Env* env, const DatabaseOptions& options, Folder* folder, std::string name)
      : folder(folder), name(std::move(name)) {
    for (int i = 0; i < kFamilyCount; ++i) {
      tables.emplace_back(DbOptions(env),
                          FamilyOptions(static_cast<Family>(i), options, /*cache=*/nullptr));
    }
    path = options.staging.empty() ? absl::StrCat(options.path, "-staging") : options.staging;
    writer = std::thread([this] { WriteAll(); });
    maker = std::thread([this] { MakeAll(); });
  }

  ~Impl() {
    Stop();
    for (Files* files : {&first, &later}) {
      for (const auto& list : *files) {
        for (const std::string& file : list) (void)folder->Remove(file.substr(path.size() + 1));
      }
    }
  }

  absl::Status Add(PackedRows rows, bool before_all) {
    const MutexLock lock(&mutex);
    while (writing.waiting.has_value() && status.ok() && !stopping) changed.Wait(&mutex);
    RETURN_IF_ERROR(status);
    writing.waiting.emplace(std::move(rows), before_all);
    changed.SignalAll();
    return absl::OkStatus();
  }

  void Make(std::function<absl::Status()> make) {
    const MutexLock lock(&mutex);
    while (making.waiting.has_value()) changed.Wait(&mutex);
    making.waiting = std::move(make);
    changed.SignalAll();
  }

  absl::Status Finish() {
    const MutexLock lock(&mutex);
    while (making.IsBusy() || (writing.IsBusy() && status.ok())) changed.Wait(&mutex);
    return status;
  }

  void Stop() {
    {
      const MutexLock lock(&mutex);
      stopping = true;
      changed.SignalAll();
    }
    maker.join();
    writer.join();
  }

  // Both threads do one thing after another, while the next one may wait.
  template <typename Item>
  struct Step {
    bool IsBusy() const { return waiting.has_value() || at_work; }
    std::optional<Item> waiting;
    bool at_work = false;
  };

  // Nothing once it is to stop.
  template <typename Item>
  std::optional<Item> Next(Step<Item>* step) {
    const MutexLock lock(&mutex);
    step->at_work = false;
    changed.SignalAll();
    while (!step->waiting.has_value() && !stopping) changed.Wait(&mutex);
    if (stopping) return std::nullopt;
    step->at_work = true;
    changed.SignalAll();
    return std::exchange(step->waiting, std::nullopt);
  }

  void Note(const absl::Status& done) {
    const MutexLock lock(&mutex);
    if (status.ok()) status = done;
  }

  bool IsGood() {
    const MutexLock lock(&mutex);
    return status.ok();
  }

  void WriteAll() {
    while (auto next = Next(&writing)) Note(Write(&next->first, next->second));
  }

  void MakeAll() {
    while (auto next = Next(&making)) {
      if (IsGood()) Note((*next)());
    }
  }

  absl::Status Write(PackedRows* rows, bool before_all) {
    for (int i = 0; i < kFamilyCount; ++i) {
      const auto family = static_cast<Family>(i);
      if (rows->Has(family)) RETURN_IF_ERROR(WriteFile(rows, family, before_all ? &first : &later));
    }
    return absl::OkStatus();
  }

  absl::Status WriteFile(PackedRows* rows, Family family, Files* files) {
    const auto index = static_cast<size_t>(family);
    const std::string file = absl::StrCat(path, "/", name, "-", ++count, kTableSuffix);
    (*files)[index].push_back(file);
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), tables[index]);
    RETURN_IF_ERROR(FromRocks(writer.Open(file)));
    RETURN_IF_ERROR(rows->ForEach(
        family, [&](Batch::Kind kind, absl::string_view key, absl::string_view value) {
          switch (kind) {
            case Batch::Kind::kPut:
              return FromRocks(writer.Put(ToSlice(key), ToSlice(value)));
            case Batch::Kind::kDelete:
              return FromRocks(writer.Delete(ToSlice(key)));
            case Batch::Kind::kMerge:
              return FromRocks(writer.Merge(ToSlice(key), ToSlice(value)));
          }
          return absl::OkStatus();
        }));
    RETURN_IF_ERROR(FromRocks(writer.Finish()));
    bytes += writer.FileSize();
    return absl::OkStatus();
  }

  Folder* const folder;
  const std::string name;
  std::string path;
  std::vector<rocksdb::Options> tables;  // by family
  uint64_t count = 0;
  // Of the writing thread, until Finish().
  Files first;
  Files later;
  uint64_t bytes = 0;

  Mutex mutex;
  CondVar changed;
  Step<std::function<absl::Status()>> making ABSL_GUARDED_BY(mutex);
  Step<std::pair<PackedRows, bool>> writing ABSL_GUARDED_BY(mutex);
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  absl::Status status ABSL_GUARDED_BY(mutex);
  std::thread writer;
  std::thread maker;
};

Ingestion::Ingestion(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ingestion::~Ingestion() = default;

absl::Status Ingestion::Add(PackedRows rows) { return impl_->Add(std::move(rows), false); }
absl::Status Ingestion::AddFirst(PackedRows rows) { return impl_->Add(std::move(rows), true); }
void Ingestion::Make(std::function<absl::Status()> make) { impl_->Make(std::move(make)); }
absl::Status Ingestion::Finish() { return impl_->Finish(); }
uint64_t Ingestion::bytes() const { return impl_->bytes; }

absl::StatusOr<std::shared_ptr<Ingestion>> Database::StartIngestion() const {
  static std::atomic<uint64_t> count = 0;
  return std::shared_ptr<Ingestion>(new Ingestion(std::make_unique<Ingestion::Impl>(
      impl_->env(), impl_->options, impl_->staging.get(), absl::StrCat("rows-", ++count))));
}

absl::Status Database::Ingest(Ingestion* ingestion) {
  Ingestion::Impl& from = *ingestion->impl_;
  RETURN_IF_ERROR(from.Finish());
  std::vector<rocksdb::IngestExternalFileArg> args;
  for (int i = 0; i < kFamilyCount; ++i) {
    rocksdb::IngestExternalFileArg arg;
    arg.column_family = impl_->handle(static_cast<Family>(i));
    for (const auto* files : {&from.first[i], &from.later[i]}) {
      arg.external_files.insert(arg.external_files.end(), files->begin(), files->end());
    }
    // The number of a file among the others is kept by the database, not in it.
    arg.options.write_global_seqno = false;
    arg.options.move_files = true;
    if (!arg.external_files.empty()) args.push_back(std::move(arg));
  }
  if (args.empty()) return absl::OkStatus();
  return FromRocks(impl_->db->IngestExternalFiles(args));
}

}  // namespace maillage::storage
