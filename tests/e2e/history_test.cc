// Who changed what in a record, from the command line, and how it ends.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

class HistoryTest : public ::testing::Test {
 protected:
  void SetUp() override { node_.Start(); }
  // Creates a person; returns its name.
  std::string Created() {
    const auto actor = nlohmann::json::parse(
        node_.Ok({"-o", "json", "actor", "create", "given=Anne", "family=Durand",
                  "employment=Agente@CCAS d'Arques", "email=a@example.org", "basis=public_task"}));
    return actor["name"];
  }
  TempDir home_;
  TestNode node_{home_.path(), "capso"};
};

TEST_F(HistoryTest, ShowsEachFieldFromOldToNew) {
  const std::string name = Created();
  node_.Ok({"actor", "update", name, "email=b@example.org", "notes=rappeler en mars"});
  const std::string table = node_.Ok({"actor", "history", name});
  EXPECT_NE(table.find("BEFORE"), std::string::npos) << table;
  EXPECT_NE(table.find("a@example.org"), std::string::npos) << table;
  EXPECT_NE(table.find("b@example.org"), std::string::npos) << table;
  const std::string json = node_.Ok({"-o", "json", "actor", "history", name});
  const auto last = nlohmann::json::parse(json.substr(json.find('\n') + 1));
  EXPECT_EQ(last["revision"], "2");
  EXPECT_EQ(last["fields"], nlohmann::json({"contact_points", "notes"}));
  EXPECT_EQ(last["before"]["contactPoints"][0]["value"], "a@example.org");
  EXPECT_EQ(last["after"]["contactPoints"][0]["value"], "b@example.org");
}

TEST_F(HistoryTest, IsErasedWithTheRecord) {
  const std::string name = Created();
  node_.Ok({"actor", "update", name, "notes=x"});
  node_.Ok({"actor", "erase", name, "--why", "demande de la personne"});
  const Finished gone = node_.Cli({"actor", "history", name});
  EXPECT_EQ(gone.code, 1);
  EXPECT_NE(gone.err.find("NO_ACTOR"), std::string::npos) << gone.err;
}

}  // namespace
}  // namespace maillage::testing
