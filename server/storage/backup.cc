#include "server/storage/backup.h"

#include <rocksdb/utilities/backup_engine.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/storage/rocks.h"
#include "server/storage/schema.h"

namespace maillage::storage {
namespace {

namespace fs = std::filesystem;

// How often on_progress is called.
constexpr uint64_t kProgressBytes = 4 << 20;

absl::Status FromEngine(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = status.ToString();
  // Of most of the system's errors RocksDB keeps the text alone.
  const auto is_system = [&](int error) { return text.find(strerror(error)) != std::string::npos; };
  if (status.IsNoSpace() || is_system(ENOSPC) || is_system(EDQUOT) || is_system(EFBIG)) {
    return Error(absl::StatusCode::kResourceExhausted, "NO_SPACE", text,
                 "make room, or choose a folder on a disk with more of it");
  }
  if (status.IsCorruption()) {
    return DataLoss("BACKUP_DAMAGED", text, "take another backup, or another copy of the folder");
  }
  return Unavailable("BACKUP_IO", text, "look at the disk and at who may write to the folder");
}

absl::Status NotABackup(const std::string& folder) {
  return FailedPrecondition("NOT_A_BACKUP", absl::StrCat("there is no backup in ", folder),
                            "name the folder that was given to `maillage node backup`");
}

absl::Status NotEmpty(const std::string& folder, absl::string_view mend) {
  return FailedPrecondition("NOT_EMPTY", absl::StrCat(folder, " holds something else"), mend);
}

bool IsMissingOrEmpty(const std::string& folder) {
  std::error_code error;
  return !fs::exists(folder, error) || fs::is_empty(folder, error);
}

bool HoldsBackups(const std::string& folder) {
  std::error_code error;
  return fs::is_directory(fs::path(folder) / "meta", error);
}

rocksdb::BackupEngineOptions OptionsFor(const std::string& folder) {
  rocksdb::BackupEngineOptions options(folder);
  options.callback_trigger_interval_size = kProgressBytes;
  return options;
}

Backup FromInfo(const rocksdb::BackupInfo& info) {
  Backup backup;
  backup.number = info.backup_id;
  backup.time = absl::FromUnixSeconds(info.timestamp);
  backup.bytes = info.size;
  backup.files = info.number_files;
  if (info.app_metadata.size() >= 4) {
    backup.schema_version = ReadU32(info.app_metadata);
    backup.about = info.app_metadata.substr(4);
  }
  return backup;
}

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngine>> OpenEngine(const std::string& folder) {
  rocksdb::BackupEngine* engine = nullptr;
  RETURN_IF_ERROR(FromEngine(
      rocksdb::BackupEngine::Open(rocksdb::Env::Default(), OptionsFor(folder), &engine)));
  return std::unique_ptr<rocksdb::BackupEngine>(engine);
}

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngineReadOnly>> OpenToRead(
    const std::string& folder) {
  if (!HoldsBackups(folder)) return NotABackup(folder);
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  RETURN_IF_ERROR(FromEngine(
      rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), OptionsFor(folder), &engine)));
  return std::unique_ptr<rocksdb::BackupEngineReadOnly>(engine);
}

std::vector<Backup> ListOf(const rocksdb::BackupEngineReadOnlyBase& engine) {
  std::vector<rocksdb::BackupInfo> infos;
  engine.GetBackupInfo(&infos);
  std::vector<Backup> backups;
  backups.reserve(infos.size());
  for (const rocksdb::BackupInfo& info : infos) backups.push_back(FromInfo(info));
  return backups;
}

absl::Status CheckSchema(const Backup& backup) {
  if (backup.schema_version <= kSchemaVersion) return absl::OkStatus();
  return FailedPrecondition(
      "NEWER_SCHEMA",
      absl::StrCat("backup ", backup.number, " has schema version ", backup.schema_version,
                   ", this program knows ", kSchemaVersion),
      "run the version of maillaged that made the backup, or a newer one");
}

}  // namespace

absl::Status Backups::MakeFolder() const {
  if (mkdir(folder_.c_str(), 0700) == 0) return absl::OkStatus();
  const int error = errno;
  if (error == ENOENT) {
    return NotFound("NO_FOLDER", absl::StrCat("cannot make ", folder_, ": its parent is missing"),
                    "make the parent folder, or mount the disk");
  }
  if (error != EEXIST) {
    return Unavailable("BACKUP_IO", absl::StrCat("cannot make ", folder_, ": ", strerror(error)),
                       "name a folder that the node's user may write to");
  }
  if (IsMissingOrEmpty(folder_) || HoldsBackups(folder_)) return absl::OkStatus();
  return NotEmpty(folder_, "name an empty folder, or one that holds backups of this node");
}

absl::StatusOr<Backup> Backups::Make(const Database& database, const std::string& about,
                                     const OnProgress& on_progress) const {
  RETURN_IF_ERROR(MakeFolder());
  ASSIGN_OR_RETURN(const auto engine, OpenEngine(folder_));
  std::string metadata;
  AppendU32(&metadata, kSchemaVersion);
  metadata += about;
  uint64_t bytes = 0;
  rocksdb::CreateBackupOptions options;
  // Else the whole write-ahead log would be copied each time.
  options.flush_before_backup = true;
  options.progress_callback = [&] {
    bytes += kProgressBytes;
    if (on_progress) on_progress(bytes);
  };
  rocksdb::BackupID number = 0;
  RETURN_IF_ERROR(FromEngine(
      engine->CreateNewBackupWithMetadata(options, database.impl_->db.get(), metadata, &number)));
  const absl::Status whole =
      FromEngine(engine->VerifyBackup(number, /*verify_with_checksum=*/true));
  rocksdb::BackupInfo info;
  if (whole.ok()) RETURN_IF_ERROR(FromEngine(engine->GetBackupInfo(number, &info)));
  if (!whole.ok()) {
    // What cannot be read back must not be taken for a backup.
    engine->DeleteBackup(number).PermitUncheckedError();
    return whole;
  }
  return FromInfo(info);
}

absl::Status Backups::Purge(uint32_t keep) const {
  ASSIGN_OR_RETURN(const auto engine, OpenEngine(folder_));
  return FromEngine(engine->PurgeOldBackups(keep));
}

absl::StatusOr<std::vector<Backup>> Backups::List() const {
  if (IsMissingOrEmpty(folder_)) return std::vector<Backup>();
  ASSIGN_OR_RETURN(const auto engine, OpenToRead(folder_));
  return ListOf(*engine);
}

absl::Status Backups::Restore(uint32_t number, const std::string& target) const {
  ASSIGN_OR_RETURN(const auto engine, OpenToRead(folder_));
  const std::vector<Backup> backups = ListOf(*engine);
  const auto backup = std::find_if(backups.begin(), backups.end(),
                                   [&](const Backup& b) { return b.number == number; });
  if (backup == backups.end()) {
    return NotFound("NO_SUCH_BACKUP", absl::StrCat(folder_, " has no backup ", number));
  }
  RETURN_IF_ERROR(CheckSchema(*backup));
  // RocksDB would empty it.
  if (!IsMissingOrEmpty(target)) return NotEmpty(target, "restore into an empty folder");
  return FromEngine(engine->RestoreDBFromBackup(number, target, target));
}

}  // namespace maillage::storage
