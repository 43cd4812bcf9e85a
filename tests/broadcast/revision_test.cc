// Revisions of an invitation: who gets them, who signs them, what stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/match.h"
#include "tests/broadcast/node_fixture.h"
#include "tests/broadcast/smtp_sink.h"

namespace maillage::broadcast {
namespace {

using ::testing::HasSubstr;

constexpr char kWho[] = "operators/test";

JobOptions OptionsFor(const std::string& url) {
  JobOptions options;
  options.sender = {"invitations@irev.example.org", "IREV"};
  options.smtp.url = url;
  options.smtp.retry_delay = absl::Milliseconds(20);
  options.pause_patience = absl::Seconds(20);
  return options;
}

class RevisionTest : public ::testing::Test {
 protected:
  RevisionTest() : irev_("irev"), capso_("capso") {
    irev_.PairWith(&capso_);
    capso_.PairWith(&irev_);
    irev_.Open(OptionsFor(sink_.url()));
    capso_.Open();
  }

  void Create(const std::vector<std::string>& organisers) {
    const auto created = irev_.invitations->Create(FileOf(organisers), kWho);
    ASSERT_TRUE(created.ok()) << created.status();
  }
  v1::BroadcastProgress SendAll() {
    const auto sent = irev_.invitations->Send("028-2018", kWho);
    EXPECT_TRUE(sent.ok()) << sent.status();
    const auto job = *irev_.invitations->FindJob("028-2018");
    EXPECT_TRUE(job->WaitForRest(absl::Seconds(40)));
    return job->progress();
  }
  // How many mails each address got.
  std::map<std::string, int> Receivers() const {
    std::map<std::string, int> receivers;
    for (const std::string& mail : sink_.Mails()) {
      const size_t at = mail.find("X-Rcpt-Args: <") + 14;
      ++receivers[mail.substr(at, mail.find('>', at) - at)];
    }
    return receivers;
  }

  SmtpSink sink_{{}, /*keep=*/true};
  TestNode irev_;
  TestNode capso_;
};

TEST_F(RevisionTest, ReachesThoseWhoWereReachedAndNobodyElse) {
  irev_.AddCitizens(5);
  Create({"irev"});
  EXPECT_EQ(SendAll().sent(), 5);
  irev_.Add(irev_.Citizen("Nouvelle", "nouvelle@example.org"));
  const auto revised =
      irev_.invitations->Revise("028-2018", FileOf({"irev"}, "", "Salle 2."), kWho);
  ASSERT_TRUE(revised.ok()) << revised.status();
  EXPECT_EQ(revised->content().sequence(), 1u);
  EXPECT_EQ(revised->state(), v1::Invitation::READY);
  EXPECT_EQ(SendAll().sent(), 5);
  const auto receivers = Receivers();
  EXPECT_EQ(receivers.size(), 5u);
  for (const auto& [mailbox, mails] : receivers) EXPECT_EQ(mails, 2) << mailbox;
}

TEST_F(RevisionTest, KeepsTheUidAndIsSignedAnewByEveryOrganiser) {
  Create({"irev", "capso"});
  irev_.Deliver(&capso_);
  ASSERT_TRUE(capso_.invitations->Cosign("028-2018", kWho).ok());
  capso_.Deliver(&irev_);
  const auto first = irev_.invitations->Get("028-2018");
  ASSERT_EQ(first->state(), v1::Invitation::READY);
  const auto recalled = irev_.invitations->Recall("028-2018", "La salle est fermée.", kWho);
  ASSERT_TRUE(recalled.ok()) << recalled.status();
  EXPECT_EQ(recalled->state(), v1::Invitation::DRAFT);
  EXPECT_EQ(recalled->content().uid(), first->content().uid());
  EXPECT_TRUE(recalled->content().cancelled());
  EXPECT_EQ(ErrorReason(irev_.invitations->Send("028-2018", kWho).status()), "NOT_SIGNED");
  irev_.Deliver(&capso_);
  ASSERT_TRUE(capso_.invitations->Cosign("028-2018", kWho).ok());
  capso_.Deliver(&irev_);
  EXPECT_EQ(irev_.invitations->Get("028-2018")->state(), v1::Invitation::READY);
  EXPECT_EQ(ErrorReason(irev_.invitations->Recall("028-2018", "Encore.", kWho).status()),
            "RECALLED");
}

TEST_F(RevisionTest, OfARecallGoesOnlyToThoseReachedAndStopsTheRest) {
  irev_.AddCitizens(3);
  Create({"irev"});
  EXPECT_EQ(SendAll().sent(), 3);
  // One who bounced in the first broadcast does not hear of the recall.
  const auto former = *irev_.invitations->FindJob("028-2018");
  ASSERT_TRUE(irev_.invitations->Recall("028-2018", "La salle est fermée.", kWho).ok());
  EXPECT_EQ(ErrorReason(former->Start(kWho)), "REPLACED");
  EXPECT_EQ(SendAll().sent(), 3);
  EXPECT_EQ(Receivers().size(), 3u);
}

TEST_F(RevisionTest, TakesThePlaceOfWhatWasStillToBeSent) {
  irev_.AddCitizens(4);
  Create({"irev"});
  irev_.Open(OptionsFor("smtp://127.0.0.1:1"));  // nothing can leave
  ASSERT_TRUE(irev_.invitations->Send("028-2018", kWho).ok());
  const auto former = *irev_.invitations->FindJob("028-2018");
  for (const absl::Time end = absl::Now() + absl::Seconds(40);
       !former->row().frozen() && absl::Now() < end;) {
    former->WaitForRest(absl::Milliseconds(5));
  }
  ASSERT_TRUE(irev_.invitations->Revise("028-2018", FileOf({"irev"}, "", "Salle 2."), kWho).ok());
  irev_.Open(OptionsFor(sink_.url()));
  EXPECT_EQ(ErrorReason((*irev_.invitations->FindJob("028-2018"))->Start(kWho)), "REPLACED");
  EXPECT_EQ(SendAll().sent(), 4);
  for (const std::string& mail : sink_.Mails()) EXPECT_THAT(mail, HasSubstr("Salle 2."));
}

TEST_F(RevisionTest, OfAnotherReferenceOrWithoutAReasonIsRefused) {
  Create({"irev"});
  std::string other = FileOf({"irev"});
  other.replace(other.find("028-2018"), 8, "029-2018");
  EXPECT_EQ(ErrorReason(irev_.invitations->Revise("028-2018", other, kWho).status()),
            "OTHER_REFERENCE");
  EXPECT_EQ(ErrorReason(irev_.invitations->Recall("028-2018", " ", kWho).status()), "BAD_WHY");
  EXPECT_EQ(ErrorReason(irev_.invitations->Recall("028-2018", "a\nb", kWho).status()), "BAD_WHY");
}

TEST_F(RevisionTest, NeedsTheAttestationOfAnOrganiserWithoutANodeAnew) {
  std::string file = FileOf({"irev"});
  const size_t end = file.rfind("+++\n");
  file.insert(end, "[[organisers]]\nname = \"Préfecture\"\npost = \"Le préfet\"\n");
  ASSERT_TRUE(irev_.invitations->Create(file, kWho).ok());
  EXPECT_EQ(ErrorReason(irev_.invitations->Send("028-2018", kWho).status()), "NOT_SIGNED");
  EXPECT_EQ(ErrorReason(irev_.invitations->Attest("028-2018", "IREV", "courrier", kWho).status()),
            "NO_SUCH_ORGANISER");
  EXPECT_EQ(ErrorReason(irev_.invitations->Attest("028-2018", "Préfecture", "", kWho).status()),
            "NO_PROOF");
  const auto ready = irev_.invitations->Attest("028-2018", "Préfecture", "courrier du 3 mai", kWho);
  ASSERT_TRUE(ready.ok()) << ready.status();
  EXPECT_EQ(ready->state(), v1::Invitation::READY);
  EXPECT_EQ(ready->organisers(1).proof(), "courrier du 3 mai");
  const auto recalled = irev_.invitations->Recall("028-2018", "Reporté.", kWho);
  EXPECT_EQ(recalled->state(), v1::Invitation::DRAFT);
}

}  // namespace
}  // namespace maillage::broadcast
