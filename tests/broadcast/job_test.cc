#include "server/broadcast/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/broadcast/content.h"
#include "tests/broadcast/job_fixture.h"

namespace maillage::broadcast {
namespace {

using ::testing::HasSubstr;

TEST_F(JobTest, SendsToEveryRecipientOnce) {
  SmtpSink sink({}, /*keep=*/true);
  const auto job = Send(200, OptionsFor(sink.url()));
  const v1::BroadcastProgress progress = WaitForRest(*job);
  EXPECT_EQ(progress.state(), v1::Invitation::SENT);
  EXPECT_EQ(progress.recipients(), 200);
  EXPECT_EQ(progress.sent(), 200);
  EXPECT_EQ(progress.pending(), 0);
  EXPECT_EQ(progress.last_error(), "");
  const auto receivers = Receivers(sink);
  EXPECT_EQ(receivers.size(), 200u);
  for (const auto& [mailbox, mails] : receivers) EXPECT_EQ(mails, 1) << mailbox;
  EXPECT_EQ(node_.invitations->Get("028-2018")->state(), v1::Invitation::SENT);
}

TEST_F(JobTest, SendingAgainIsHarmless) {
  SmtpSink sink({}, /*keep=*/true);
  const auto job = Send(20, OptionsFor(sink.url()));
  EXPECT_TRUE(node_.invitations->Send("028-2018", kWho).ok());
  WaitForRest(*job);
  EXPECT_TRUE(node_.invitations->Send("028-2018", kWho).ok());
  EXPECT_TRUE(node_.invitations->Resume("028-2018", kWho).ok());
  node_.Open(OptionsFor(sink.url()));
  EXPECT_TRUE(node_.invitations->Send("028-2018", kWho).ok());
  EXPECT_EQ(Receivers(sink).size(), 20u);
  EXPECT_EQ(sink.Mails().size(), 20u);
}

TEST_F(JobTest, PausesAndGoesOnWithoutLossOrRepetition) {
  SmtpSink sink({}, /*keep=*/true);
  JobOptions options = OptionsFor(sink.url());
  options.smtp.connections = 1;
  const auto job = Send(600, options);
  WaitFor(*job, [](const auto& progress) { return progress.sent() >= 20; });
  ASSERT_TRUE(node_.invitations->Pause("028-2018", kWho).ok());
  const v1::BroadcastProgress paused = WaitForRest(*job);
  EXPECT_EQ(paused.state(), v1::Invitation::PAUSED);
  EXPECT_GT(paused.pending(), 0);
  EXPECT_EQ(paused.uncertain(), 0);
  EXPECT_EQ(static_cast<int64_t>(sink.Mails().size()), paused.sent());
  ASSERT_TRUE(node_.invitations->Resume("028-2018", kWho).ok());
  EXPECT_EQ(WaitForRest(*job).sent(), 600);
  for (const auto& [mailbox, mails] : Receivers(sink)) EXPECT_EQ(mails, 1) << mailbox;
  EXPECT_EQ(sink.Mails().size(), 600u);
}

TEST_F(JobTest, WhoWasPendingWhenTheDatabaseWasPutBackIsUncertain) {
  JobOptions away = OptionsFor("smtp://127.0.0.1:1");
  away.smtp.retry_delay = absl::Seconds(20);
  const auto job = Send(30, std::move(away));
  WaitFor(*job, [](const v1::BroadcastProgress& p) { return p.recipients() == 30; });
  ASSERT_TRUE(node_.invitations->Recover().ok());
  EXPECT_EQ(job->counts().In(Delivery::kUncertain), 30);
  EXPECT_EQ(job->progress().state(), v1::Invitation::PAUSED);
  // Going on sends to nobody: an officer decides.
  ASSERT_TRUE(node_.invitations->Resume("028-2018", kWho).ok());
  EXPECT_EQ(WaitForRest(*job).state(), v1::Invitation::SENT);
  EXPECT_EQ(node_.invitations->Uncertain("028-2018")->size(), 30u);
}

TEST_F(JobTest, ResumesRightAfterAPause) {
  SmtpSink sink({}, /*keep=*/true);
  const auto job = Send(300, OptionsFor(sink.url()));
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(node_.invitations->Pause("028-2018", kWho).ok());
    ASSERT_TRUE(node_.invitations->Resume("028-2018", kWho).ok());
  }
  EXPECT_EQ(WaitForRest(*job).sent(), 300);
  EXPECT_EQ(sink.Mails().size(), 300u);
}

TEST_F(JobTest, StandsInterruptedAfterAStopAndGoesOn) {
  SmtpSink sink({}, /*keep=*/true);
  JobOptions options = OptionsFor(sink.url());
  options.smtp.connections = 2;
  {
    const auto job = Send(400, options);
    WaitFor(*job, [](const auto& progress) { return progress.sent() >= 10; });
  }
  node_.Open(options);
  const auto job = *node_.invitations->FindJob("028-2018");
  const v1::BroadcastProgress stopped = job->progress();
  EXPECT_EQ(stopped.state(), v1::Invitation::PAUSED);
  EXPECT_FALSE(stopped.running());
  EXPECT_EQ(stopped.last_error(), "interrupted: the node stopped while it was sending");
  EXPECT_EQ(static_cast<int64_t>(sink.Mails().size()), stopped.sent());
  ASSERT_TRUE(node_.invitations->Resume("028-2018", kWho).ok());
  EXPECT_EQ(WaitForRest(*job).sent(), 400);
  EXPECT_EQ(sink.Mails().size(), 400u);
}

TEST_F(JobTest, BouncesWhatIsRefusedForGood) {
  SmtpSink sink({"-f", "RCPT"});
  const auto job = Send(10, OptionsFor(sink.url()));
  const v1::BroadcastProgress progress = WaitForRest(*job);
  EXPECT_EQ(progress.state(), v1::Invitation::SENT);
  EXPECT_EQ(progress.bounced(), 10);
}

TEST_F(JobTest, TriesAgainWhatIsRefusedForNow) {
  std::string url;
  {
    SmtpSink refusing({"-r", "RCPT"});
    url = refusing.url();
    const auto job = Send(10, OptionsFor(url));
    const auto progress =
        WaitFor(*job, [](const auto& progress) { return progress.deferred() == 10; });
    EXPECT_TRUE(progress.running());
    EXPECT_THAT(progress.last_error(), HasSubstr("450 4.3.0"));
  }
  SmtpSink taking({}, /*keep=*/true, url);
  node_.clock.Advance(absl::Minutes(2));
  const auto job = *node_.invitations->FindJob("028-2018");
  EXPECT_EQ(WaitForRest(*job).sent(), 10);
  EXPECT_EQ(taking.Mails().size(), 10u);
}

TEST_F(JobTest, WaitsForAServerThatIsAway) {
  std::string url;
  {
    SmtpSink gone({});
    url = gone.url();
  }
  const auto job = Send(30, OptionsFor(url));
  const auto away =
      WaitFor(*job, [](const auto& progress) { return !progress.last_error().empty(); });
  EXPECT_EQ(away.sent(), 0);
  EXPECT_EQ(away.bounced(), 0);
  EXPECT_EQ(away.deferred(), 0);
  SmtpSink back({}, /*keep=*/true, url);
  EXPECT_EQ(WaitForRest(*job).sent(), 30);
  EXPECT_EQ(back.Mails().size(), 30u);
}

TEST_F(JobTest, ListsWhatIsUncertainAndSendsItAgainOnRequest) {
  std::string url;
  {
    SmtpSink dying({"-q", "."});
    url = dying.url();
    const auto job = Send(3, OptionsFor(url));
    const v1::BroadcastProgress progress = WaitForRest(*job);
    EXPECT_EQ(progress.state(), v1::Invitation::SENT);
    EXPECT_EQ(progress.uncertain(), 3);
  }
  const auto rows = node_.invitations->Uncertain("028-2018");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[0].number(), 1u);
  EXPECT_EQ((*rows)[0].state(), v1::DELIVERY_STATE_UNCERTAIN);
  EXPECT_FALSE((*rows)[0].detail().empty());
  SmtpSink taking({}, /*keep=*/true, url);
  const auto resolved =
      node_.invitations->Resolve("028-2018", v1::ResolveUncertainRequest::RESEND, kWho);
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(WaitForRest(**node_.invitations->FindJob("028-2018")).sent(), 3);
  EXPECT_EQ(taking.Mails().size(), 3u);
}

TEST_F(JobTest, LeavesWhatIsUncertainAtThatOnRequest) {
  SmtpSink dying({"-q", "."});
  const auto job = Send(3, OptionsFor(dying.url()));
  WaitForRest(*job);
  const auto resolved =
      node_.invitations->Resolve("028-2018", v1::ResolveUncertainRequest::GIVE_UP, kWho);
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(resolved->uncertain(), 0);
  EXPECT_EQ(resolved->suppressed(), 3);
  EXPECT_EQ(
      ErrorReason(node_.invitations
                      ->Resolve("028-2018", v1::ResolveUncertainRequest::DECISION_UNSPECIFIED, kWho)
                      .status()),
      "BAD_DECISION");
}

TEST_F(JobTest, StopsWhenItsTimeIsOver) {
  std::string url;
  {
    SmtpSink gone({});
    url = gone.url();
  }
  const auto job = Send(5, OptionsFor(url));
  WaitFor(*job, [](const auto& progress) { return !progress.last_error().empty(); });
  node_.clock.Advance(absl::Hours(24 * 3));
  const v1::BroadcastProgress late = WaitForRest(*job);
  EXPECT_EQ(late.state(), v1::Invitation::PAUSED);
  EXPECT_EQ(late.last_error(), "the time after which no mail may leave has passed");
  EXPECT_EQ(ErrorReason(node_.invitations->Resume("028-2018", kWho).status()), "NOT_AFTER_PASSED");
}

TEST_F(JobTest, FreezesAnewWhenItWasKilledWhileFreezing) {
  SmtpSink sink({}, /*keep=*/true);
  node_.AddCitizens(5);
  node_.Open(OptionsFor(sink.url()));
  const auto created = node_.invitations->Create(FileOf({"irev"}), kWho);
  ASSERT_TRUE(created.ok()) << created.status();
  // What a kill in the middle of freezing leaves: a row that is not frozen and
  // a part of a ledger, with numbers that may not fit the audience of now.
  v1::StoredJob row;
  const RecordId id = NewRecordId(absl::Now());
  row.set_id(std::string(id.bytes()));
  row.set_state(v1::StoredJob::SENDING);
  Recipient left;
  left.row.set_number(2);
  left.row.set_mailbox("gone@example.org");
  left.key = KeyOf(left.row.mailbox());
  storage::Transaction transaction;
  Ledger(id).Insert(left, &transaction.writes);
  transaction.writes.Put(storage::Family::kObjects, created->name() + "/broadcasts/0",
                         row.SerializeAsString());
  ASSERT_TRUE(node_.writer->Commit(std::move(transaction)).ok());
  node_.Open(OptionsFor(sink.url()));
  ASSERT_TRUE(node_.invitations->Resume("028-2018", kWho).ok());
  const auto progress = WaitForRest(**node_.invitations->FindJob("028-2018"));
  EXPECT_EQ(progress.recipients(), 5);
  EXPECT_EQ(progress.sent(), 5);
  EXPECT_EQ(Receivers(sink).count("gone@example.org"), 0u);
}

TEST_F(JobTest, TurnsDotIntoUncertainAtAStart) {
  SmtpSink sink({}, /*keep=*/true);
  const auto job = Send(5, OptionsFor(sink.url()));
  WaitForRest(*job);
  // As if the node had died with one mail's end under way.
  const Ledger ledger{RecordId(job->row().id())};
  Recipient one;
  ASSERT_TRUE(ledger
                  .Scan(node_.database->latest(), nullptr,
                        [&](Recipient recipient) {
                          one = std::move(recipient);
                          return false;
                        })
                  .ok());
  one.state = Delivery::kLeased;
  storage::Transaction transaction;
  ASSERT_TRUE(ledger.Move(DeliveryEvent::kDot, &one, &transaction.writes).ok());
  v1::StoredJob row = job->row();
  row.set_state(v1::StoredJob::SENDING);
  transaction.writes.Put(storage::Family::kObjects,
                         node_.invitations->Get("028-2018")->name() + "/broadcasts/0",
                         row.SerializeAsString());
  ASSERT_TRUE(node_.writer->Commit(std::move(transaction)).ok());
  node_.Open(OptionsFor(sink.url()));
  ASSERT_TRUE(node_.invitations->Resume("028-2018", kWho).ok());
  const auto progress = WaitForRest(**node_.invitations->FindJob("028-2018"));
  EXPECT_EQ(progress.uncertain(), 1);
  EXPECT_EQ(progress.sent(), 4);
  EXPECT_EQ(sink.Mails().size(), 5u);
}

TEST_F(JobTest, ReportsByCategoryAndExclusion) {
  SmtpSink sink({});
  node_.Add(node_.Citizen("Double", "c1@example.org"));
  const auto job = Send(4, OptionsFor(sink.url()));
  WaitForRest(*job);
  const auto report = node_.invitations->Report("028-2018");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->progress().sent(), 4);
  ASSERT_EQ(report->sent_by_category_size(), 1);
  EXPECT_EQ(report->sent_by_category(0).category(), v1::AUDIENCE_CATEGORY_CITIZEN);
  EXPECT_EQ(report->sent_by_category(0).count(), 4);
  ASSERT_EQ(report->exclusions_size(), 1);
  EXPECT_EQ(report->exclusions(0).reason(), "DUPLICATE_ADDRESS");
}

}  // namespace
}  // namespace maillage::broadcast
