#include "tools/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/numbers.h"

namespace maillage::cli {

int TerminalWidth(int fd) {
  int columns = 0;
  const char* set = std::getenv("COLUMNS");
  if (set != nullptr && absl::SimpleAtoi(set, &columns) && columns > 0) return columns;
  winsize size = {};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool IsTerminal(int fd) { return isatty(fd) == 1; }

}  // namespace maillage::cli
