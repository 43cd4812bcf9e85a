// From the words of a command line to an exit code.
#ifndef TOOLS_CLI_RUN_H_
#define TOOLS_CLI_RUN_H_

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tools/cli/command.h"

namespace maillage::cli {

// A command, or a group of commands where `make` is null. A path is "actor" or
// "actor list"; groups come before their commands. `summary` is an English text
// of the catalogue.
struct CommandEntry {
  const char* path;
  const char* summary;
  std::unique_ptr<Command> (*make)();
};

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

// Runs the command that `words` (without the program's name) ask for. Help and
// results go to `out`; errors, remarks and progress to `err`, in a width and
// manner that suit the terminals behind file descriptors 1 and 2.
int Run(const std::vector<CommandEntry>& commands, std::vector<std::string> words,
        std::ostream& out, std::ostream& err);

}  // namespace maillage::cli

#endif  // TOOLS_CLI_RUN_H_
