#include "server/broadcast/invitations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "server/broadcast/content.h"
#include "server/identity/signed.h"
#include "tests/broadcast/node_fixture.h"
#include "tests/broadcast/smtp_sink.h"

namespace maillage::broadcast {
namespace {

using ::testing::HasSubstr;

constexpr char kWho[] = "operators/test";

// irev issues, capso co-signs; they know each other.
class InvitationsTest : public ::testing::Test {
 protected:
  InvitationsTest() : irev_("irev"), capso_("capso") {
    irev_.PairWith(&capso_);
    capso_.PairWith(&irev_);
    irev_.Open();
    capso_.Open();
  }

  v1::Invitation Create(const std::string& body = "La lettre.") {
    const auto created = irev_.invitations->Create(FileOf({"irev", "capso"}, "", body), kWho);
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? *created : v1::Invitation();
  }

  // A cosign request that irev signed over `content`.
  v1::LinkMessage RequestOf(const v1::InvitationContent& content) {
    v1::LinkMessage message;
    *message.mutable_cosign_request() = identity::SignMessage(content, irev_.self->signer());
    return message;
  }
  v1::LinkMessage SignatureOf(const v1::Cosignature& cosignature) {
    v1::LinkMessage message;
    *message.mutable_cosignature() = identity::SignMessage(cosignature, capso_.self->signer());
    return message;
  }

  TestNode irev_;
  TestNode capso_;
};

TEST_F(InvitationsTest, AreReadyOnceEveryOrganiserSigned) {
  const v1::Invitation draft = Create();
  EXPECT_EQ(draft.state(), v1::Invitation::DRAFT);
  EXPECT_EQ(draft.name(), InvitationName(irev_.self->node(), "028-2018"));
  ASSERT_EQ(draft.organisers_size(), 2);
  EXPECT_TRUE(draft.organisers(0).signed_());
  EXPECT_EQ(draft.organisers(0).alias(), "irev");
  EXPECT_FALSE(draft.organisers(1).signed_());
  EXPECT_EQ(draft.organisers(1).alias(), "capso");
  EXPECT_EQ(ErrorReason(irev_.invitations->Send("028-2018", kWho).status()), "NOT_SIGNED");

  irev_.Deliver(&capso_);
  const auto received = capso_.invitations->Get("028-2018");
  ASSERT_TRUE(received.ok()) << received.status();
  EXPECT_EQ(received->state(), v1::Invitation::AWAITING_COSIGNATURE);
  EXPECT_EQ(received->content_hash(), draft.content_hash());
  const auto cosigned = capso_.invitations->Cosign("028-2018", kWho);
  ASSERT_TRUE(cosigned.ok()) << cosigned.status();
  EXPECT_EQ(cosigned->state(), v1::Invitation::COSIGNED);
  EXPECT_EQ(ErrorReason(capso_.invitations->Send("028-2018", kWho).status()), "NOT_ISSUER");

  capso_.Deliver(&irev_);
  const auto ready = irev_.invitations->Get("028-2018");
  ASSERT_TRUE(ready.ok());
  EXPECT_EQ(ready->state(), v1::Invitation::READY);
  EXPECT_TRUE(ready->organisers(1).signed_());
  EXPECT_TRUE(ready->organisers(1).has_sign_time());
}

TEST_F(InvitationsTest, OutliveARestart) {
  Create();
  irev_.Deliver(&capso_);
  capso_.Open();
  ASSERT_TRUE(capso_.invitations->Cosign("028-2018", kWho).ok());
  capso_.Deliver(&irev_);
  irev_.Open();
  EXPECT_EQ(irev_.invitations->Get("028-2018")->state(), v1::Invitation::READY);
}

TEST_F(InvitationsTest, LoseTheirCosignaturesWhenTheTextChanges) {
  const v1::Invitation first = Create();
  irev_.Deliver(&capso_);
  ASSERT_TRUE(capso_.invitations->Cosign("028-2018", kWho).ok());
  const auto late = std::exchange(capso_.outgoing, {});
  const v1::Invitation second = Create("Une autre lettre.");
  EXPECT_EQ(second.content().sequence(), 1u);
  EXPECT_NE(second.content_hash(), first.content_hash());
  // The word on the old text comes late, and says nothing on the new one.
  ASSERT_TRUE(irev_.Receive(capso_.self->node(), late.front().second).ok());
  EXPECT_EQ(irev_.invitations->Get("028-2018")->state(), v1::Invitation::DRAFT);
  irev_.Deliver(&capso_);
  EXPECT_EQ(capso_.invitations->Get("028-2018")->state(), v1::Invitation::AWAITING_COSIGNATURE);
  ASSERT_TRUE(capso_.invitations->Cosign("028-2018", kWho).ok());
  capso_.Deliver(&irev_);
  EXPECT_EQ(irev_.invitations->Get("028-2018")->state(), v1::Invitation::READY);
}

TEST_F(InvitationsTest, CreatingTheSameAgainAsksAgain) {
  const v1::Invitation first = Create();
  irev_.Deliver(&capso_);
  ASSERT_TRUE(capso_.invitations->Cosign("028-2018", kWho).ok());
  capso_.outgoing.clear();  // the answer is lost
  const v1::Invitation again = Create();
  EXPECT_EQ(again.content_hash(), first.content_hash());
  irev_.Deliver(&capso_);
  capso_.Deliver(&irev_);
  EXPECT_EQ(irev_.invitations->Get("028-2018")->state(), v1::Invitation::READY);
}

TEST_F(InvitationsTest, RefuseRequestsThatAreNotSound) {
  const v1::InvitationContent good = Create().content();
  const auto with = [&good](const std::function<void(v1::InvitationContent*)>& change) {
    v1::InvitationContent content = good;
    change(&content);
    return content;
  };
  v1::LinkMessage forged = RequestOf(good);
  *forged.mutable_cosign_request() = identity::SignMessage(good, capso_.self->signer());
  v1::LinkMessage tampered = RequestOf(good);
  *tampered.mutable_cosign_request()->mutable_payload() += "x";
  v1::LinkMessage large = RequestOf(good);
  large.mutable_cosign_request()->set_payload(std::string(200'000, 'x'));
  struct Case {
    v1::LinkMessage message;
    std::string reason;
  };
  const Case cases[] = {
      {forged, "UNKNOWN_KEY"},
      {tampered, "WRONG_SIGNATURE"},
      {large, "TOO_LARGE"},
      {v1::LinkMessage(), "UNKNOWN_MESSAGE"},
      {RequestOf(with([](auto* content) { content->set_issuer("0123456789"); })), "BAD_INVITATION"},
      {RequestOf(with([this](auto* content) {
         content->set_issuer(std::string(capso_.self->node().bytes()));
       })),
       "NOT_ISSUER"},
      {RequestOf(with([](auto* content) { content->mutable_organisers()->RemoveLast(); })),
       "NOT_ORGANISER"},
      {RequestOf(with([](auto* content) { content->set_reference("../x"); })), "BAD_INVITATION"},
      {RequestOf(with([](auto* content) { content->set_subject("a\r\nBcc: x@example.org"); })),
       "BAD_INVITATION"},
  };
  for (const Case& c : cases) {
    const absl::Status status = capso_.Receive(irev_.self->node(), c.message);
    EXPECT_EQ(ErrorReason(status), c.reason) << status;
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  }
  EXPECT_TRUE(capso_.invitations->List()->empty());
  EXPECT_EQ(ErrorReason(capso_.Receive(NodeId("a-stranger"), RequestOf(good))), "NO_SUCH_PARTNER");
}

TEST_F(InvitationsTest, RefuseCosignaturesThatAreNotSound) {
  const v1::Invitation draft = Create();
  v1::Cosignature good;
  good.set_issuer(std::string(irev_.self->node().bytes()));
  good.set_reference("028-2018");
  good.set_signer(std::string(capso_.self->node().bytes()));
  good.set_content_hash(std::string(32, 'h'));
  v1::Cosignature other = good;
  other.set_signer("0123456789");
  v1::Cosignature unknown = good;
  unknown.set_reference("029-2018");
  v1::Cosignature path = good;
  path.set_reference("028-2018/broadcasts/0");
  v1::LinkMessage forged = SignatureOf(good);
  forged.mutable_cosignature()->set_signature(std::string(64, 'x'));
  struct Case {
    v1::LinkMessage message;
    std::string reason;
  };
  const Case cases[] = {{forged, "WRONG_SIGNATURE"},
                        {SignatureOf(other), "NOT_SIGNER"},
                        {SignatureOf(unknown), "NO_SUCH_INVITATION"},
                        {SignatureOf(path), "NO_SUCH_INVITATION"}};
  for (const Case& c : cases) {
    EXPECT_EQ(ErrorReason(irev_.Receive(capso_.self->node(), c.message)), c.reason);
  }
  // On another text: late, not wrong.
  EXPECT_TRUE(irev_.Receive(capso_.self->node(), SignatureOf(good)).ok());
  EXPECT_EQ(irev_.invitations->Get("028-2018")->state(), v1::Invitation::DRAFT);
}

TEST_F(InvitationsTest, DoNotGoBackToAnOlderText) {
  const v1::InvitationContent first = Create().content();
  Create("Une autre lettre.");
  irev_.Deliver(&capso_);
  const std::string hash = capso_.invitations->Get("028-2018")->content_hash();
  EXPECT_TRUE(capso_.Receive(irev_.self->node(), RequestOf(first)).ok());
  EXPECT_EQ(capso_.invitations->Get("028-2018")->content_hash(), hash);
}

TEST_F(InvitationsTest, AreFoundByNameOrByReferenceWhereOneHasIt) {
  Create();
  irev_.Deliver(&capso_);
  const auto own = capso_.invitations->Create(FileOf({"capso"}), kWho);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_TRUE(capso_.invitations->Get(own->name()).ok());
  EXPECT_EQ(ErrorReason(capso_.invitations->Get("028-2018").status()), "AMBIGUOUS_NAME");
  EXPECT_EQ(ErrorReason(capso_.invitations->Get("001-2018").status()), "NO_SUCH_INVITATION");
  EXPECT_EQ(ErrorReason(capso_.invitations->Get("nodes/x/shares/y").status()),
            "NO_SUCH_INVITATION");
  const auto list = capso_.invitations->List();
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ((*list)[0].name(), own->name());
}

TEST_F(InvitationsTest, RefuseAFilterThatIsNone) {
  const std::string file =
      absl::StrReplaceAll(FileOf({"irev"}), {{"territory:REGION/32", "category ="}});
  const auto created = irev_.invitations->Create(file, kWho);
  EXPECT_EQ(ErrorReason(created.status()), "BAD_FILTER");
  EXPECT_THAT(std::string(created.status().message()), HasSubstr("audience: "));
}

TEST_F(InvitationsTest, WarnOfAnOrganiserWithoutANode) {
  const std::string file =
      absl::StrReplaceAll(FileOf({"irev", "ville"}), {{"node = \"ville\"\n", ""}});
  const auto created = irev_.invitations->Create(file, kWho);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->state(), v1::Invitation::DRAFT);
  ASSERT_EQ(created->warnings_size(), 1);
  EXPECT_EQ(created->warnings(0),
            "ville has no node: attest its approval with `maillage invitation attest`.");
}

TEST_F(InvitationsTest, PreviewTheMailAndItsReceivers) {
  irev_.AddCitizens(5);
  irev_.Add(irev_.Citizen("Sans", ""));
  Create();
  v1::PreviewInvitationRequest request;
  request.set_name("028-2018");
  request.set_recipients(true);
  request.set_page_size(2);
  std::vector<uint32_t> numbers;
  for (int page = 0; page < 3; ++page) {
    const auto preview = irev_.invitations->Preview(request);
    ASSERT_TRUE(preview.ok()) << preview.status();
    EXPECT_EQ(preview->recipients(), 5);
    EXPECT_EQ(preview->by_category(0).count(), 5);
    EXPECT_EQ(preview->exclusions(0).reason(), "NO_EMAIL");
    EXPECT_THAT(preview->text(), HasSubstr("Madame Zoé Martin0,"));
    EXPECT_EQ(preview->subject(), "Invitation");
    for (const auto& row : preview->rows()) numbers.push_back(row.number());
    request.set_page_token(preview->next_page_token());
  }
  EXPECT_EQ(numbers, (std::vector<uint32_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(request.page_token(), "");
  request.set_page_token("!");
  EXPECT_EQ(ErrorReason(irev_.invitations->Preview(request).status()), "BAD_PAGE_TOKEN");
}

TEST_F(InvitationsTest, PreviewAPartnersLetterWithoutAnAudience) {
  Create();
  irev_.Deliver(&capso_);
  v1::PreviewInvitationRequest request;
  request.set_name("028-2018");
  const auto preview = capso_.invitations->Preview(request);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_THAT(preview->text(), HasSubstr("Madame, Monsieur,"));
  EXPECT_EQ(preview->recipients(), 0);
}

TEST_F(InvitationsTest, SendATestToOneMailbox) {
  SmtpSink sink({}, /*keep=*/true);
  JobOptions options;
  options.sender = {"invitations@irev.example.org", "IREV"};
  options.smtp.url = sink.url();
  irev_.Open(options);
  Create();
  const auto reply = irev_.invitations->Test("028-2018", "Moi@example.org");
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_THAT(*reply, HasSubstr("250 "));
  ASSERT_EQ(sink.Mails().size(), 1u);
  EXPECT_THAT(sink.Mails()[0], HasSubstr("Subject: [Essai] Invitation"));
  EXPECT_EQ(ErrorReason(irev_.invitations->Test("028-2018", "moi").status()), "BAD_MAILBOX");
}

TEST_F(InvitationsTest, SayThatThereIsNoMailServer) {
  Create();
  EXPECT_EQ(ErrorReason(irev_.invitations->Test("028-2018", "moi@example.org").status()),
            "NO_MAIL_SERVER");
  const auto alone = irev_.invitations->Create(
      absl::StrReplaceAll(FileOf({"irev"}), {{"028-2018", "029-2018"}}), kWho);
  ASSERT_TRUE(alone.ok());
  EXPECT_EQ(ErrorReason(irev_.invitations->Send("029-2018", kWho).status()), "NO_MAIL_SERVER");
  EXPECT_EQ(ErrorReason(irev_.invitations->Report("029-2018").status()), "NOT_SENT");
}

TEST_F(InvitationsTest, DoNotChangeOnceSent) {
  SmtpSink sink({});
  JobOptions options;
  options.sender = {"invitations@irev.example.org", "IREV"};
  options.smtp.url = sink.url();
  irev_.Open(options);
  ASSERT_TRUE(irev_.invitations->Create(FileOf({"irev"}), kWho).ok());
  ASSERT_TRUE(irev_.invitations->Send("028-2018", kWho).ok());
  EXPECT_TRUE(irev_.invitations->Create(FileOf({"irev"}), kWho).ok());
  EXPECT_EQ(ErrorReason(irev_.invitations->Create(FileOf({"irev"}, "", "Autre."), kWho).status()),
            "ALREADY_SENT");
}

}  // namespace
}  // namespace maillage::broadcast
