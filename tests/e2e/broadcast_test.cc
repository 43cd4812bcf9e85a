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
#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

constexpr char kInvitation[] = R"(+++
reference = "001-2031"
issue_place = "Lille"
issue_date = 2031-01-06
subject = "Invitation : rencontre d'essai"
title = "Rencontre d'essai"
starts = 2031-05-22T09:00:00
ends = 2031-05-22T17:00:00
time_zone = "Europe/Paris"
audience = "category = PROFESSIONAL"
reply_to = "reponses@irev.example.org"

[venue]
name = "Salle des fêtes"
address = "1 place Fictive, 62500 Saint-Omer"

[[organisers]]
name = "IREV"
node = "irev"
post = "La présidente"
+++
Nous avons le plaisir de vous inviter.
)";

// smtp-sink, writing each mail into a file of its own.
class Sink {
 public:
  explicit Sink(const std::string& parent) : dir_(parent + "/sink") {
    std::filesystem::create_directories(dir_ + "/mails");
    std::filesystem::permissions(dir_, std::filesystem::perms::all);
    std::filesystem::permissions(dir_ + "/mails", std::filesystem::perms::all);
    std::vector<std::string> argv = {"/usr/sbin/smtp-sink"};
    if (geteuid() == 0) {  // it insists on becoming somebody else
      argv.insert(argv.end(), {"-u", "nobody", "-R", dir_, "-d", "mails/%M%S."});
    } else {
      argv.insert(argv.end(), {"-d", dir_ + "/mails/%M%S."});
    }
    argv.insert(argv.end(), {absl::StrCat("127.0.0.1:", port_), "256"});
    process_ = std::make_unique<Process>(argv, parent + "/sink.log");
  }
  int port() const { return port_; }
  size_t Count() const {
    size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(dir_ + "/mails")) {
      count += file.is_regular_file() ? 1 : 0;
    }
    return count;
  }
  // How many mails each address got.
  std::map<std::string, int> ByAddress() const {
    std::map<std::string, int> mails;
    for (const auto& entry : std::filesystem::directory_iterator(dir_ + "/mails")) {
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line) && !line.empty();) {
        if (line.rfind("X-Rcpt-Args: <", 0) != 0) continue;
        mails[line.substr(14, line.find('>') - 14)]++;
      }
    }
    return mails;
  }

 private:
  const std::string dir_;
  const int port_ = FreePort();
  std::unique_ptr<Process> process_;
};

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
  constexpr int kConnections = 20;
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
