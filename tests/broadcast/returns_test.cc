#include "server/broadcast/returns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "tests/broadcast/node_fixture.h"
#include "tests/broadcast/smtp_sink.h"
#include "tests/testing/files.h"

namespace maillage::broadcast {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kWho[] = "operators/test";

// A node that sent an invitation to three citizens, and its Maildir.
class ReturnsTest : public ::testing::Test {
 protected:
  ReturnsTest()
      : tokens_(*MailTokens::Load(absl::StrCat(dir_.path(), "/token.key"))),
        sink_({}, /*keep=*/true),
        node_("irev") {
    std::filesystem::create_directories(absl::StrCat(dir_.path(), "/mail/new"));
    std::filesystem::create_directories(absl::StrCat(dir_.path(), "/mail/cur"));
    JobOptions options;
    options.sender = {"invitations@irev.example.org", "IREV"};
    options.smtp.url = sink_.url();
    options.pages.tokens = tokens_.get();
    options.return_path = "retours@irev.example.org";
    node_.AddCitizens(3);
    node_.Open(std::move(options));
    EXPECT_TRUE(node_.invitations->Create(FileOf({"irev"}), kWho).ok());
    EXPECT_TRUE(node_.invitations->Send("028-2018", kWho).ok());
    job_ = *node_.invitations->FindJob("028-2018");
    EXPECT_TRUE(job_->WaitForRest(absl::Seconds(40)));
  }

  // The return path of the mail to an address.
  std::string ReturnPathTo(const std::string& mailbox) const {
    for (const std::string& mail : sink_.Mails()) {
      if (!absl::StrContains(mail, absl::StrCat("<", mailbox, ">"))) continue;
      const size_t at = mail.find("X-Mail-Args: <") + 14;
      return mail.substr(at, mail.find('>', at) - at);
    }
    ADD_FAILURE() << "no mail to " << mailbox;
    return "";
  }

  void Deliver(const std::string& name, const std::string& mail) const {
    std::ofstream(absl::StrCat(dir_.path(), "/mail/new/", name)) << mail;
  }
  static std::string Report(const std::string& to, const std::string& status = "5.1.1") {
    return absl::StrCat("From: MAILER-DAEMON@mx.example.org\nTo: <", to,
                        ">\nMIME-Version: 1.0\nContent-Type: multipart/report; "
                        "report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: "
                        "message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
                        "Final-Recipient: rfc822; x@example.org\nAction: failed\nStatus: ",
                        status, "\nDiagnostic-Code: smtp; 550 No such user\n\n--b--\n");
  }

  std::vector<std::string> Names(const std::string& folder) const {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(absl::StrCat(dir_.path(), "/mail/", folder))) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  ReturnCounts ReadNew() {
    const Returns returns(
        {absl::StrCat(dir_.path(), "/mail"), "retours", tokens_.get(), &node_.clock,
         [this](const RecordId& job) { return job == job_->id() ? job_ : nullptr; }});
    const auto counts = returns.ReadNew();
    EXPECT_TRUE(counts.ok()) << counts.status();
    return counts.value_or(ReturnCounts());
  }

  TempDir dir_;
  std::unique_ptr<MailTokens> tokens_;
  SmtpSink sink_;
  TestNode node_;
  std::shared_ptr<Job> job_;
};

TEST_F(ReturnsTest, WriteIntoTheLedgerWhatCameBack) {
  Deliver("1.a", Report(ReturnPathTo("c1@example.org")));
  EXPECT_EQ(ReadNew().failed, 1);
  EXPECT_EQ(job_->progress().bounced(), 1);
  EXPECT_EQ(job_->progress().sent(), 2);
  const auto row = job_->FindRecipient(KeyOf("c1@example.org"));
  ASSERT_TRUE(row.ok() && row->has_value());
  EXPECT_EQ((*row)->state(), v1::DELIVERY_STATE_BOUNCED);
  EXPECT_EQ((*row)->detail(), "came back: 5.1.1 550 No such user");
  EXPECT_THAT(Names("new"), IsEmpty());
  EXPECT_THAT(Names("cur"), ElementsAre("1.a:2,S"));
}

TEST_F(ReturnsTest, CountAMailOnceHoweverOftenItComesBack) {
  Deliver("1.a", Report(ReturnPathTo("c1@example.org")));
  Deliver("2.b", Report(ReturnPathTo("c1@example.org"), "5.2.1"));
  EXPECT_EQ(ReadNew().failed, 2);
  EXPECT_EQ(job_->progress().bounced(), 1);
  EXPECT_EQ(ReadNew().total(), 0);
}

TEST_F(ReturnsTest, BelieveNoReturnPathThatWasNotMadeHere) {
  std::string forged = ReturnPathTo("c1@example.org");
  char& last = forged[forged.find('@') - 1];
  last = last == 'a' ? 'b' : 'a';
  Deliver("1.a", Report(forged));
  EXPECT_EQ(ReadNew().to_read, 1);
  EXPECT_EQ(job_->progress().bounced(), 0);
  EXPECT_THAT(Names("cur"), ElementsAre("1.a:2,"));
}

TEST_F(ReturnsTest, LeaveToAPersonWhatAPersonWrote) {
  Deliver("1.a", absl::StrCat("From: zoe@example.org\nTo: ", ReturnPathTo("c1@example.org"),
                              "\nSubject: Re: Invitation\n\nMerci !\n"));
  EXPECT_EQ(ReadNew().to_read, 1);
  EXPECT_EQ(job_->progress().sent(), 3);
}

TEST_F(ReturnsTest, SayWhatIsWrongWithTheMaildir) {
  const Returns returns({absl::StrCat(dir_.path(), "/nowhere"), "retours", tokens_.get(),
                         &node_.clock, [](const RecordId&) { return nullptr; }});
  const absl::Status status = returns.ReadNew().status();
  EXPECT_EQ(ErrorReason(status), "FILE_ERROR");
  EXPECT_THAT(std::string(status.message()), HasSubstr("nowhere/new"));
}

}  // namespace
}  // namespace maillage::broadcast
