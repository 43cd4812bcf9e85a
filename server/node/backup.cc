#include "server/node/backup.h"

#include <filesystem>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "maillage/v1/stored.pb.h"
#include "server/identity/files.h"
#include "server/node/home.h"
#include "server/node/version.h"

namespace maillage::node {
namespace {

namespace fs = std::filesystem;

bool IsWithin(const fs::path& path, const fs::path& folder) {
  return absl::StartsWith(absl::StrCat(path.lexically_normal().string(), "/"),
                          absl::StrCat(fs::absolute(folder).lexically_normal().string(), "/"));
}

}  // namespace

NodeBackup::NodeBackup(std::string dir, const identity::Self* self,
                       const storage::Database* database, storage::Writer* writer)
    : dir_(std::move(dir)), self_(self), database_(database), writer_(writer), stamp_(dir_) {}

absl::Status NodeBackup::CheckFolder(const std::string& folder) const {
  if (folder.empty() || folder.front() != '/') {
    return InvalidArgument("BAD_FOLDER", "the folder of a backup is an absolute path",
                           "name a folder of the node's machine, from the root");
  }
  if (IsWithin(folder, DatabasePath(dir_)) || IsWithin(folder, absl::StrCat(dir_, "/keys"))) {
    return InvalidArgument("BAD_FOLDER", absl::StrCat(folder, " lies within the node's own data"),
                           "name a folder outside the node's home, best on another disk");
  }
  ASSIGN_OR_RETURN(const std::vector<storage::Backup> there, storage::Backups(folder).List());
  for (const storage::Backup& backup : there) {
    v1::StoredBackup about;
    if (about.ParseFromString(backup.about) && about.node() == self_->node().bytes()) continue;
    return FailedPrecondition("OTHER_NODES_BACKUPS",
                              absl::StrCat(folder, " holds backups of another node, ",
                                           about.alias().empty() ? "unknown" : about.alias()),
                              "give each node a folder of its own");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> NodeBackup::About() const {
  v1::StoredBackup about;
  about.set_node(std::string(self_->node().bytes()));
  about.set_alias(self_->alias());
  ASSIGN_OR_RETURN(*about.mutable_config(), identity::ReadFile(ConfigPath(dir_)));
  about.set_version(kVersion);
  return about.SerializeAsString();
}

absl::StatusOr<std::vector<storage::Backup>> NodeBackup::Make(const std::string& folder,
                                                              uint32_t keep,
                                                              const std::string& who) const {
  if (runs_.exchange(true)) {
    return FailedPrecondition("BACKUP_RUNS", "a backup is being made", "try again when it is done");
  }
  const absl::Cleanup done = [this] { runs_ = false; };
  // Before anything of the folder is read as if it were a backup of this node.
  absl::Status fit = CheckFolder(folder);
  if (ErrorReason(fit) == "NOT_A_BACKUP") {
    fit = FailedPrecondition("NOT_EMPTY", absl::StrCat(folder, " holds something else"),
                             "name an empty folder, or one that holds backups of this node");
  }
  RETURN_IF_ERROR(fit);
  ASSIGN_OR_RETURN(const std::string about, About());
  const storage::Backups backups(folder);
  RETURN_IF_ERROR(backups.Make(*database_, about, nullptr).status());
  // From here on the database is another one than the backup.
  RETURN_IF_ERROR(stamp_.Change(database_->latest(), writer_, who,
                                absl::StrCat("back up nodes/", ToText(self_->node()))));
  if (keep > 0) RETURN_IF_ERROR(backups.Purge(keep));
  return backups.List();
}

}  // namespace maillage::node
