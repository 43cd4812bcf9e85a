// A broadcast on bad days: impatient officers, old backups, servers that refuse,
// rows that are damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/broadcast/job_fixture.h"

namespace maillage::broadcast {
namespace {

using ::testing::HasSubstr;

using StormsTest = JobTest;

TEST_F(StormsTest, TwoRunnersAndAnImpatientSecondSendMailEveryoneOnce) {
  SmtpSink sink({}, /*keep=*/true);
  const auto job = Send(300, OptionsFor(sink.url()));
  std::vector<std::thread> officers;
  for (int i = 0; i < 8; ++i) {
    officers.emplace_back([this, i] {
      const auto answer = i % 2 == 0 ? node_.invitations->Send("028-2018", kWho)
                                     : node_.invitations->Resume("028-2018", kWho);
      EXPECT_TRUE(answer.ok()) << answer.status();
    });
  }
  for (std::thread& officer : officers) officer.join();
  EXPECT_EQ(node_.invitations->FindJob("028-2018")->get(), job.get());
  EXPECT_EQ(WaitForRest(*job).sent(), 300);
  EXPECT_EQ(sink.Mails().size(), 300u);
  EXPECT_EQ(Receivers(sink).size(), 300u);
}

TEST_F(StormsTest, AnOldBackupRestoredAfterTheEventSendsNothing) {
  std::string url;
  {
    SmtpSink gone({});
    url = gone.url();
  }
  const JobOptions options = OptionsFor(url);
  {
    const auto job = Send(30, options);
    WaitFor(*job, [](const auto& progress) { return progress.recipients() == 30; });
  }
  // The database stays what it was before a mail left; the event passes.
  node_.clock.Advance(absl::Hours(24 * 3));
  SmtpSink sink({}, /*keep=*/true, url);
  node_.Open(options);
  ASSERT_TRUE(node_.invitations->Recover().ok());
  // A second Send is harmless as ever, and starts nothing.
  EXPECT_TRUE(node_.invitations->Send("028-2018", kWho).ok());
  EXPECT_EQ(ErrorReason(node_.invitations->Resume("028-2018", kWho).status()), "NOT_AFTER_PASSED");
  EXPECT_TRUE(
      node_.invitations->Resolve("028-2018", v1::ResolveUncertainRequest::RESEND, kWho).ok());
  EXPECT_EQ(ErrorReason(node_.invitations->Resume("028-2018", kWho).status()), "NOT_AFTER_PASSED");
  EXPECT_EQ(WaitForRest(**node_.invitations->FindJob("028-2018")).sent(), 0);
  EXPECT_TRUE(sink.Mails().empty());
}

TEST_F(StormsTest, AStormOf421AndOfRefusalsForNowLosesAndRepeatsNothing) {
  std::string url;
  JobOptions options;
  {
    SmtpSink storm({"-Q", "RCPT"});
    url = storm.url();
    options = OptionsFor(url);
    const auto job = Send(60, options);
    const auto stormy =
        WaitFor(*job, [](const auto& progress) { return !progress.last_error().empty(); });
    EXPECT_THAT(stormy.last_error(), HasSubstr("421"));
    EXPECT_EQ(stormy.bounced() + stormy.sent() + stormy.uncertain(), 0);
  }
  const auto job = *node_.invitations->FindJob("028-2018");
  {
    SmtpSink refusing({"-r", "RCPT"}, /*keep=*/false, url);
    WaitFor(*job, [](const auto& progress) { return progress.deferred() == 60; });
  }
  SmtpSink calm({}, /*keep=*/true, url);
  node_.clock.Advance(absl::Minutes(2));
  EXPECT_EQ(WaitForRest(*job).sent(), 60);
  EXPECT_EQ(calm.Mails().size(), 60u);
}

TEST_F(StormsTest, TheRestGoesWhereTheRowOfOneContactCannotBeRead) {
  std::string url;
  {
    SmtpSink gone({});
    url = gone.url();
  }
  const JobOptions options = OptionsFor(url);
  std::string key;
  {
    const auto job = Send(600, options);
    WaitFor(*job, [](const auto& progress) { return progress.recipients() == 600; });
    ASSERT_TRUE(node_.invitations->Pause("028-2018", kWho).ok());
    WaitForRest(*job);
    key = absl::StrCat(job->id().bytes(), KeyOf("c499@example.org").bytes());
  }
  storage::Transaction damage;
  damage.writes.Put(storage::Family::kLedger, key, "no row");
  ASSERT_TRUE(node_.writer->Commit(std::move(damage)).ok());
  SmtpSink sink({}, /*keep=*/true, url);
  node_.Open(options);
  ASSERT_TRUE(node_.invitations->Resume("028-2018", kWho).ok());
  const auto progress = WaitForRest(**node_.invitations->FindJob("028-2018"));
  EXPECT_EQ(progress.state(), v1::Invitation::SENT);
  EXPECT_EQ(progress.sent(), 599);
  EXPECT_EQ(progress.suppressed(), 1);
  EXPECT_EQ(Receivers(sink).count("c499@example.org"), 0u);
}

}  // namespace
}  // namespace maillage::broadcast
