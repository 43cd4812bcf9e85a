// A broadcast to a real SMTP server (Postfix's smtp-sink) that survives being
// killed: everybody gets one mail, but for those listed as uncertain.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/e2e/mails.h"
#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

class BroadcastTest : public ::testing::Test {
 protected:
  void Prepare(int recipients) {
    irev_.Start();
    irev_.Ok({"actor", "import", "-", "--source", "test"}, Professionals(recipients, "a"));
    const std::string file = home_.path() + "/invitation.md";
    std::ofstream(file) << kInvitation;
    irev_.Ok({"invitation", "create", file});
  }
  nlohmann::json Report() const {
    return nlohmann::json::parse(irev_.Ok({"-o", "json", "invitation", "report", "001-2031"}),
                                 nullptr, false)["progress"];
  }
  static int64_t Number(const nlohmann::json& progress, const std::string& name) {
    return std::stoll(progress.value(name, "0"));
  }
  bool Rests() const {
    const auto progress = Report();
    return !progress.value("running", false) && Number(progress, "pending") == 0;
  }

  TempDir home_;
  Sink sink_{home_.path()};
  TestNode irev_{home_.path(), "irev", sink_.port()};
};

TEST_F(BroadcastTest, KilledAgainAndAgainEverybodyGetsOneMailOrIsListedAsUncertain) {
  constexpr int kRecipients = 6000;
  constexpr int kConnections = 40;
  constexpr int kKills = 3;
  Prepare(kRecipients);
  irev_.Ok({"invitation", "send", "001-2031"});
  for (int kill = 1; kill <= kKills; ++kill) {
    const size_t point = kRecipients * kill / (kKills + 1);
    EXPECT_TRUE(WaitFor([&] { return sink_.Count() >= point; }));
    irev_.Kill();
    irev_.Start();
    irev_.Ok({"invitation", "resume", "001-2031"});
  }
  ASSERT_TRUE(WaitFor([&] { return Rests(); }, absl::Seconds(120))) << Report() << irev_.Log();

  std::set<std::string> uncertain;
  for (const auto line :
       absl::StrSplit(irev_.Ok({"-o", "json", "invitation", "uncertain", "001-2031"}), '\n',
                      absl::SkipEmpty())) {
    uncertain.insert(nlohmann::json::parse(std::string(line), nullptr, false).value("mailbox", ""));
  }
  EXPECT_LE(uncertain.size(), static_cast<size_t>(kConnections * kKills));
  const auto got = sink_.ByAddress();
  for (int i = 0; i < kRecipients; ++i) {
    const std::string address = absl::StrCat("p", i, "@a.example.org");
    const auto it = got.find(address);
    const int mails = it == got.end() ? 0 : it->second;
    if (uncertain.count(address) == 0) {
      EXPECT_EQ(mails, 1) << address;
    } else {
      EXPECT_LE(mails, 1) << address;
    }
  }
  EXPECT_EQ(Number(Report(), "sent") + static_cast<int64_t>(uncertain.size()), kRecipients);
}

TEST_F(BroadcastTest, PausedItRestsResumedItGoesOnAndASecondSendChangesNothing) {
  constexpr int kRecipients = 4000;
  Prepare(kRecipients);
  irev_.Ok({"invitation", "send", "001-2031"});
  irev_.Ok({"invitation", "send", "001-2031"});
  irev_.Ok({"invitation", "pause", "001-2031"});
  ASSERT_TRUE(WaitFor([&] { return !Report().value("running", false); }));
  const size_t at_pause = sink_.Count();
  irev_.Ok({"invitation", "resume", "001-2031"});
  ASSERT_TRUE(WaitFor([&] { return Rests(); }, absl::Seconds(60))) << Report();
  EXPECT_EQ(Number(Report(), "sent"), kRecipients);
  EXPECT_LE(at_pause, static_cast<size_t>(kRecipients));
  const auto got = sink_.ByAddress();
  EXPECT_EQ(got.size(), static_cast<size_t>(kRecipients));
  for (const auto& [address, mails] : got) EXPECT_EQ(mails, 1) << address;
}

}  // namespace
}  // namespace maillage::testing
