// Whole files and what is to be read from them: for each F.expected in testdata,
// the file F beside it. A line of it is the dialect, a column that is not used, a
// record (see Describe) or a problem, as the reader tells them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/interchange/collecting_sink.h"

namespace maillage::interchange {
namespace {

std::vector<std::string> Fixtures() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(MAILLAGE_TESTDATA)) {
    const std::string name = entry.path().filename().string();
    absl::string_view stem = name;
    if (absl::ConsumeSuffix(&stem, ".expected")) names.emplace_back(stem);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Line breaks within notes would tear a record.
std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', '~');
  return text;
}

std::string Told(const std::string& name, size_t piece) {
  CollectingSink sink;
  const Outcome outcome = Read({}, TestData(name), piece, &sink);
  std::string told = absl::StrCat("dialect ", outcome.dialect, "\n");
  if (!outcome.status.ok()) absl::StrAppend(&told, "error ", outcome.status.ToString(), "\n");
  for (const std::string& column : outcome.unused_columns) {
    absl::StrAppend(&told, "unused ", column, "\n");
  }
  for (const std::string& record : sink.records) {
    absl::StrAppend(&told, "record ", OneLine(record), "\n");
  }
  for (const std::string& problem : sink.problems) {
    absl::StrAppend(&told, "problem ", OneLine(problem), "\n");
  }
  return told;
}

TEST(Fixtures, AreReadAsExpectedHoweverTheyAreCut) {
  const std::vector<std::string> names = Fixtures();
  EXPECT_FALSE(names.empty());
  for (const std::string& name : names) {
    const std::string expected = TestData(name + ".expected");
    const std::string found = testing::TempDir() + "/" + name + ".found";
    std::ofstream(found, std::ios::binary) << Told(name, 0);
    for (const size_t piece : {0, 1, 7, 4096}) {
      EXPECT_EQ(Told(name, piece), expected)
          << name << " in pieces of " << piece << ": see " << found;
    }
  }
}

}  // namespace
}  // namespace maillage::interchange
