#include "server/storage/folder.h"

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/storage/rocks.h"
#include "server/storage/spool.h"

namespace maillage::storage {
namespace {

class EnvFolder : public Folder {
 public:
  EnvFolder(rocksdb::Env* env, const std::string& path) : env_(env), path_(path) {}

  absl::StatusOr<std::vector<std::string>> List() const override {
    std::vector<std::string> names;
    RETURN_IF_ERROR(FromRocks(env_->GetChildren(path_, &names)));
    std::erase_if(names, [](const std::string& name) { return name == "." || name == ".."; });
    return names;
  }

  absl::Status Append(const std::string& name, absl::string_view bytes) override {
    std::unique_ptr<rocksdb::WritableFile> file;
    RETURN_IF_ERROR(
        FromRocks(env_->ReopenWritableFile(PathOf(name), &file, rocksdb::EnvOptions())));
    RETURN_IF_ERROR(FromRocks(file->Append(ToSlice(bytes))));
    return FromRocks(file->Close());
  }

  absl::StatusOr<std::string> Read(const std::string& name, uint64_t offset,
                                   size_t count) const override {
    // Reading nothing is an error to RocksDB.
    if (count == 0 || env_->FileExists(PathOf(name)).IsNotFound()) return std::string();
    std::unique_ptr<rocksdb::RandomAccessFile> file;
    RETURN_IF_ERROR(
        FromRocks(env_->NewRandomAccessFile(PathOf(name), &file, rocksdb::EnvOptions())));
    std::string bytes(count, '\0');
    rocksdb::Slice read;
    RETURN_IF_ERROR(FromRocks(file->Read(offset, count, &read, bytes.data())));
    if (read.data() != bytes.data()) return read.ToString();
    bytes.resize(read.size());
    return bytes;
  }

  absl::Status Cut(const std::string& name, uint64_t size) override {
    uint64_t before = 0;
    RETURN_IF_ERROR(FromRocks(env_->GetFileSize(PathOf(name), &before)));
    if (before == size) return absl::OkStatus();
    // What stays is written beside it and takes its place: not every Env cuts.
    ASSIGN_OR_RETURN(const std::string kept, Read(name, 0, size));
    const std::string cut = absl::StrCat(name, ".cut");
    RETURN_IF_ERROR(Remove(cut));
    RETURN_IF_ERROR(Append(cut, kept));
    return FromRocks(env_->RenameFile(PathOf(cut), PathOf(name)));
  }

  absl::Status Remove(const std::string& name) override {
    const rocksdb::Status status = env_->DeleteFile(PathOf(name));
    return env_->FileExists(PathOf(name)).IsNotFound() ? absl::OkStatus() : FromRocks(status);
  }

 private:
  std::string PathOf(const std::string& name) const { return absl::StrCat(path_, "/", name); }

  rocksdb::Env* const env_;
  const std::string path_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Folder>> OpenFolder(rocksdb::Env* env, const std::string& path) {
  RETURN_IF_ERROR(FromRocks(env->CreateDirIfMissing(path)));
  auto folder = std::make_unique<EnvFolder>(env, path);
  ASSIGN_OR_RETURN(const std::vector<std::string> names, folder->List());
  for (const std::string& name : names) {
    if (!absl::EndsWith(name, kSpoolSuffix)) RETURN_IF_ERROR(folder->Remove(name));
  }
  return folder;
}

}  // namespace maillage::storage
