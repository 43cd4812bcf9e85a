// What the law says of records, with whole nodes and the CLI.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

class LawTest : public ::testing::Test {
 protected:
  void SetUp() override {
    capso_.Start();
    irev_.Start();
    ShareProfessionals(capso_, irev_);
    capso_.Ok({"actor", "import", "-", "--source", "test"}, Professionals(3, "a"));
  }
  bool Arrives(int64_t count) {
    return WaitFor([&] { return irev_.Count("origin = capso") == count; });
  }

  TempDir home_;
  TestNode capso_{home_.path(), "capso"};
  TestNode irev_{home_.path(), "irev"};
};

TEST_F(LawTest, ARecordLeavesOnceThePersonWasToldAndComesHomeWhenItMayNoMore) {
  const std::string held =
      capso_.Ok({"share", "preview", "pros", "--filter", "category = PROFESSIONAL"});
  EXPECT_NE(held.find("13"), std::string::npos) << held;
  EXPECT_EQ(irev_.Count("origin = capso"), 0);
  EXPECT_EQ(
      capso_.Cli({"actor", "notice", "--filter", "notice = DUE", "--given", "2026-11-02"}).code, 2);
  capso_.Ok({"actor", "notice", "--filter", "notice = DUE", "--given", "2026-11-02", "--how",
             "courrier"});
  ASSERT_TRUE(Arrives(3)) << irev_.Log();
  capso_.Ok({"objection", "add", "p1@a.example.org", "--scope", "all", "--how", "courriel"});
  ASSERT_TRUE(Arrives(2)) << irev_.Log();
  const std::string csv = capso_.Ok({"-o", "csv", "objection", "list"});
  const size_t id = csv.rfind(',') + 1;  // the last column of the only row
  capso_.Ok({"objection", "remove", csv.substr(id, csv.find_last_not_of("\r\n") + 1 - id)});
  ASSERT_TRUE(Arrives(3)) << irev_.Log();
}

TEST_F(LawTest, WhatIsNeverKeptIsRefusedWithItsArticle) {
  const Finished born = capso_.Cli({"actor", "create", "kind=person", "basis=public_task",
                                    "family=A", "given=B", "birth_date=1970-01-01"});
  EXPECT_EQ(born.code, 1) << born.err;
  EXPECT_NE(born.err.find("NEVER_KEPT"), std::string::npos) << born.err;
  EXPECT_NE(born.err.find("RGPD"), std::string::npos) << born.err;
}

TEST_F(LawTest, ConsentWithoutProofIsRefusedAlsoForAWholeFile) {
  const Finished file = capso_.Cli({"actor", "import", "-", "--source", "c", "--basis", "consent"},
                                   Professionals(1, "c"));
  EXPECT_NE(file.code, 0);
  EXPECT_NE(file.err.find("7.1"), std::string::npos) << file.err;
}

TEST_F(LawTest, TheAuditSaysWhoDidWhatAndIsChecked) {
  const std::string csv = capso_.Ok({"-o", "csv", "audit", "list"});
  EXPECT_NE(csv.find("import importBatches/"), std::string::npos) << csv;
  EXPECT_EQ(csv.find("Durand"), std::string::npos);
  EXPECT_EQ(capso_.Cli({"audit", "list", "--since", "2999-01-01"}).code, 0);
  EXPECT_EQ(capso_.Cli({"audit", "list", "--since", "tomorrow"}).code, 2);
  const Finished verified = capso_.Cli({"audit", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_NE(verified.out.find("Hash of the last"), std::string::npos) << verified.out;
}

TEST_F(LawTest, APersonIsToldAllThatIsHeldAndWhoHasIt) {
  capso_.Ok({"actor", "notice", "--filter", "notice = DUE", "--given", "2026-11-02", "--how",
             "courrier"});
  ASSERT_TRUE(Arrives(3)) << irev_.Log();
  capso_.Ok({"objection", "add", "p1@a.example.org", "--scope", "theme:sport"});
  const auto listed = nlohmann::json::parse(
      capso_.Ok({"-o", "json", "actor", "list", "--filter", "email = p1@a.example.org"}), nullptr,
      false);
  const auto told = nlohmann::json::parse(
      capso_.Ok({"-o", "json", "actor", "disclose", listed.value("name", "")}), nullptr, false);
  ASSERT_EQ(told["recipients"].size(), 1u) << told;
  EXPECT_EQ(told["recipients"][0]["partner"], "irev");
  EXPECT_EQ(told["recipients"][0]["share"], "pros");
  EXPECT_EQ(told["objections"].size(), 1u) << told;
  EXPECT_EQ(told["changes"].size(), 2u) << told;  // the import, the notice
  EXPECT_EQ(told["actor"]["source"], "test");
  EXPECT_NE(capso_.Ok({"audit", "list"}).find("disclose nodes/"), std::string::npos);
  EXPECT_EQ(irev_.Cli({"actor", "disclose", listed.value("name", "")}).code, 1);
}

}  // namespace
}  // namespace maillage::testing
