// The README runs: its tour is executed as it stands.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/testing/files.h"
#include "tests/testing/process.h"

namespace maillage::testing {
namespace {

// The shell blocks that follow a `<!-- tour -->` line, joined.
std::string Tour() {
  std::ifstream readme(std::string(MAILLAGE_SOURCE_DIR) + "/README.md");
  std::string script;
  bool marked = false;
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (inside && line == "```") {
      inside = marked = false;
    } else if (inside) {
      absl::StrAppend(&script, line, "\n");
    } else if (marked && line == "```sh") {
      inside = true;
    } else if (line == "<!-- tour -->") {
      marked = true;
    }
  }
  return script;
}

TEST(Readme, TourWorksAsItStands) {
  const TempDir home;
  const std::string programs = std::filesystem::path(MAILLAGE_CLI).parent_path();
  const std::string script = home.path() + "/tour.sh";
  std::ofstream(script) << "set -eu\ncd " << home.path() << "\nexport PATH=" << programs
                        << ":$PATH\ntrap 'kill %1; wait' EXIT\n"
                        << Tour();
  const Finished tour = RunProgram({"timeout", "60", "bash", script});
  EXPECT_EQ(tour.code, 0) << tour.out << tour.err;
  EXPECT_NE(tour.out.find("Lefèvre-d'Hulst"), std::string::npos) << tour.out;
  EXPECT_NE(tour.out.find("a.hulst@example.org"), std::string::npos) << tour.out;
}

}  // namespace
}  // namespace maillage::testing
