// Holds the stories in tests/sharing/testdata to what the nodes say. With
// MAILLAGE_REWRITE_GOLDEN set they are written anew.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/sim/golden.h"

namespace maillage::sim {
namespace {

// Comments and empty lines stay; what stands under a command, after "----", is
// what it says.
std::string Replay(const std::string& story) {
  Golden golden;
  std::string told;
  bool answer = false;
  const std::vector<std::string> lines = absl::StrSplit(story, '\n');
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (line.empty()) answer = false;
    if (line == "----") answer = true;
    if (answer) continue;
    absl::StrAppend(&told, line, "\n");
    if (line.empty() || absl::StartsWith(line, "#")) continue;
    const std::string said = golden.Do(line);
    if (said == "ok\n") continue;
    absl::StrAppend(&told, "----\n", said);
    const bool spaced = i + 1 < lines.size() && (lines[i + 1].empty() || lines[i + 1] == "----");
    if (!spaced) absl::StrAppend(&told, "\n");
  }
  return told;
}

TEST(Golden, StoriesAreToldAsTheyAreWritten) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(GOLDEN_PATH)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  ASSERT_FALSE(paths.empty());
  for (const auto& path : paths) {
    std::ifstream in(path);
    const std::string story((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::string told = Replay(story);
    if (std::getenv("MAILLAGE_REWRITE_GOLDEN") != nullptr) std::ofstream(path) << told;
    EXPECT_EQ(told, story) << path;
  }
}

}  // namespace
}  // namespace maillage::sim
