#include "server/broadcast/mail/smtp_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <deque>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/base/error.h"
#include "client/base/mutex.h"
#include "tests/broadcast/smtp_sink.h"

namespace maillage::broadcast {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(30);

OutgoingMail Mail(uint64_t id) {
  return {id, "from@example.org", absl::StrCat("to", id, "@example.org"),
          absl::StrCat("Subject: ", id, "\r\n\r\nBonjour.\r\n.\r\n..point\r\n")};
}

// Owns the mails of a test: hands them out, releases ends, keeps results.
class Owner {
 public:
  explicit Owner(SmtpOptions options, bool release = true) : release_(release) {
    SmtpCallbacks callbacks;
    callbacks.next = [this](OutgoingMail* mail) { return Next(mail); };
    callbacks.dot_wanted = [this](const std::vector<uint64_t>& ids) { DotWanted(ids); };
    callbacks.done = [this](std::vector<MailResult> results) { Done(std::move(results)); };
    auto sender = SmtpSender::Start(options, std::move(callbacks));
    EXPECT_TRUE(sender.ok()) << sender.status();
    MutexLock lock(&mutex_);
    sender_ = *std::move(sender);
  }

  void Send(int count) {
    {
      MutexLock lock(&mutex_);
      for (int i = 0; i < count; ++i) queue_.push_back(Mail(++last_id_));
    }
    sender_->Wake();
  }

  // Waits until so many results are there.
  std::map<uint64_t, MailResult> WaitForResults(size_t count) {
    MutexLock lock(&mutex_);
    for (absl::Time end = absl::Now() + kPatience; results_.size() < count && absl::Now() < end;) {
      changed_.WaitFor(&mutex_, absl::Milliseconds(100));
    }
    EXPECT_EQ(results_.size(), count);
    return results_;
  }

  std::set<uint64_t> WaitForDots(size_t count) {
    MutexLock lock(&mutex_);
    for (absl::Time end = absl::Now() + kPatience; dots_.size() < count && absl::Now() < end;) {
      changed_.WaitFor(&mutex_, absl::Milliseconds(100));
    }
    EXPECT_EQ(dots_.size(), count);
    return dots_;
  }

  SmtpSender& sender() { return *sender_; }

 private:
  bool Next(OutgoingMail* mail) {
    MutexLock lock(&mutex_);
    if (queue_.empty()) return false;
    *mail = std::move(queue_.front());
    queue_.pop_front();
    return true;
  }
  void DotWanted(const std::vector<uint64_t>& ids) {
    MutexLock lock(&mutex_);
    dots_.insert(ids.begin(), ids.end());
    if (release_) sender_->Release(ids);
    changed_.SignalAll();
  }
  void Done(std::vector<MailResult> results) {
    MutexLock lock(&mutex_);
    for (MailResult& result : results) {
      EXPECT_TRUE(results_.emplace(result.id, result).second) << "told twice: " << result.id;
    }
    changed_.SignalAll();
  }

  const bool release_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<OutgoingMail> queue_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, MailResult> results_ ABSL_GUARDED_BY(mutex_);
  std::set<uint64_t> dots_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<SmtpSender> sender_;
};

SmtpOptions OptionsFor(const SmtpSink& sink) {
  SmtpOptions options;
  options.url = sink.url();
  options.hello = "irev.example.org";
  options.retry_delay = absl::Milliseconds(10);
  options.reply_timeout = absl::Seconds(1);
  return options;
}

TEST(SmtpSender, DeliversEveryByteOnce) {
  SmtpSink sink({}, /*keep=*/true);
  std::map<uint64_t, MailResult> results;
  {
    Owner owner(OptionsFor(sink));
    owner.Send(50);
    results = owner.WaitForResults(50);
  }
  for (const auto& [id, result] : results) {
    EXPECT_EQ(result.outcome, MailOutcome::kAccepted);
    EXPECT_THAT(result.detail, HasSubstr("250 "));
  }
  std::set<std::string> receivers;
  for (const std::string& mail : sink.Mails()) {
    EXPECT_THAT(mail, HasSubstr("X-Mail-Args: <from@example.org>"));
    EXPECT_THAT(mail, HasSubstr("X-Helo-Args: irev.example.org"));
    EXPECT_THAT(mail, HasSubstr("\n\nBonjour.\n.\n..point\n"));
    receivers.insert(mail.substr(mail.find("X-Rcpt-Args: "), 40));
  }
  EXPECT_EQ(receivers.size(), 50u);
  EXPECT_EQ(sink.Mails().size(), 50u);
}

TEST(SmtpSender, HoldsTheEndBackUntilItIsReleased) {
  SmtpSink sink({}, /*keep=*/true);
  SmtpOptions options = OptionsFor(sink);
  options.connections = 3;
  options.reply_timeout = absl::Seconds(30);
  Owner owner(options, /*release=*/false);
  owner.Send(5);
  const std::set<uint64_t> dots = owner.WaitForDots(3);
  owner.sender().Release({dots.begin(), dots.end()});
  const auto results = owner.WaitForResults(3);
  for (uint64_t id : dots) EXPECT_EQ(results.at(id).outcome, MailOutcome::kAccepted);
  // The two others were taken meanwhile, and wait in their turn.
  EXPECT_EQ(owner.WaitForDots(5).size(), 5u);
  owner.sender().Stop(absl::ZeroDuration());
  const auto all = owner.WaitForResults(5);
  int unsent = 0;
  for (const auto& [id, result] : all) unsent += result.outcome == MailOutcome::kUnsent;
  EXPECT_EQ(unsent, 2);
}

TEST(SmtpSender, TellsWhatTheServerSaid) {
  struct Case {
    std::vector<std::string> options;
    MailOutcome outcome;
    std::string detail;
    bool dot;  // whether the end was asked for
  };
  const Case cases[] = {
      {{"-f", "RCPT"}, MailOutcome::kBounced, "500 5.3.0 Error: command failed", false},
      {{"-r", "RCPT"}, MailOutcome::kDeferred, "450 4.3.0 Error: command failed", false},
      {{"-f", "DATA"}, MailOutcome::kBounced, "500 5.3.0 Error: command failed", false},
      {{"-r", "DATA"}, MailOutcome::kDeferred, "450 4.3.0 Error: command failed", false},
      {{"-f", "."}, MailOutcome::kBounced, "500 5.3.0 Error: command failed", true},
      {{"-r", "."}, MailOutcome::kDeferred, "450 4.3.0 Error: command failed", true},
      {{"-q", "."}, MailOutcome::kUncertain, "", true},
      {{"-Q", "."}, MailOutcome::kDeferred, "421", true},
      {{"-f", "MAIL"}, MailOutcome::kUnsent, "500", false},
      {{"-q", "MAIL"}, MailOutcome::kUnsent, "", false},
      {{"-Q", "RCPT"}, MailOutcome::kUnsent, "421", false},
      {{"-q", "CONNECT"}, MailOutcome::kUnsent, "", false},
  };
  for (const Case& c : cases) {
    SmtpSink sink(c.options);
    Owner owner(OptionsFor(sink));
    owner.Send(3);
    for (const auto& [id, result] : owner.WaitForResults(3)) {
      EXPECT_EQ(result.outcome, c.outcome) << c.options[0] << c.options[1] << result.detail;
      EXPECT_THAT(result.detail, HasSubstr(c.detail)) << c.options[0] << c.options[1];
      EXPECT_FALSE(result.detail.empty()) << c.options[0] << c.options[1];
    }
    EXPECT_EQ(owner.WaitForDots(c.dot ? 3 : 0).size(), c.dot ? 3u : 0u);
  }
}

TEST(SmtpSender, SaysUnsentWhereNobodyListens) {
  std::string url;
  {
    SmtpSink gone({});
    url = gone.url();
  }
  SmtpOptions options;
  options.url = url;
  options.retry_delay = absl::Milliseconds(10);
  Owner owner(options);
  owner.Send(1);
  EXPECT_EQ(owner.WaitForResults(1).at(1).outcome, MailOutcome::kUnsent);
}

TEST(SmtpSender, GivesUpOnAServerThatHangs) {
  SmtpSink sink({});
  SmtpOptions options = OptionsFor(sink);
  Owner owner(options, /*release=*/false);
  owner.Send(2);
  owner.WaitForDots(2);
  sink.Signal(SIGSTOP);
  owner.sender().Release({1});
  // One end left and was not answered; the other never left.
  auto results = owner.WaitForResults(1);
  EXPECT_EQ(results.at(1).outcome, MailOutcome::kUncertain);
  owner.sender().Stop(absl::ZeroDuration());
  results = owner.WaitForResults(2);
  EXPECT_EQ(results.at(2).outcome, MailOutcome::kUnsent);
}

TEST(SmtpSender, StopsInTimeThoughTheServerHangsOnQuit) {
  SmtpSink sink({});
  SmtpOptions options = OptionsFor(sink);
  options.reply_timeout = absl::Minutes(5);
  Owner owner(options);
  owner.Send(3);
  owner.WaitForResults(3);
  sink.Signal(SIGSTOP);
  const absl::Time start = absl::Now();
  owner.sender().Stop(absl::ZeroDuration());
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

TEST(SmtpSender, StopWaitsForMailsUnderWay) {
  SmtpSink sink({"-W", ".:1"});
  SmtpOptions options = OptionsFor(sink);
  options.reply_timeout = absl::Seconds(20);
  Owner owner(options);
  owner.Send(2);
  owner.WaitForDots(2);
  owner.sender().Stop(absl::Seconds(20));
  for (const auto& [id, result] : owner.WaitForResults(2)) {
    EXPECT_EQ(result.outcome, MailOutcome::kAccepted);
  }
}

TEST(SmtpSender, RefusesWhatIsNoSmtpUrl) {
  for (const char* url : {"", "localhost", "http://localhost:25", "smtp://", "smtp://a:25/path"}) {
    SmtpOptions options;
    options.url = url;
    const auto sender = SmtpSender::Start(options, {});
    EXPECT_EQ(ErrorReason(sender.status()), "BAD_SMTP_URL") << url;
  }
}

}  // namespace
}  // namespace maillage::broadcast
