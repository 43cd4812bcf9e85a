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

// Writes the files; what it shares with its thread is under the mutex.
struct Ingestion::Impl {
  using Files = std::array<std::vector<std::string>, kFamilyCount>;

  Impl(rocksdb::Env* env, const DatabaseOptions& options, Folder* folder, std::string name)
      : folder(folder), name(std::move(name)) {
    for (int i = 0; i < kFamilyCount; ++i) {
      tables.emplace_back(DbOptions(env),
                          FamilyOptions(static_cast<Family>(i), options, /*cache=*/nullptr));
    }
    path = options.staging.empty() ? absl::StrCat(options.path, "-staging") : options.staging;
    thread = std::thread([this] { Run(); });
  }

  ~Impl() {
    Stop();
    for (Files* files : {&first, &later}) {
      for (const auto& list : *files) {
        for (const std::string& file : list) (void)folder->Remove(file.substr(path.size() + 1));
      }
    }
  }

  absl::Status Add(Batch rows, bool before_all) {
    const MutexLock lock(&mutex);
    while (work.has_value() && status.ok()) changed.Wait(&mutex);
    RETURN_IF_ERROR(status);
    work.emplace(std::move(rows), before_all);
    changed.SignalAll();
    return absl::OkStatus();
  }

  absl::Status Finish() {
    const MutexLock lock(&mutex);
    while ((work.has_value() || writing) && status.ok()) changed.Wait(&mutex);
    return status;
  }

  void Stop() {
    {
      const MutexLock lock(&mutex);
      stopping = true;
      changed.SignalAll();
    }
    if (thread.joinable()) thread.join();
  }

  void Run() {
    while (true) {
      std::pair<Batch, bool> next;
      {
        const MutexLock lock(&mutex);
        writing = false;
        changed.SignalAll();
        while (!work.has_value() && !stopping) changed.Wait(&mutex);
        if (!work.has_value() || stopping) return;
        next = *std::move(work);
        work.reset();
        writing = true;
        changed.SignalAll();
      }
      const absl::Status written = Write(SortRows(std::move(next.first)), next.second);
      const MutexLock lock(&mutex);
      if (!written.ok()) status = written;
    }
  }

  absl::Status Write(const std::vector<Batch::Op>& ops, bool before_all) {
    for (auto begin = ops.begin(); begin != ops.end();) {
      auto end = begin;
      while (end != ops.end() && end->family == begin->family) ++end;
      RETURN_IF_ERROR(WriteFile(begin, end, before_all ? &first : &later));
      begin = end;
    }
    return absl::OkStatus();
  }

  using Iterator = std::vector<Batch::Op>::const_iterator;
  absl::Status WriteFile(Iterator begin, Iterator end, Files* files) {
    const auto family = static_cast<size_t>(begin->family);
    const std::string file = absl::StrCat(path, "/", name, "-", ++count, kTableSuffix);
    (*files)[family].push_back(file);
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), tables[family]);
    RETURN_IF_ERROR(FromRocks(writer.Open(file)));
    for (; begin != end; ++begin) {
      rocksdb::Status added;
      switch (begin->kind) {
        case Batch::Kind::kPut:
          added = writer.Put(begin->key, begin->value);
          break;
        case Batch::Kind::kDelete:
          added = writer.Delete(begin->key);
          break;
        case Batch::Kind::kMerge:
          added = writer.Merge(begin->key, begin->value);
          break;
      }
      RETURN_IF_ERROR(FromRocks(added));
    }
    RETURN_IF_ERROR(FromRocks(writer.Finish()));
    bytes += writer.FileSize();
    return absl::OkStatus();
  }

  Folder* const folder;
  const std::string name;
  std::string path;
  std::vector<rocksdb::Options> tables;  // by family
  uint64_t count = 0;
  // Of the thread, until Finish().
  Files first;
  Files later;
  uint64_t bytes = 0;

  Mutex mutex;
  CondVar changed;
  std::optional<std::pair<Batch, bool>> work ABSL_GUARDED_BY(mutex);
  bool writing ABSL_GUARDED_BY(mutex) = false;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  absl::Status status ABSL_GUARDED_BY(mutex);
  std::thread thread;
};

Ingestion::Ingestion(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ingestion::~Ingestion() = default;

absl::Status Ingestion::Add(Batch rows) { return impl_->Add(std::move(rows), false); }
absl::Status Ingestion::AddFirst(Batch rows) { return impl_->Add(std::move(rows), true); }
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
