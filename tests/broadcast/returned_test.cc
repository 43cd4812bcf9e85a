#include "server/broadcast/mail/returned.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace maillage::broadcast {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = ReturnedMail::Kind;

constexpr char kTo[] = "To: retours+abc234@ville.example.org\n";

ReturnedMail Read(const std::string& mail) { return ReadReturnedMail(mail, "retours"); }

// A report in a machine's form, with these groups of fields.
std::string Report(const std::string& groups, const std::string& to = kTo) {
  return absl::StrCat(
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org (Mail Delivery System)\n", to,
      "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n"
      "--b\nContent-Type: text/plain\n\nThis is the mail system.\n"
      "--b\nContent-Type: message/delivery-status\n\n",
      groups,
      "\n--b\nContent-Type: text/rfc822-headers\n\n"
      "Return-Path: <retours+xyz567@ville.example.org>\nSubject: Invitation\n\n--b--\n");
}

TEST(ReturnedMail, ThatCouldNotBeDeliveredSaysWhyAndForWhom) {
  const ReturnedMail mail = Read(
      Report("Reporting-MTA: dns; mx.example.org\nArrival-Date: Wed, 25 Nov 2026 09:00:00 +0100\n\n"
             "Final-Recipient: rfc822; zoe@example.org\nAction: failed\nStatus: 5.1.1\n"
             "Diagnostic-Code: smtp; 550 5.1.1 <zoe@example.org>: Recipient address rejected:\n"
             "    User unknown\n"));
  EXPECT_EQ(mail.kind, Kind::kFailed);
  EXPECT_EQ(mail.status, "5.1.1");
  EXPECT_THAT(mail.detail, HasSubstr("User unknown"));
  EXPECT_THAT(mail.tokens, ElementsAre("abc234", "xyz567"));
}

TEST(ReturnedMail, ThatIsDelayedOrGivenUpForNowDidNotFailForGood) {
  EXPECT_EQ(Read(Report("\nAction: delayed\nStatus: 4.4.1\n")).kind, Kind::kDelayed);
  EXPECT_EQ(Read(Report("\nAction: failed\nStatus: 4.2.2\n")).kind, Kind::kDelayed);
}

TEST(ReturnedMail, ThatTellsOfSuccessIsNoFailure) {
  EXPECT_EQ(Read(Report("\nAction: delivered\nStatus: 2.0.0\n")).kind, Kind::kDelivered);
  EXPECT_EQ(Read(Report("\nAction: relayed\nStatus: 2.0.0\n")).kind, Kind::kDelivered);
}

TEST(ReturnedMail, OfSeveralRecipientsCountsTheWorst) {
  EXPECT_EQ(Read(Report("Reporting-MTA: dns; a\n\nAction: delivered\nStatus: 2.0.0\n\n"
                        "Action: failed\nStatus: 5.2.1\n\nAction: delayed\nStatus: 4.0.0\n"))
                .status,
            "5.2.1");
}

TEST(ReturnedMail, IsReadWithCrlfAndAnyCase) {
  const std::string mail = absl::StrReplaceAll(
      Report("\nACTION: FAILED\nSTATUS: 5.7.1\n", "TO: <RETOURS+ABC234@VILLE.EXAMPLE.ORG>\n"),
      {{"\n", "\r\n"}});
  EXPECT_EQ(Read(mail).kind, Kind::kFailed);
  EXPECT_THAT(Read(mail).tokens, ElementsAre("abc234", "xyz567"));
}

TEST(ReturnedMail, IsFoundInsideAMailThatForwardsIt) {
  const std::string outer = absl::StrCat(
      "From: postmaster@example.org\nTo: retours@ville.example.org\nMIME-Version: 1.0\n"
      "Content-Type: multipart/mixed; boundary=\"o\"\n\n--o\nContent-Type: text/plain\n\nFw\n"
      "--o\nContent-Type: message/rfc822\n\n",
      Report("\nAction: failed\nStatus: 5.1.1\n"), "\n--o--\n");
  EXPECT_EQ(Read(outer).kind, Kind::kFailed);
  EXPECT_THAT(Read(outer).tokens, ElementsAre("abc234", "xyz567"));
}

TEST(ReturnedMail, NestedAThousandDeepIsNotFollowed) {
  std::string mail = Report("\nAction: failed\nStatus: 5.1.1\n");
  for (int i = 0; i < 1000; ++i) {
    mail = absl::StrCat("From: a@example.org\nContent-Type: message/rfc822\n\n", mail);
  }
  EXPECT_EQ(Read(mail).kind, Kind::kOther);
}

TEST(ReturnedMail, OfAServerThatWritesForPeopleAloneIsUnderstood) {
  const ReturnedMail mail = Read(
      absl::StrCat("Return-Path: <>\nFrom: MAILER-DAEMON@example.org\n", kTo,
                   "Subject: failure notice\n\nHi. This is the qmail-send program at example.org.\n"
                   "<zoe@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n"));
  EXPECT_EQ(mail.kind, Kind::kFailed);
  EXPECT_EQ(mail.status, "5.1.1");
  EXPECT_EQ(mail.detail, "Sorry, no mailbox here by that name. (#5.1.1)");
}

TEST(ReturnedMail, OfAPersonIsForAPersonToRead) {
  EXPECT_EQ(Read(absl::StrCat("From: zoe@example.org\n", kTo,
                              "Subject: Re: Invitation\n\nLe code 5.1.1 ne marche pas.\n"))
                .kind,
            Kind::kOther);
}

TEST(ReturnedMail, OfSomebodyWhoIsAwayIsNoFailure) {
  for (const char* header :
       {"Auto-Submitted: auto-replied (vacation)\n", "Precedence: auto_reply\n",
        "X-Autoreply: yes\n", "X-Auto-Response-Suppress: All\n"}) {
    EXPECT_EQ(Read(absl::StrCat("From: zoe@example.org\n", kTo, header,
                                "Subject: Absence du bureau\n\nDe retour le 5.1.2027.\n"))
                  .kind,
              Kind::kAutoReply)
        << header;
  }
}

TEST(ReturnedMail, ThatComplainsNamesTheMailOfTheComplaint) {
  const ReturnedMail mail = Read(
      "From: <fbl@isp.example.org>\nTo: abuse@ville.example.org\nMIME-Version: 1.0\n"
      "Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\n\n"
      "--b\nContent-Type: text/plain\n\nAn abuse report.\n"
      "--b\nContent-Type: message/feedback-report\n\n"
      "Feedback-Type: abuse\nUser-Agent: Isp/1\nVersion: 1\n"
      "Original-Mail-From: <retours+abc234@ville.example.org>\n\n"
      "--b\nContent-Type: message/rfc822\n\n"
      "Return-Path: <retours+abc234@ville.example.org>\nSubject: Invitation\n\nBonjour\n--b--\n");
  EXPECT_EQ(mail.kind, Kind::kComplaint);
  EXPECT_THAT(mail.tokens, ElementsAre("abc234"));
}

TEST(ReturnedMail, ThatTakesAComplaintBackIsNone) {
  const std::string mail =
      "From: <fbl@isp.example.org>\nMIME-Version: 1.0\n"
      "Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\n\n"
      "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: not-spam\n\n--b--\n";
  EXPECT_EQ(Read(mail).kind, Kind::kOther);
}

TEST(ReturnedMail, IsNeverMoreThanRubbish) {
  EXPECT_EQ(Read("").kind, Kind::kOther);
  EXPECT_EQ(Read(std::string(3 << 20, 'x')).kind, Kind::kOther);
  EXPECT_EQ(Read(Report(std::string(100'000, '\n'))).kind, Kind::kOther);
  std::string many = "To: ";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&many, "retours+t", i, "@example.org, ");
  EXPECT_EQ(Read(absl::StrCat("From: a@example.org\n", many, "\n\n")).tokens.size(), 8u);
  EXPECT_THAT(Read("To: retours+@example.org\n\n").tokens, IsEmpty());
  EXPECT_THAT(Read(absl::StrCat("To: retours+", std::string(500, 'a'), "@example.org\n\n")).tokens,
              IsEmpty());
}

TEST(ReturnedMail, SaysWhatTheServerSaidInOneCleanLine) {
  const ReturnedMail mail = Read(Report(absl::StrCat(
      "\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; \x1b[2J", std::string(999, 'a'))));
  EXPECT_LE(mail.detail.size(), 300u);
  EXPECT_EQ(mail.detail.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace maillage::broadcast
