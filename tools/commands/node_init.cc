#include <array>
#include <string>
#include <vector>

#include "tools/cli/arguments.h"
#include "tools/commands/commands.h"
#include "tools/commands/daemon.h"

namespace maillage::cli {
namespace {

class NodeInit : public Command {
 public:
  void Declare(Arguments* arguments) override {
    for (Setting& setting : settings_) {
      arguments->Text(setting.option, &setting.value, setting.placeholder, setting.help,
                      setting.need);
    }
  }

  absl::Status Run(Context* context) override {
    std::vector<std::string> words = {"--init"};
    for (const Setting& setting : settings_) {
      if (setting.value.empty()) continue;
      words.insert(words.end(), {setting.option, setting.value});
    }
    return BecomeDaemon(context, words);
  }

 private:
  struct Setting {
    const char* option;
    const char* placeholder;
    const char* help;
    Need need;
    std::string value = {};
  };
  std::array<Setting, 8> settings_ = {{
      {"--dir", "DIR", "Home of the node; made where it is missing", Need::kRequired},
      {"--alias", "ALIAS", "What it calls itself in short: a-z, 0-9, hyphen", Need::kRequired},
      {"--name", "NAME", "Name of the institution", Need::kRequired},
      {"--listen", "HOST:PORT", "Where partners and operators reach it", Need::kRequired},
      {"--web", "HOST:PORT", "Where its public pages are", Need::kOptional},
      {"--base-url", "URL", "Where people find them: https://HOST", Need::kOptional},
      {"--smtp", "URL", "Mail server: smtp://HOST:PORT", Need::kOptional},
      {"--from", "MAILBOX", "Sender of its mails", Need::kOptional},
  }};
};

}  // namespace

std::unique_ptr<Command> NewNodeInit() { return std::make_unique<NodeInit>(); }

}  // namespace maillage::cli
