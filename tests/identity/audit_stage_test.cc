#include "server/identity/audit_stage.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "client/base/error.h"
#include "tests/identity/identity_fixture.h"

namespace maillage::identity {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

class AuditStageTest : public testing::Test {
 protected:
  AuditStageTest() : stage_(&clock_) {
    database_ = *storage::Database::Open({.path = "/audit", .in_memory = true});
    writer_ = std::make_unique<storage::Writer>(database_.get(),
                                                std::vector<storage::CommitStage*>{&stage_});
  }
  absl::Status Do(const std::string& what) {
    storage::Transaction transaction;
    transaction.writes.Put(storage::Family::kMeta, "x", "y");
    transaction.who = "operators/test";
    transaction.what = what;
    return writer_->Commit(std::move(transaction));
  }
  Rows Lines() const {
    Rows rows;
    EXPECT_TRUE(database_->latest()
                    .Scan(storage::Family::kAudit, "", "",
                          [&](absl::string_view key, absl::string_view value) {
                            rows.emplace_back(std::string(key), std::string(value));
                            return true;
                          })
                    .ok());
    return rows;
  }
  static absl::Status Check(const Rows& rows) {
    AuditChain chain;
    for (const auto& [key, row] : rows) {
      if (const absl::Status status = chain.Add(key, row); !status.ok()) return status;
    }
    return absl::OkStatus();
  }
  TestClock clock_;
  AuditStage stage_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::Writer> writer_;
};

TEST_F(AuditStageTest, WritesOneLineForEachTransactionThatSaysWhatItDoes) {
  ASSERT_TRUE(Do("add operators/x").ok());
  ASSERT_TRUE(Do("").ok());
  ASSERT_TRUE(Do("remove operators/x").ok());
  EXPECT_EQ(Lines().size(), 2u);
  v1::AuditLine line;
  ASSERT_TRUE(line.ParseFromString(Lines()[1].second));
  EXPECT_EQ(line.who(), "operators/test");
  EXPECT_EQ(line.what(), "remove operators/x");
  EXPECT_EQ(line.number(), 2u);
  EXPECT_EQ(VerifyAudit(database_->latest())->number(), 2u);
}

TEST_F(AuditStageTest, ContinuesTheChainAfterARestartAndAClockSetBack) {
  ASSERT_TRUE(Do("one").ok());
  writer_.reset();
  clock_.now -= absl::Hours(1);
  AuditStage again(&clock_);
  writer_ = std::make_unique<storage::Writer>(database_.get(),
                                              std::vector<storage::CommitStage*>{&again});
  ASSERT_TRUE(Do("two").ok());
  EXPECT_EQ(VerifyAudit(database_->latest())->number(), 2u);
  writer_.reset();
}

TEST_F(AuditStageTest, ShowsEveryKindOfTampering) {
  for (const char* what : {"one", "two", "three", "four"}) {
    ASSERT_TRUE(Do(what).ok());
    clock_.now += absl::Seconds(1);
  }
  const Rows good = Lines();
  ASSERT_TRUE(Check(good).ok());
  Rows missing = good;
  missing.erase(missing.begin() + 1);
  Rows swapped = good;
  std::swap(swapped[1], swapped[2]);
  Rows moved = good;
  moved[2].first[7] ^= 1;
  Rows changed = good;
  v1::AuditLine line;
  ASSERT_TRUE(line.ParseFromString(changed[1].second));
  line.set_who("operators/other");
  changed[1].second = line.SerializeAsString();
  Rows garbage = good;
  garbage[0].second = "\xff";
  for (const Rows& bad : {missing, swapped, moved, changed, garbage}) {
    EXPECT_EQ(ErrorReason(Check(bad)), "AUDIT_BROKEN");
  }
}

TEST_F(AuditStageTest, ShowsAChainThatWasCutShort) {
  ASSERT_TRUE(Do("one").ok());
  ASSERT_TRUE(Do("two").ok());
  storage::Batch batch;
  batch.Delete(storage::Family::kAudit, Lines().back().first);
  ASSERT_TRUE(database_->Apply(batch, true).ok());
  EXPECT_EQ(ErrorReason(VerifyAudit(database_->latest()).status()), "AUDIT_BROKEN");
}

// Fails its group until told otherwise.
class FailingStage : public storage::CommitStage {
 public:
  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(const storage::Transaction&) const override {
    return nullptr;
  }
  absl::Status Commit(const storage::Transaction&, const Prepared*, storage::Group*) override {
    return fail ? DataLoss("TEST", "the stage fails") : absl::OkStatus();
  }
  std::atomic<bool> fail = true;
};

TEST_F(AuditStageTest, ForgetsTheLinesOfAGroupThatFailed) {
  ASSERT_TRUE(Do("one").ok());
  writer_.reset();
  FailingStage failing;
  writer_ = std::make_unique<storage::Writer>(
      database_.get(), std::vector<storage::CommitStage*>{&stage_, &failing});
  EXPECT_FALSE(Do("lost").ok());
  failing.fail = false;
  EXPECT_TRUE(Do("two").ok());
  EXPECT_EQ(VerifyAudit(database_->latest())->number(), 2u);
  writer_.reset();
}

TEST(Operators, KeepRoleAndCertificateAndGiveTheKeyAwayOnce) {
  TestClock clock;
  TestIdentity here("here", &clock);
  const auto added = here.operators->Add("marie", v1::ROLE_EDITOR, "admin-socket");
  ASSERT_TRUE(added.ok()) << added.status();
  const auto loaded = Operators::Load(here.database->latest(), here.writer.get(), &clock);
  ASSERT_TRUE(loaded.ok());
  const auto found = (*loaded)->FindByCertificate(added->tls.certificate_hash);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->alias, "marie");
  EXPECT_EQ(found->role, v1::ROLE_EDITOR);
  EXPECT_EQ(ErrorReason(here.operators->Add("marie", v1::ROLE_READER, "x").status()),
            "ALIAS_TAKEN");
  ASSERT_TRUE(here.operators->Remove("operators/marie", "admin-socket").ok());
  EXPECT_FALSE(here.operators->FindByCertificate(added->tls.certificate_hash).has_value());
  EXPECT_EQ(ErrorReason(here.operators->Remove("marie", "x")), "NO_SUCH_OPERATOR");
}

TEST(Operators, RefuseBadAliasesAndRoles) {
  TestClock clock;
  TestIdentity here("here", &clock);
  for (const char* alias :
       {"", "-a", "a-", "A", "a b", "a/b", "é", "a23456789012345678901234567890123"}) {
    EXPECT_EQ(ErrorReason(here.operators->Add(alias, v1::ROLE_READER, "x").status()), "BAD_ALIAS")
        << alias;
  }
  EXPECT_EQ(ErrorReason(here.operators->Add("a", v1::ROLE_UNSPECIFIED, "x").status()), "BAD_ROLE");
  EXPECT_EQ(ErrorReason(here.operators->Add("a", static_cast<v1::Role>(9), "x").status()),
            "BAD_ROLE");
}

}  // namespace
}  // namespace maillage::identity
