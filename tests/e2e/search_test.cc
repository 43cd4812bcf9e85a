// Searching and counting from the command line of a real node.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

class SearchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    node_.Start();
    const Finished done = node_.Cli({"actor", "import", "-"},
                                    "Nom;Prénom;Structure;Fonction;Mél;Code INSEE\r\n"
                                    "Lefèvre-d'Hulst;Anaïs;CCAS;Médiatrice;a@example.org;62040\r\n"
                                    "Ségard;Côme;Mairie;Adjoint au maire;b@example.org;62765\r\n");
    ASSERT_EQ(done.code, 0) << done.err;
  }
  std::string List(std::vector<std::string> more) {
    more.insert(more.begin(), {"-o", "csv", "actor", "list"});
    const Finished listed = node_.Cli(more);
    EXPECT_EQ(listed.code, 0) << listed.err;
    return listed.out;
  }

  TempDir home_;
  TestNode node_{home_.path(), "capso"};
};

TEST_F(SearchTest, ListsAndCountsWhatPeopleType) {
  const std::string listed = List({"--search", "lefevre d hulst"});
  EXPECT_TRUE(absl::StrContains(listed, "Lefèvre-d'Hulst")) << listed;
  EXPECT_FALSE(absl::StrContains(listed, "Ségard")) << listed;
  const Finished counted = node_.Cli({"-o", "json", "actor", "count", "--search", "st omer cedex"});
  ASSERT_EQ(counted.code, 0) << counted.err;
  EXPECT_EQ(nlohmann::json::parse(counted.out)["totalSize"], "1") << counted.out;
}

TEST_F(SearchTest, ExplainsWhichIndexesAreUsed) {
  const std::string explained =
      List({"--filter", "territory:200069037", "--search", "segard", "--explain"});
  EXPECT_TRUE(absl::StrContains(explained, "territory,EPCI/200069037,2")) << explained;
  EXPECT_TRUE(absl::StrContains(explained, "name,segard,1")) << explained;
}

TEST_F(SearchTest, SaysWhereAFilterIsWrong) {
  const Finished refused = node_.Cli({"actor", "list", "--filter", "kind < PERSON"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_TRUE(absl::StrContains(refused.err, "at character 6, '<': kind has no order"))
      << refused.err;
  EXPECT_TRUE(absl::StrContains(refused.err, "(BAD_FILTER)")) << refused.err;
  EXPECT_TRUE(absl::StrContains(refused.err, "one of = != :")) << refused.err;
}

}  // namespace
}  // namespace maillage::testing
