#include "tools/cli/arguments.h"
#include "tools/cli/context.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class Version : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    const Output& out = context->out();
    if (out.format() == Format::kJson) {
      out.Print("{\"version\":\"" MAILLAGE_VERSION "\"}");
    } else {
      out.Print("maillage " MAILLAGE_VERSION);
    }
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewVersion() { return std::make_unique<Version>(); }

}  // namespace maillage::cli
