#include "server/node/restore.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "maillage/v1/stored.pb.h"
#include "server/identity/descriptor.h"
#include "server/identity/files.h"
#include "server/identity/keys.h"
#include "server/node/boot_stamp.h"
#include "server/node/home.h"

namespace maillage::node {
namespace {

namespace fs = std::filesystem;

constexpr char kTimeFormat[] = "%Y%m%dT%H%M%SZ";

absl::Status FileError(absl::string_view what, const std::error_code& error) {
  return Unavailable("FILE_ERROR", absl::StrCat("cannot ", what, ": ", error.message()));
}

absl::Status Move(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  return error ? FileError(absl::StrCat("move ", from, " to ", to), error) : absl::OkStatus();
}

absl::StatusOr<storage::Backup> Choose(const std::string& from, uint32_t number) {
  ASSIGN_OR_RETURN(const std::vector<storage::Backup> list, storage::Backups(from).List());
  if (list.empty()) {
    return FailedPrecondition("NOT_A_BACKUP", absl::StrCat("there is no backup in ", from),
                              "name the folder that was given to `maillage node backup`");
  }
  if (number == 0) return list.back();
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const storage::Backup& b) { return b.number == number; });
  if (found != list.end()) return *found;
  const auto number_of = [](std::string* out, const storage::Backup& backup) {
    absl::StrAppend(out, backup.number);
  };
  return NotFound("NO_SUCH_BACKUP", absl::StrCat(from, " has no backup ", number, " but ",
                                                 absl::StrJoin(list, ", ", number_of)));
}

// Whose keys they are, and whose backup.
absl::StatusOr<v1::StoredBackup> CheckOwner(const std::string& dir, const storage::Backup& backup) {
  const auto keys = identity::LoadKeys(dir);
  if (absl::IsNotFound(keys.status())) {
    return FailedPrecondition("NO_KEYS", absl::StrCat(dir, " has no keys of a node"),
                              "put DIR/keys back first: they are not in the backup");
  }
  RETURN_IF_ERROR(keys.status());
  v1::StoredBackup about;
  if (!about.ParseFromString(backup.about)) {
    return DataLoss("BACKUP_DAMAGED", "the backup does not say of which node it is",
                    "take another backup");
  }
  const NodeId node = identity::NodeIdOf(keys->root.public_key());
  if (about.node() == node.bytes()) return about;
  return FailedPrecondition("OTHER_NODES_BACKUP",
                            absl::StrCat("the backup is of the node ", about.alias(),
                                         ", the keys in ", dir, " are of node ", ToText(node)),
                            "restore it into that node's home");
}

// Swaps what was restored for what is there; returns where that is now.
absl::StatusOr<std::string> PutInPlace(const std::string& dir, const std::string& restored,
                                       absl::Time now) {
  const std::string database = DatabasePath(dir);
  std::string moved_to;
  std::error_code ignored;
  if (fs::exists(database, ignored)) {
    const std::string base = absl::StrCat(database, ".before-restore-",
                                          absl::FormatTime(kTimeFormat, now, absl::UTCTimeZone()));
    moved_to = base;
    for (int n = 2; fs::exists(moved_to, ignored); ++n) moved_to = absl::StrCat(base, "-", n);
    RETURN_IF_ERROR(Move(database, moved_to));
  }
  RETURN_IF_ERROR(Move(restored, database));
  RETURN_IF_ERROR(identity::SyncDirectory(dir));
  return moved_to;
}

}  // namespace

absl::StatusOr<Restored> RestoreNode(const std::string& dir, const std::string& from,
                                     uint32_t number, const Clock& clock) {
  Restored result;
  ASSIGN_OR_RETURN(result.backup, Choose(from, number));
  ASSIGN_OR_RETURN(const v1::StoredBackup about, CheckOwner(dir, result.backup));
  std::error_code error;
  if (!fs::exists(ConfigPath(dir), error)) {
    RETURN_IF_ERROR(identity::WriteFileAtomically(ConfigPath(dir), about.config(), 0640));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<HomeLock> lock, HomeLock::Take(dir));
  const std::string restoring = absl::StrCat(DatabasePath(dir), ".restoring");
  fs::remove_all(restoring, error);  // of one that was interrupted
  if (error) return FileError(absl::StrCat("remove ", restoring), error);
  if (absl::Status status = storage::Backups(from).Restore(result.backup.number, restoring);
      !status.ok()) {
    fs::remove_all(restoring, error);
    return status;
  }
  RETURN_IF_ERROR(BootStamp(dir).NoteRestored(
      absl::StrCat("a backup of ",
                   absl::FormatTime("%Y-%m-%d %H:%M:%S", result.backup.time, absl::UTCTimeZone()),
                   " UTC was restored")));
  ASSIGN_OR_RETURN(result.moved_to, PutInPlace(dir, restoring, clock.Now()));
  return result;
}

}  // namespace maillage::node
