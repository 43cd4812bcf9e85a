// What nodes of a cascade make of messages that are forged, repeated, late or of
// somebody else.
#include "server/broadcast/cascade/cascades.h"

#include <gtest/gtest.h>

#include <optional>

#include "absl/strings/str_replace.h"
#include "client/base/status_macros.h"
#include "server/broadcast/replies.h"
#include "server/identity/signed.h"
#include "tests/broadcast/node_fixture.h"

namespace maillage::broadcast {
namespace {

// A node of the fixture with its cascades; what it sends waits in `sent`.
struct CascadeNode : TestNode {
  explicit CascadeNode(const std::string& alias, bool accepts = false) : TestNode(alias) {
    JobOptions options;
    options.sender = *ParseSender(alias + "@example.org", alias);
    options.smtp.url = "smtp://127.0.0.1:9";  // nobody listens
    Open(options);
    replies.emplace(
        Replies::Parts{database.get(), writer.get(), &clock, invitations.get(), self->node()});
    cascades.emplace(CascadeParts{
        .database = database.get(),
        .writer = writer.get(),
        .clock = &clock,
        .self = self.get(),
        .partners = partners.get(),
        .invitations = invitations.get(),
        .replies = &*replies,
        .add_to_link =
            [this](const NodeId&, const v1::LinkMessage& message, storage::Transaction*,
                   RecordId* id) {
              if (id != nullptr) *id = NewRecordId(clock.Now());
              sent.push_back(message.cascade());
              return absl::OkStatus();
            },
        .withdraw = [](const NodeId&, const RecordId&,
                       storage::Transaction*) { return absl::OkStatus(); },
        .members = [this](const std::string& name) -> absl::StatusOr<std::vector<NodeId>> {
          ASSIGN_OR_RETURN(const identity::PartnerPtr partner, partners->Find(name));
          return std::vector<NodeId>{partner->node};
        },
        .accept_offers = accepts});
  }
  std::string Take(const TestNode& from, const v1::CascadeMessage& message) {
    storage::Transaction transaction;
    const absl::Status status = cascades->Receive(from.self->node(), message, &transaction);
    if (!status.ok()) return ErrorReason(status);
    EXPECT_TRUE(writer->Commit(std::move(transaction)).ok());
    return "";
  }

  std::vector<v1::CascadeMessage> sent;
  std::optional<Replies> replies;
  std::optional<Cascades> cascades;
};

class CascadesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (auto [a, b] : {std::pair{&irev_, &capso_}, {&irev_, &ville_}, {&capso_, &ville_}}) {
      a->PairWith(b);
      b->PairWith(a);
    }
    ASSERT_TRUE(irev_.invitations->Create(FileOf({"irev"}), "test").ok());
    v1::OfferInvitationRequest request;
    request.set_name("028-2018");
    request.add_to("capso");
    request.set_claim_seconds(60);
    ASSERT_TRUE(irev_.cascades->Offer(request, "test").ok());
    ASSERT_EQ(irev_.sent.size(), 1u);
    offer_ = irev_.sent[0];
  }
  // capso says that it knows these.
  v1::CascadeMessage Claims(const std::string& tags, uint32_t part = 0, uint32_t parts = 1) const {
    v1::CascadeMessage message = Empty();
    message.mutable_claims()->set_part(part);
    message.mutable_claims()->set_parts(parts);
    message.mutable_claims()->set_tags(tags);
    return message;
  }
  v1::CascadeMessage Empty() const {
    v1::CascadeMessage message;
    message.set_cascade(offer_.cascade());
    message.set_reference(offer_.reference());
    return message;
  }
  // capso knows so many, accepted, and said whom: the tags.
  std::string CapsoAccepts(int citizens) {
    EXPECT_EQ(capso_.Take(irev_, offer_), "");
    capso_.AddCitizens(citizens);
    v1::AcceptOfferRequest accept;
    accept.set_name("028-2018");
    EXPECT_TRUE(capso_.cascades->Accept(accept, "test").ok());
    EXPECT_TRUE(capso_.cascades->Work().ok());
    EXPECT_EQ(capso_.sent.size(), 1u);
    return capso_.sent[0].claims().tags();
  }
  v1::BroadcastProgress CapsosProgress() const {
    return (*capso_.invitations->FindJob("028-2018"))->progress();
  }
  void Work(CascadeNode* node) {
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(node->cascades->Work().ok());
  }
  v1::CascadeNode Capso() const { return irev_.cascades->Get("028-2018")->nodes(1); }

  CascadeNode irev_{"irev"};
  CascadeNode capso_{"capso"};
  CascadeNode ville_{"ville"};
  v1::CascadeMessage offer_;
};

TEST_F(CascadesTest, AnOfferIsTakenOnceAndOnlyAsItsIssuerSignedIt) {
  v1::CascadeMessage forged = offer_;
  forged.mutable_offer()->mutable_terms()->mutable_payload()->back() ^= 1;
  EXPECT_EQ(capso_.Take(irev_, forged), "WRONG_SIGNATURE");
  EXPECT_EQ(capso_.Take(ville_, offer_), "UNKNOWN_KEY");
  EXPECT_EQ(ville_.Take(irev_, offer_), "BAD_CASCADE");  // it is not named
  EXPECT_EQ(capso_.Take(irev_, offer_), "");
  EXPECT_EQ(capso_.Take(irev_, offer_), "");
  EXPECT_EQ(capso_.cascades->ListOffers()->size(), 1u);

  v1::CascadeTerms terms;
  ASSERT_TRUE(terms.ParseFromString(offer_.offer().terms().payload()));
  terms.set_key(std::string(32, 'x'));
  v1::CascadeMessage other = offer_;
  *other.mutable_offer()->mutable_terms() = identity::SignMessage(terms, irev_.self->signer());
  EXPECT_EQ(capso_.Take(irev_, other), "TWO_TERMS");
}

TEST_F(CascadesTest, ClaimsAreBoundedOfTheirSenderAndTheFirstWordCounts) {
  EXPECT_EQ(irev_.Take(capso_, Claims("short")), "BAD_TAGS");
  EXPECT_EQ(irev_.Take(capso_, Claims(std::string(16 * 8001, 't'))), "BAD_TAGS");
  EXPECT_EQ(irev_.Take(capso_, Claims("", 1, 1)), "BAD_CASCADE");
  EXPECT_EQ(irev_.Take(capso_, Claims("", 0, 1001)), "BAD_CASCADE");
  EXPECT_EQ(irev_.Take(ville_, Claims(std::string(16, 't'))), "BAD_CASCADE");
  EXPECT_EQ(Capso().state(), v1::CascadeNode::ASKED);
  EXPECT_EQ(irev_.Take(capso_, Claims(std::string(16, 't'))), "");
  EXPECT_EQ(irev_.Take(capso_, Claims(std::string(16, 'a') + std::string(16, 'b'))), "");
  EXPECT_EQ(Capso().claimed(), 1);
}

TEST_F(CascadesTest, AReleaseIsBelievedOnlyWithItsHoldersSignature) {
  v1::CascadeRelease release;
  release.set_cascade(offer_.cascade());
  release.set_node(std::string(capso_.self->node().bytes()));
  v1::CascadeMessage message = Empty();
  *message.mutable_release() = identity::SignMessage(release, ville_.self->signer());
  EXPECT_EQ(irev_.Take(capso_, message), "UNKNOWN_KEY");
  EXPECT_EQ(Capso().state(), v1::CascadeNode::ASKED);
  *message.mutable_release() = identity::SignMessage(release, capso_.self->signer());
  EXPECT_EQ(irev_.Take(capso_, message), "");
  EXPECT_EQ(Capso().state(), v1::CascadeNode::DECLINED);
}

TEST_F(CascadesTest, GrantsMailNobodyBeyondTheDirectory) {
  const std::string tags = CapsoAccepts(2);
  ASSERT_EQ(tags.size(), 32u);
  v1::CascadeMessage grants = Empty();
  grants.mutable_grants()->set_tags(tags.substr(0, 16) + std::string(16, 'x'));
  EXPECT_EQ(capso_.Take(ville_, grants), "NO_CASCADE");  // it issued nothing
  EXPECT_EQ(capso_.Take(irev_, grants), "");
  EXPECT_EQ(capso_.Take(irev_, grants), "");
  Work(&capso_);
  EXPECT_EQ(CapsosProgress().recipients(), 2);
  EXPECT_EQ(CapsosProgress().suppressed(), 1);

  v1::AcceptOfferRequest accept;
  accept.set_name("028-2018");
  accept.set_accept_duplicates(true);
  capso_.clock.Advance(absl::Minutes(2));
  EXPECT_EQ(ErrorReason(capso_.cascades->Accept(accept, "test").status()), "ISSUER_DECIDED");
}

TEST_F(CascadesTest, WithoutTheIssuerNobodyIsMailedUnlessAnOfficerAcceptsDuplicates) {
  CapsoAccepts(2);
  Work(&capso_);
  EXPECT_EQ(CapsosProgress().state(), v1::Invitation::WAITING);
  EXPECT_EQ(CapsosProgress().suppressed(), 2);
  v1::AcceptOfferRequest accept;
  accept.set_name("028-2018");
  accept.set_accept_duplicates(true);
  EXPECT_EQ(ErrorReason(capso_.cascades->Accept(accept, "test").status()), "ISSUER_HAS_TIME");
  capso_.clock.Advance(absl::Minutes(2));
  ASSERT_TRUE(capso_.cascades->Accept(accept, "test").ok());
  Work(&capso_);
  EXPECT_EQ(CapsosProgress().state(), v1::Invitation::SENDING);
  EXPECT_EQ(CapsosProgress().suppressed(), 0);
}

TEST_F(CascadesTest, AnOfferIsCarriedWithoutAskingWhereTheNodeIsSetSo) {
  CascadeNode ready("ready", /*accepts=*/true);
  irev_.PairWith(&ready);
  ready.PairWith(&irev_);
  const std::string file = absl::StrReplaceAll(FileOf({"irev"}), {{"028-2018", "029-2018"}});
  ASSERT_TRUE(irev_.invitations->Create(file, "test").ok());
  v1::OfferInvitationRequest request;
  request.set_name("029-2018");
  request.add_to("ready");
  ASSERT_TRUE(irev_.cascades->Offer(request, "test").ok());
  ASSERT_EQ(ready.Take(irev_, irev_.sent.back()), "");
  EXPECT_EQ(ready.cascades->ListOffers()->at(0).state(), v1::InvitationOffer::ACCEPTED);
  Work(&ready);
  EXPECT_TRUE(ready.sent.at(0).has_claims());
}

TEST_F(CascadesTest, TooManyObjectionsWaitForAnOfficer) {
  v1::CascadeMessage claims = Claims(std::string(16, 't'));
  std::string objected;
  for (int i = 0; i < 150; ++i) absl::StrAppend(&objected, std::string(13, 'o'), 100 + i);
  claims.mutable_claims()->set_objected(objected);
  ASSERT_EQ(irev_.Take(capso_, claims), "");
  EXPECT_TRUE(Capso().needs_review());
  v1::IgnoreObjectionsRequest ignore;
  ignore.set_name("028-2018");
  ignore.set_partner("capso");
  ASSERT_TRUE(irev_.cascades->IgnoreObjections(ignore, "test").ok());
  EXPECT_FALSE(Capso().needs_review());
}

TEST_F(CascadesTest, APartnerThatIsOneNoMoreHoldsNobodyUp) {
  ASSERT_EQ(irev_.Take(capso_, Claims(std::string(16, 't'))), "");
  ASSERT_TRUE(irev_.partners->Remove(capso_.self->node(), irev_.writer.get(), "test").ok());
  ASSERT_TRUE(irev_.invitations->Send("028-2018", "test").ok());
  Work(&irev_);
  EXPECT_TRUE(irev_.cascades->Get("028-2018")->settled());
  EXPECT_EQ(Capso().granted(), 0);
}

TEST_F(CascadesTest, AfterARestoreTheIssuerGrantsNothingAndWhoIsGrantedIsUncertain) {
  v1::CascadeMessage grants = Empty();
  grants.mutable_grants()->set_tags(CapsoAccepts(1));
  ASSERT_TRUE(capso_.cascades->Recover().ok());
  ASSERT_EQ(capso_.Take(irev_, grants), "");
  Work(&capso_);
  EXPECT_EQ(CapsosProgress().uncertain(), 1);

  ASSERT_TRUE(irev_.invitations->Send("028-2018", "test").ok());
  ASSERT_EQ(irev_.Take(capso_, capso_.sent[0]), "");
  ASSERT_TRUE(irev_.cascades->Recover().ok());
  const size_t before = irev_.sent.size();
  Work(&irev_);
  EXPECT_EQ(irev_.sent.size(), before);
  EXPECT_TRUE(irev_.cascades->Get("028-2018")->in_doubt());
}

}  // namespace
}  // namespace maillage::broadcast
