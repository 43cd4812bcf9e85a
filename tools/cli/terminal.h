// What the standard streams lead to.
#ifndef TOOLS_CLI_TERMINAL_H_
#define TOOLS_CLI_TERMINAL_H_

namespace maillage::cli {

// Columns of the terminal behind a file descriptor; $COLUMNS where it is set;
// 0 (no limit) where there is no terminal.
int TerminalWidth(int fd);
bool IsTerminal(int fd);

}  // namespace maillage::cli

#endif  // TOOLS_CLI_TERMINAL_H_
