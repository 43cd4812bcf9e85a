#include "tools/commands/daemon.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"

namespace maillage::cli {
namespace {

constexpr char kDaemon[] = "maillaged";

// The daemon beside this program, which belongs to the same version, else the
// one in PATH.
std::string Daemon() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto beside = self.parent_path() / kDaemon;
  return !error && std::filesystem::exists(beside, error) ? beside.string() : kDaemon;
}

}  // namespace

absl::Status BecomeDaemon(Context* context, const std::vector<std::string>& words) {
  const std::string daemon = Daemon();
  std::vector<const char*> argv = {kDaemon};
  for (const std::string& word : words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  *context->out().options().out << std::flush;
  execvp(daemon.c_str(), const_cast<char* const*>(argv.data()));
  return NotFound("NO_MAILLAGED", absl::StrCat(daemon, ": ", std::strerror(errno)),
                  "Install maillaged beside maillage, or add its directory to PATH.");
}

}  // namespace maillage::cli
