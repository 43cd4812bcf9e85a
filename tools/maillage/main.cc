// The command line of a node. See tools/README.md.
#include <cstdlib>
#include <iostream>

#include "tools/cli/run.h"
#include "tools/commands/commands.h"

int main(int argc, char** argv) {
  // gRPC logs what it thinks of certificates; errors reach the user as such.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  return maillage::cli::Run(maillage::cli::AllCommands(), {argv + 1, argv + argc}, std::cout,
                            std::cerr);
}
