// Importing files as people have them, into a real node.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override { node_.Start(); }
  nlohmann::json Import(const std::string& csv, std::vector<std::string> more = {}) {
    std::vector<std::string> args = {"-o", "json", "actor", "import", "-", "--source", "test"};
    args.insert(args.end(), more.begin(), more.end());
    const Finished result = node_.Cli(args, csv);
    EXPECT_EQ(result.code, 0) << result.err;
    // Problems come first, one a line; the summary is the last line.
    const size_t end = result.out.find_last_not_of('\n');
    const size_t start = result.out.rfind('\n', end);
    return nlohmann::json::parse(result.out.substr(start == std::string::npos ? 0 : start + 1),
                                 nullptr, false);
  }
  TempDir home_;
  TestNode node_{home_.path(), "capso"};
};

TEST_F(ImportTest, ASecondImportOfTheSameFileChangesNothing) {
  const std::string csv = Professionals(50, "a");
  EXPECT_EQ(Import(csv)["created"], "50");
  const auto again = Import(csv);
  EXPECT_EQ(again.value("created", "0"), "0") << again;
  EXPECT_EQ(again["unchanged"], "50");
  EXPECT_EQ(node_.Count(""), 50);
}

TEST_F(ImportTest, ADryRunReportsAndWritesNothing) {
  EXPECT_EQ(Import(Professionals(50, "a"), {"--dry-run"})["created"], "50");
  EXPECT_EQ(node_.Count(""), 0);
}

TEST_F(ImportTest, ANewerFileOfAListBringsWhatIsKnownUpToDate) {
  Import("Nom;Prénom;Structure;Mél;Ville\r\nDurand;Anne;CCAS;a@example.org;Arques\r\n");
  const auto more = Import(
      "Nom;Prénom;Structure;Mél;Tél;Ville\r\nDURAND;Anne;CCAS;b@example.org;"
      "03 53 01 00 12;ARQUES\r\n");
  EXPECT_EQ(more["updated"], "1") << more;
  EXPECT_EQ(node_.Count("email = a@example.org"), 0);
  EXPECT_EQ(node_.Count("email = b@example.org AND phone = +33353010012"), 1);
}

TEST_F(ImportTest, AHundredThousandRowsAreImportedInBoundedMemory) {
  const size_t before = node_.process().ResidentBytes();
  const auto summary = Import(Professionals(100000, "a"));
  EXPECT_EQ(summary["created"], "100000") << summary;
  EXPECT_EQ(node_.Count("category = PROFESSIONAL"), 100000);
  const size_t grown = node_.process().ResidentBytes() - before;
  EXPECT_LT(grown, 300u << 20) << "grew by " << (grown >> 20) << " MiB";
}

}  // namespace
}  // namespace maillage::testing
