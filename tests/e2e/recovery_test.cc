// Backups, restores and recoveries, as an administrator does them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

class RecoveryTest : public ::testing::Test {
 protected:
  // A running pair; capso shares its professionals with irev, and has three.
  void StartSharing() {
    capso_.Start();
    irev_.Start();
    ShareProfessionals(capso_, irev_);
    capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
              Professionals(3, "a"));
    ASSERT_TRUE(Shows(3)) << irev_.Log();
  }
  bool Shows(int64_t count) {
    return WaitFor([&] { return irev_.Count("origin = capso") == count; }, absl::Seconds(60));
  }
  bool IsRecovering() {
    return capso_.Ok({"-o", "json", "node", "status"}).find("\"recovery\"") != std::string::npos;
  }
  Finished Restore(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"node", "restore", "--dir", capso_.dir(), "--from", backups_};
    words.insert(words.end(), more.begin(), more.end());
    return capso_.Cli(words);
  }

  TempDir home_;
  const std::string backups_ = home_.path() + "/backups";
  TestNode capso_{home_.path(), "capso"};
  TestNode irev_{home_.path(), "irev"};
};

TEST_F(RecoveryTest, ARestoredNodeAsksItsPartnerWhatItLost) {
  StartSharing();
  EXPECT_NE(capso_.Ok({"-o", "csv", "node", "backup", backups_}).find("\n1,"), std::string::npos);
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(2, "b"));
  ASSERT_TRUE(Shows(5)) << irev_.Log();
  EXPECT_NE(Restore().err.find("HOME_IN_USE"), std::string::npos);
  capso_.Stop();
  const Finished restored = Restore();
  ASSERT_EQ(restored.code, 0) << restored.err;
  capso_.Start();
  ASSERT_TRUE(WaitFor([&] { return !IsRecovering(); }, absl::Seconds(60))) << capso_.Log();
  EXPECT_NE(capso_.Log().find("was restored"), std::string::npos);
  const std::string list = capso_.Ok({"-o", "json", "suggestion", "list"});
  EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), 2) << list;
  EXPECT_TRUE(Shows(3)) << irev_.Log();
  for (const char* number : {"1", "2"}) capso_.Ok({"suggestion", "accept", number});
  EXPECT_TRUE(Shows(5)) << irev_.Log();
  EXPECT_NE(capso_.Cli({"node", "recover", "--now"}).err.find("NOT_RECOVERING"), std::string::npos);
}

TEST_F(RecoveryTest, TheAdministratorEndsARecoveryThatNobodyAnswers) {
  StartSharing();
  capso_.Ok({"node", "backup", backups_});
  capso_.Ok({"node", "backup", backups_, "--keep", "1"});
  irev_.Stop();
  capso_.Stop();
  EXPECT_NE(Restore({"--number", "1"}).err.find("NO_SUCH_BACKUP"), std::string::npos);
  ASSERT_EQ(Restore({"--number", "2"}).code, 0);
  capso_.Start();
  EXPECT_TRUE(IsRecovering());
  EXPECT_NE(capso_.Ok({"node", "recover"}).find("irev"), std::string::npos);
  EXPECT_NE(capso_.Ok({"sync", "status"}).find("recovers"), std::string::npos);
  EXPECT_NE(capso_.Cli({"share", "delete", "pros"}).err.find("RECOVERING"), std::string::npos);
  capso_.Ok({"node", "recover", "--now"});
  EXPECT_FALSE(IsRecovering());
  irev_.Start();
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(1, "b"));
  EXPECT_TRUE(Shows(4)) << irev_.Log();
}

}  // namespace
}  // namespace maillage::testing
