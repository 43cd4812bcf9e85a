#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tools/cli/arguments.h"
#include "tools/cli/context.h"
#include "tools/commands/commands.h"

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

class NodeInit : public Command {
 public:
  void Declare(Arguments* arguments) override {
    for (Setting& setting : settings_) {
      arguments->Text(setting.option, &setting.value, setting.placeholder, setting.help,
                      setting.need);
    }
  }

  absl::Status Run(Context* context) override {
    const std::string daemon = Daemon();
    std::vector<const char*> words = {kDaemon, "--init"};
    for (const Setting& setting : settings_) {
      if (setting.value.empty()) continue;
      words.push_back(setting.option);
      words.push_back(setting.value.c_str());
    }
    words.push_back(nullptr);
    *context->out().options().out << std::flush;
    // The daemon takes over: its output and its exit code are this command's.
    execvp(daemon.c_str(), const_cast<char* const*>(words.data()));
    return NotFound("NO_MAILLAGED", absl::StrCat(daemon, ": ", std::strerror(errno)),
                    "Install maillaged beside maillage, or add its directory to PATH.");
  }

 private:
  struct Setting {
    const char* option;
    const char* placeholder;
    const char* help;
    Need need;
    std::string value = {};
  };
  std::array<Setting, 7> settings_ = {{
      {"--dir", "DIR", "Home of the node; made where it is missing", Need::kRequired},
      {"--alias", "ALIAS", "What it calls itself in short: a-z, 0-9, hyphen", Need::kRequired},
      {"--name", "NAME", "Name of the institution", Need::kRequired},
      {"--listen", "HOST:PORT", "Where partners and operators reach it", Need::kRequired},
      {"--web", "HOST:PORT", "Where its public pages are", Need::kOptional},
      {"--smtp", "URL", "Mail server: smtp://HOST:PORT", Need::kOptional},
      {"--from", "MAILBOX", "Sender of its mails", Need::kOptional},
  }};
};

}  // namespace

std::unique_ptr<Command> NewNodeInit() { return std::make_unique<NodeInit>(); }

}  // namespace maillage::cli
