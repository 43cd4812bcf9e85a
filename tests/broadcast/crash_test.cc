// A node that is killed while it sends loses nothing and repeats nothing.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "server/broadcast/ledger/ledger.h"
#include "tests/broadcast/node_fixture.h"
#include "tests/broadcast/smtp_sink.h"

namespace maillage::broadcast {
namespace {

constexpr int kCitizens = 1500;
constexpr int kConnections = 8;

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

TEST(Crash, LeavesAtMostTheOpenConnectionsUncertainAndRepeatsNothing) {
  std::string directory = "/tmp/maillage-crash-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const std::string path = directory + "/db";
  SmtpSink sink({}, /*keep=*/true);
  const pid_t child = fork();
  if (child == 0) SendUntilKilled(path, sink);
  for (absl::Time end = absl::Now() + absl::Seconds(60);
       sink.Mails().size() < kCitizens / 4 && absl::Now() < end;) {
    std::this_thread::yield();
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);

  auto database = storage::Database::Open({.path = path});
  ASSERT_TRUE(database.ok()) << database.status();
  storage::Writer writer(database->get(), {});
  std::string name;
  const v1::StoredJob row = StoredJobOf(**database, &name);
  ASSERT_TRUE(row.frozen());
  v1::InvitationContent content;
  content.add_organisers()->set_display_name("IREV");
  content.set_time_zone("Europe/Paris");
  content.mutable_not_after()->set_seconds(absl::ToUnixSeconds(absl::Now() + absl::Hours(1)));
  content.set_starts_at("2030-01-01T09:00:00");
  content.set_ends_at("2030-01-01T10:00:00");
  auto job =
      Job::Open({database->get(), &writer, &Clock::Real(), OptionsFor(sink),
                 [](auto) { return absl::UnimplementedError("frozen already"); }, content, name},
                row);
  ASSERT_TRUE(job.ok()) << job.status();
  const int64_t uncertain = (*job)->progress().uncertain();
  EXPECT_LE(uncertain, kConnections);
  EXPECT_LT((*job)->progress().sent(), kCitizens) << "killed too late to show anything";
  ASSERT_TRUE((*job)->Start("operators/test").ok());
  ASSERT_TRUE((*job)->WaitForRest(absl::Seconds(60)));
  EXPECT_EQ((*job)->progress().state(), v1::Invitation::SENT);
  EXPECT_EQ((*job)->progress().sent() + uncertain, kCitizens);
  const auto receivers = Receivers(sink);
  for (const auto& [mailbox, mails] : receivers) EXPECT_EQ(mails, 1) << mailbox;
  EXPECT_GE(static_cast<int64_t>(receivers.size()), kCitizens - uncertain);
  job->reset();
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace maillage::broadcast
