#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/cli/arguments.h"
#include "tools/commands/commands.h"
#include "tools/commands/daemon.h"

namespace maillage::cli {
namespace {

class NodeRestore : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("--from", &from_, "FOLDER", "Folder that holds the backups", Need::kRequired);
    arguments->Text("--dir", &dir_, "DIR", "Home of the node; $MAILLAGE_DIR by default");
    arguments->Number("--number", &number_, "Which backup; the newest by default");
  }

  absl::Status Run(Context* context) override {
    const char* home = std::getenv("MAILLAGE_DIR");
    if (dir_.empty() && home != nullptr) dir_ = home;
    if (dir_.empty()) return UsageError("--dir is missing, and MAILLAGE_DIR is not set");
    std::vector<std::string> words = {"--dir", dir_, "--restore", from_};
    if (number_ > 0) words.insert(words.end(), {"--number", absl::StrCat(number_)});
    return BecomeDaemon(context, words);
  }

 private:
  std::string from_;
  std::string dir_;
  int64_t number_ = 0;
};

}  // namespace

std::unique_ptr<Command> NewNodeRestore() { return std::make_unique<NodeRestore>(); }

}  // namespace maillage::cli
