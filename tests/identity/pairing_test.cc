#include "server/identity/pairing.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "client/base/encoding.h"
#include "client/base/error.h"
#include "server/identity/crypto.h"
#include "tests/identity/identity_fixture.h"

namespace maillage::identity {
namespace {

class PairingTest : public testing::Test {
 protected:
  Pairing::Call NewCall() {
    const auto token = inviter_.tokens->Create("admin-socket");
    EXPECT_TRUE(token.ok()) << token.status();
    const auto call = accepter_.pairing->Ask(token->text);
    EXPECT_TRUE(call.ok()) << call.status();
    return *call;
  }
  Pairing::Question QuestionOf(const Pairing::Call& call) const {
    return {Base32Encode(call.token.token_id()), call.mac, call.request,
            accepter_.self->tls().certificate_hash};
  }
  // Puts other bytes under a good or a bad MAC.
  std::string ReasonFor(const std::string& request, bool good_mac) {
    const Pairing::Call call = NewCall();
    Pairing::Question question = QuestionOf(call);
    question.request = request;
    question.mac = good_mac ? PairRequestMac(call.token.secret(), inviter_.self->node(),
                                             call.token.token_id(), request)
                            : std::string(32, 'm');
    return ErrorReason(inviter_.pairing->Reply(question).status());
  }
  std::string FinishReason(const Pairing::Call& call, const std::string& response) {
    return ErrorReason(
        accepter_.pairing
            ->Finish(call, {response, PairResponseMac(call.token.secret(), call.mac, response)},
                     "admin-socket")
            .status());
  }

  TestClock clock_;
  TestIdentity inviter_{"capso", &clock_};
  TestIdentity accepter_{"irev", &clock_};
};

TEST_F(PairingTest, MakesPartnersOfBothWithTheSameWords) {
  const Pairing::Call call = NewCall();
  const auto answer = inviter_.pairing->Reply(QuestionOf(call));
  ASSERT_TRUE(answer.ok()) << answer.status();
  const auto there = accepter_.pairing->Finish(call, *answer, "admin-socket");
  ASSERT_TRUE(there.ok()) << there.status();
  EXPECT_EQ((*there)->node, inviter_.self->node());
  EXPECT_EQ((*there)->alias, "capso");
  const auto here = inviter_.partners->Find("irev");
  ASSERT_TRUE(here.ok());
  EXPECT_EQ((*here)->node, accepter_.self->node());
  EXPECT_EQ((*here)->check_words, (*there)->check_words);
}

TEST_F(PairingTest, SpendsATokenOnce) {
  const Pairing::Call call = NewCall();
  ASSERT_TRUE(inviter_.pairing->Reply(QuestionOf(call)).ok());
  EXPECT_EQ(ErrorReason(inviter_.pairing->Reply(QuestionOf(call)).status()), "SPENT_TOKEN");
}

TEST_F(PairingTest, SpendsATokenOnceAmongCallsAtOnce) {
  const Pairing::Question question = QuestionOf(NewCall());
  std::vector<absl::Status> results(8);
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] { result = inviter_.pairing->Reply(question).status(); });
  }
  int good = 0;
  for (size_t i = 0; i < threads.size(); ++i) {
    threads[i].join();
    good += results[i].ok() ? 1 : 0;
    if (!results[i].ok()) {
      EXPECT_EQ(ErrorReason(results[i]), "SPENT_TOKEN");
    }
  }
  EXPECT_EQ(good, 1);
}

TEST_F(PairingTest, RefusesATokenOnceItsTimeIsOver) {
  const Pairing::Call call = NewCall();
  clock_.now += kTokenLife - absl::Seconds(1);
  const Pairing::Call other = call;
  clock_.now += absl::Seconds(1);
  EXPECT_EQ(ErrorReason(inviter_.pairing->Reply(QuestionOf(other)).status()), "EXPIRED_TOKEN");
  // Making another sweeps it out.
  NewCall();
  EXPECT_EQ(ErrorReason(inviter_.pairing->Reply(QuestionOf(call)).status()), "UNKNOWN_TOKEN");
}

TEST_F(PairingTest, ChecksTheMacBeforeItParses) {
  EXPECT_EQ(ReasonFor("\xff\xff garbage", false), "WRONG_MAC");
  EXPECT_EQ(ReasonFor("\xff\xff garbage", true), "UNREADABLE");
  EXPECT_EQ(ReasonFor(std::string(kMaxPairBytes + 1, 'x'), false), "TOO_LARGE");
}

TEST_F(PairingTest, LeavesATokenUnspentWhenTheRequestIsRefused) {
  const Pairing::Call call = NewCall();
  Pairing::Question question = QuestionOf(call);
  question.certificate_hash = std::string(32, 'c');
  EXPECT_EQ(ErrorReason(inviter_.pairing->Reply(question).status()), "WRONG_CERTIFICATE");
  question = QuestionOf(call);
  question.mac[0] ^= 1;
  EXPECT_EQ(ErrorReason(inviter_.pairing->Reply(question).status()), "WRONG_MAC");
  EXPECT_TRUE(inviter_.pairing->Reply(QuestionOf(call)).ok());
}

TEST_F(PairingTest, RefusesTokenIdsThatAreNone) {
  Pairing::Question question = QuestionOf(NewCall());
  for (const char* id : {"", "!", "aaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    question.token_id = id;
    EXPECT_EQ(ErrorReason(inviter_.pairing->Reply(question).status()), "BAD_TOKEN_ID") << id;
  }
  question.token_id = Base32Encode(std::string(8, 'u'));
  EXPECT_EQ(ErrorReason(inviter_.pairing->Reply(question).status()), "UNKNOWN_TOKEN");
}

TEST_F(PairingTest, DoesNotTakeTheAnswerOfAnotherNode) {
  const Pairing::Call call = NewCall();
  EXPECT_EQ(
      ErrorReason(accepter_.pairing->Finish(call, {"garbage", std::string(32, 'm')}, "x").status()),
      "WRONG_MAC");
  EXPECT_EQ(FinishReason(call, "\xff"), "UNREADABLE");
  // A third node that learnt the secret, with a descriptor of its own.
  TestIdentity third("ville", &clock_);
  v1::PairResponse response;
  *response.mutable_node_descriptor() = third.self->signed_descriptor();
  EXPECT_EQ(FinishReason(call, response.SerializeAsString()), "WRONG_NODE");
  EXPECT_TRUE(accepter_.partners->List().empty());
}

TEST_F(PairingTest, DoesNotTakeAnAnswerWhoseDescriptorLacksThePinnedCertificate) {
  Pairing::Call call = NewCall();
  call.token.set_tls_certificate_hash(std::string(32, 'p'));
  v1::PairResponse response;
  *response.mutable_node_descriptor() = inviter_.self->signed_descriptor();
  EXPECT_EQ(FinishReason(call, response.SerializeAsString()), "WRONG_CERTIFICATE");
}

TEST_F(PairingTest, DoesNotTakeItsOwnToken) {
  const auto token = inviter_.tokens->Create("admin-socket");
  EXPECT_EQ(ErrorReason(inviter_.pairing->Ask(token->text).status()), "OWN_NODE");
}

TEST_F(PairingTest, MakesNoTokenWithoutAnAddressToDial) {
  ASSERT_TRUE(inviter_.self->Refresh({"capso", "Node", {}}, inviter_.writer.get(), clock_).ok());
  EXPECT_EQ(ErrorReason(inviter_.tokens->Create("x").status()), "NO_ENDPOINT");
}

TEST_F(PairingTest, StoresNoSecretOfASpentToken) {
  const Pairing::Call call = NewCall();
  ASSERT_TRUE(inviter_.pairing->Reply(QuestionOf(call)).ok());
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    EXPECT_EQ(value.find(call.token.secret()), absl::string_view::npos) << key;
    return true;
  };
  EXPECT_TRUE(inviter_.database->latest().Scan(storage::Family::kMeta, "", "", visit).ok());
}

TEST(ParseToken, TakesTokensAsPeopleCopyThem) {
  v1::PairingToken token;
  token.set_endpoint("capso.example.org:7000");
  token.set_node_id(std::string(10, 'n'));
  token.set_tls_certificate_hash(std::string(32, 't'));
  token.set_token_id(std::string(8, 'i'));
  token.set_secret(std::string(16, 's'));
  const std::string text = TokenText(token);
  const std::string half = text.substr(0, 40);
  for (const std::string& copy :
       {text, " " + text + "\n", half + "\r\n  " + text.substr(40), half + "-" + text.substr(40)}) {
    const auto parsed = ParseToken(copy);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->SerializeAsString(), token.SerializeAsString());
  }
  std::string mistyped = text;
  mistyped[50] = mistyped[50] == 'a' ? 'b' : 'a';
  for (const std::string& bad :
       {std::string(), std::string("token"), half, mistyped, text.substr(1), text + "a"}) {
    EXPECT_EQ(ErrorReason(ParseToken(bad).status()), "BAD_TOKEN") << bad;
  }
  token.set_secret("short");
  EXPECT_EQ(ErrorReason(ParseToken(TokenText(token)).status()), "BAD_TOKEN");
}

}  // namespace
}  // namespace maillage::identity
