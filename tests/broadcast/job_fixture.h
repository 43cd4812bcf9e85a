// One invitation that a node sends to a sink, for tests of broadcasts.
#ifndef TESTS_BROADCAST_JOB_FIXTURE_H_
#define TESTS_BROADCAST_JOB_FIXTURE_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "server/broadcast/job.h"
#include "tests/broadcast/node_fixture.h"
#include "tests/broadcast/smtp_sink.h"

namespace maillage::broadcast {

inline constexpr char kWho[] = "operators/test";

inline JobOptions OptionsFor(const std::string& url) {
  JobOptions options;
  options.sender = {"invitations@irev.example.org", "IREV"};
  options.smtp.url = url;
  options.smtp.retry_delay = absl::Milliseconds(20);
  options.smtp.reply_timeout = absl::Seconds(20);
  options.pause_patience = absl::Seconds(20);
  return options;
}

// Sends one invitation from a node with some citizens.
class JobTest : public ::testing::Test {
 protected:
  JobTest() : node_("irev") {}

  std::shared_ptr<Job> Send(int citizens, JobOptions options, const std::string& more = "") {
    node_.AddCitizens(citizens);
    node_.Open(std::move(options));
    const auto created = node_.invitations->Create(FileOf({"irev"}, more), kWho);
    EXPECT_TRUE(created.ok()) << created.status();
    const auto sent = node_.invitations->Send("028-2018", kWho);
    EXPECT_TRUE(sent.ok()) << sent.status();
    return *node_.invitations->FindJob("028-2018");
  }

  // Waits until `condition` holds of the job's progress.
  template <typename Condition>
  v1::BroadcastProgress WaitFor(const Job& job, Condition condition) {
    const absl::Time end = absl::Now() + absl::Seconds(40);
    while (!condition(job.progress()) && absl::Now() < end) {
      job.WaitForRest(absl::Milliseconds(5));
    }
    EXPECT_TRUE(condition(job.progress())) << job.progress().ShortDebugString();
    return job.progress();
  }
  static v1::BroadcastProgress WaitForRest(const Job& job) {
    EXPECT_TRUE(job.WaitForRest(absl::Seconds(40))) << job.progress().ShortDebugString();
    return job.progress();
  }

  // How many mails of the sink went to each address.
  static std::map<std::string, int> Receivers(const SmtpSink& sink) {
    std::map<std::string, int> receivers;
    for (const std::string& mail : sink.Mails()) {
      const size_t at = mail.find("X-Rcpt-Args: <") + 14;
      ++receivers[mail.substr(at, mail.find('>', at) - at)];
    }
    return receivers;
  }

  TestNode node_;
};

}  // namespace maillage::broadcast

#endif  // TESTS_BROADCAST_JOB_FIXTURE_H_
