// A node that is killed while it sends loses nothing and repeats nothing.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>

#include "server/broadcast/ledger/ledger.h"
#include "tests/broadcast/node_fixture.h"
#include "tests/broadcast/smtp_sink.h"

namespace maillage::broadcast {
namespace {

constexpr int kCitizens = 4000;
constexpr int kConnections = 4;
constexpr int kKills = 100;

JobOptions OptionsFor(const SmtpSink& sink) {
  JobOptions options;
  options.sender = {"invitations@irev.example.org", "IREV"};
  options.smtp.url = sink.url();
  options.smtp.connections = kConnections;
  return options;
}

// The node that is killed. Never returns.
[[noreturn]] void SendUntilKilled(const std::string& path, const SmtpSink& sink) {
  TestNode node("irev", path);
  node.AddCitizens(kCitizens);
  node.Open(OptionsFor(sink));
  if (!node.invitations->Create(FileOf({"irev"}), "operators/test").ok() ||
      !node.invitations->Send("028-2018", "operators/test").ok()) {
    _exit(1);
  }
  for (;;) pause();
}

// Mails by receiver.
std::map<std::string, int> Receivers(const SmtpSink& sink) {
  std::map<std::string, int> receivers;
  for (const std::string& mail : sink.Mails()) {
    const size_t at = mail.find("X-Rcpt-Args: <");
    // The sink opens the file before it has the whole mail; one without its end
    // was cut off by the kill.
    if (at == std::string::npos || mail.find("--=_") == std::string::npos) continue;
    ++receivers[mail.substr(at, mail.find('>', at) - at)];
  }
  return receivers;
}

// The row of the killed job.
v1::StoredJob StoredJobOf(const storage::Database& database, std::string* name) {
  v1::StoredJob job;
  EXPECT_TRUE(database.latest()
                  .ScanPrefix(storage::Family::kObjects, "nodes/",
                              [&](absl::string_view key, absl::string_view value) {
                                if (key.find("/broadcasts/") == absl::string_view::npos) {
                                  return true;
                                }
                                *name = std::string(key);
                                return !job.ParseFromString(std::string(value));
                              })
                  .ok());
  return job;
}

v1::InvitationContent ContentToGoOnWith() {
  v1::InvitationContent content;
  content.add_organisers()->set_display_name("IREV");
  content.set_time_zone("Europe/Paris");
  content.mutable_not_after()->set_seconds(absl::ToUnixSeconds(absl::Now() + absl::Hours(1)));
  content.set_starts_at("2030-01-01T09:00:00");
  content.set_ends_at("2030-01-01T10:00:00");
  return content;
}

// A node that is started again: its database and the job in it.
struct Restarted {
  Restarted(const std::string& path, const SmtpSink& sink)
      : database(*storage::Database::Open({.path = path})), writer(database.get(), {}) {
    std::string name;
    const v1::StoredJob row = StoredJobOf(*database, &name);
    EXPECT_TRUE(row.frozen());
    auto opened = Job::Open({database.get(), &writer, &Clock::Real(), OptionsFor(sink),
                             [](auto) { return absl::UnimplementedError("frozen already"); },
                             ContentToGoOnWith(), name},
                            row);
    EXPECT_TRUE(opened.ok()) << opened.status();
    job = *std::move(opened);
  }

  std::unique_ptr<storage::Database> database;
  storage::Writer writer;
  std::unique_ptr<Job> job;
};

// The node that is started again and goes on; says first, on `out`, how many are
// UNCERTAIN. Ends with 0 when the broadcast is over.
[[noreturn]] void GoOnUntilKilled(const std::string& path, const SmtpSink& sink, int out) {
  const Restarted node(path, sink);
  const int64_t uncertain = node.job->progress().uncertain();
  if (write(out, &uncertain, sizeof(uncertain)) != sizeof(uncertain)) _exit(1);
  if (!node.job->Start("operators/test").ok()) _exit(1);
  node.job->WaitForRest(absl::InfiniteDuration());
  _exit(0);
}

// Waits until so many mails are there, and kills the child. False: it had ended.
bool KillAt(pid_t child, const SmtpSink& sink, int64_t mails) {
  for (absl::Time end = absl::Now() + absl::Seconds(60);
       sink.Count() < mails && absl::Now() < end;) {
    if (waitpid(child, nullptr, WNOHANG) == child) return false;
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return true;
}

// The parent opens no database before its last fork: threads do not survive one.
TEST(Crash, AtAHundredPointsLosesNobodyRepeatsNobodyAndLeavesFewUncertain) {
  std::string directory = "/tmp/maillage-crash-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const std::string path = directory + "/db";
  SmtpSink sink({}, /*keep=*/true);
  std::mt19937 random(20180531);
  pid_t child = fork();
  if (child == 0) SendUntilKilled(path, sink);
  ASSERT_TRUE(KillAt(child, sink, 1 + random() % 10));
  int64_t uncertain = 0;
  int kills = 1;
  for (bool running = true; running && kills < kKills; kills += running ? 1 : 0) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    child = fork();
    if (child == 0) GoOnUntilKilled(path, sink, ends[1]);
    int64_t now = 0;
    ASSERT_EQ(read(ends[0], &now, sizeof(now)), static_cast<ssize_t>(sizeof(now)));
    close(ends[0]);
    close(ends[1]);
    EXPECT_LE(now - uncertain, kConnections) << "after kill " << kills;
    uncertain = now;
    running = KillAt(child, sink, sink.Count() + random() % 10);
  }
  EXPECT_EQ(kills, kKills) << "the broadcast was over too early to show anything";
  {
    const Restarted node(path, sink);
    EXPECT_LE(node.job->progress().uncertain() - uncertain, kConnections);
    uncertain = node.job->progress().uncertain();
    ASSERT_TRUE(node.job->Start("operators/test").ok());
    ASSERT_TRUE(node.job->WaitForRest(absl::Seconds(60)));
    EXPECT_EQ(node.job->progress().sent() + uncertain, kCitizens);
  }
  const auto receivers = Receivers(sink);
  for (const auto& [mailbox, mails] : receivers) EXPECT_EQ(mails, 1) << mailbox;
  EXPECT_GE(static_cast<int64_t>(receivers.size()), kCitizens - uncertain);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace maillage::broadcast
