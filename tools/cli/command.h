// A command of the command line: its arguments and what it does.
#ifndef TOOLS_CLI_COMMAND_H_
#define TOOLS_CLI_COMMAND_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/base/error.h"

namespace maillage::cli {

class Arguments;
class Context;

class Command {
 public:
  virtual ~Command() = default;
  // Says which arguments it takes; they are set before Run.
  virtual void Declare(Arguments* arguments) = 0;
  // Does it. A failure becomes `error: WHAT (REASON)` and exit code 1; one with
  // the reason USAGE exit code 2.
  virtual absl::Status Run(Context* context) = 0;
};

// Arguments that do not go together.
inline absl::Status UsageError(absl::string_view message) {
  return InvalidArgument("USAGE", message);
}

}  // namespace maillage::cli

#endif  // TOOLS_CLI_COMMAND_H_
