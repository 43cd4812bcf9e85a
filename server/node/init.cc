#include "server/node/init.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/audit_stage.h"
#include "server/identity/files.h"
#include "server/identity/keys.h"
#include "server/identity/self.h"
#include "server/node/boot_stamp.h"
#include "server/node/home.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::node {
namespace {

namespace fs = std::filesystem;

absl::Status FileError(absl::string_view what, const std::error_code& error) {
  return Unavailable("FILE_ERROR", absl::StrCat("cannot ", what, ": ", error.message()));
}

absl::Status CheckFree(const std::string& dir) {
  std::error_code error;
  if (!fs::exists(dir, error) || fs::is_empty(dir, error)) return absl::OkStatus();
  return FailedPrecondition("HOME_EXISTS", absl::StrCat(dir, " is there already and not empty"),
                            "Choose another directory: a node's keys are not made anew.");
}

// A directory beside the home that goes away unless the home is whole.
class Scaffold {
 public:
  explicit Scaffold(std::string path) : path_(std::move(path)) {}
  ~Scaffold() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

absl::StatusOr<std::string> MakeScaffold(const fs::path& home) {
  std::error_code error;
  fs::create_directories(home.parent_path(), error);
  if (error) return FileError(absl::StrCat("make ", home.parent_path().string()), error);
  std::string path = absl::StrCat(home.string(), ".new-XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return FileError(absl::StrCat("make ", path), std::error_code(errno, std::generic_category()));
  }
  return path;
}

absl::StatusOr<NodeId> Fill(const std::string& dir, const Config& config,
                            const identity::RecoveryKey& recovery, const Clock& clock) {
  ASSIGN_OR_RETURN(identity::Keys keys, identity::CreateKeys(dir, CertificateHosts(config)));
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open({.path = DatabasePath(dir)}));
  identity::AuditStage audit(&clock);
  storage::Writer writer(database.get(), {&audit});
  const std::string port = config.listen.substr(config.listen.rfind(':') + 1);
  identity::Description description = DescriptionOf(config, std::atoi(port.c_str()));
  // A port that the system is to choose is known at the first start.
  if (port == "0") description.endpoints.clear();
  ASSIGN_OR_RETURN(const auto self,
                   identity::Self::Create(std::move(keys), description, recovery.public_key_hash,
                                          &writer, clock, identity::DescriptorPath(dir)));
  RETURN_IF_ERROR(BootStamp(dir).Change(database->latest(), &writer, "", ""));
  RETURN_IF_ERROR(identity::WriteFileAtomically(ConfigPath(dir), ConfigText(config), 0640));
  return self->node();
}

}  // namespace

absl::StatusOr<NewNode> InitNode(const std::string& dir, const Config& config, const Clock& clock) {
  RETURN_IF_ERROR(CheckConfig(config));
  // Without a trailing slash, so that the scaffold stands beside it.
  fs::path home = fs::absolute(dir).lexically_normal();
  if (home.filename().empty()) home = home.parent_path();
  RETURN_IF_ERROR(CheckFree(home));
  ASSIGN_OR_RETURN(std::string path, MakeScaffold(home));
  const Scaffold scaffold(std::move(path));
  identity::RecoveryKey recovery = identity::NewRecoveryKey();
  ASSIGN_OR_RETURN(const NodeId node, Fill(scaffold.path(), config, recovery, clock));
  std::error_code error;
  fs::rename(scaffold.path(), home, error);  // replaces an empty directory
  if (error) return FileError(absl::StrCat("make ", home.string()), error);
  RETURN_IF_ERROR(identity::SyncDirectory(home.parent_path()));
  return NewNode{node, std::move(recovery.sheet)};
}

}  // namespace maillage::node
