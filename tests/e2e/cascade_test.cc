// One invitation, carried by three nodes that know the same people: everybody gets
// one mail, from one of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/e2e/mails.h"
#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

constexpr char kReference[] = "001-2031";

class CascadeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (TestNode* node : {&irev_, &capso_, &ville_}) node->Start();
    Pair(irev_, capso_);
    Pair(irev_, ville_);
    std::ofstream(home_.path() + "/invitation.md") << kInvitation;
    irev_.Ok({"invitation", "create", home_.path() + "/invitation.md"});
  }
  static void Know(TestNode& node, int count, const std::string& domain) {
    node.Ok({"actor", "import", "-", "--source", domain}, Professionals(count, domain));
  }
  void Offer(const std::string& claim_time = "60s") {
    irev_.Ok(
        {"invitation", "offer", kReference, "--to", "capso", "ville", "--claim-time", claim_time});
  }
  static void Accept(TestNode& node) {
    EXPECT_TRUE(WaitFor([&] {
      return node.Cli({"offer", "accept", kReference}).code == 0;
    })) << node.Log();
  }
  static void Decline(TestNode& node) {
    EXPECT_TRUE(WaitFor([&] {
      return node.Cli({"offer", "decline", kReference}).code == 0;
    })) << node.Log();
  }
  nlohmann::json NodeIn(const std::string& alias) const {
    const auto report = nlohmann::json::parse(
        irev_.Ok({"-o", "json", "invitation", "report", kReference, "--by", "partner"}), nullptr,
        false);
    for (const auto& node : report["nodes"]) {
      if (node.value("alias", "") == alias) return node;
    }
    return {};
  }
  // Whether the issuer hears that a partner knows so many.
  bool Knows(const std::string& alias, const std::string& people) const {
    return WaitFor([&] { return NodeIn(alias).value("claimed", "") == people; });
  }
  std::string StateOf(const TestNode& node) const {
    return nlohmann::json::parse(node.Ok({"-o", "json", "invitation", "show", kReference}), nullptr,
                                 false)
        .value("state", "");
  }
  // How many addresses of a domain got a mail; each got one.
  int Reached(const std::string& domain) const {
    int reached = 0;
    for (const auto& [address, mails] : sink_.ByAddress()) {
      if (!absl::EndsWith(address, absl::StrCat("@", domain, ".example.org"))) continue;
      EXPECT_EQ(mails, 1) << address;
      ++reached;
    }
    return reached;
  }
  // Whether so many mails arrive, each at least with its address.
  bool Comes(int mails) const {
    return WaitFor([&] {
      int arrived = 0;
      for (const auto& [address, count] : sink_.ByAddress()) arrived += count;
      return arrived >= mails;
    });
  }
  // Whether those nodes have nothing left to send.
  bool Rest(const std::vector<const TestNode*>& nodes) const {
    return WaitFor([&] {
      return std::all_of(nodes.begin(), nodes.end(),
                         [this](const TestNode* node) { return StateOf(*node) == "SENT"; });
    });
  }
  static void Reply(const TestNode& node, const std::string& mailbox, int seats) {
    node.Ok({"reply", "add", kReference, "--mailbox", mailbox, "--answer", "yes", "--seats",
             absl::StrCat(seats)});
  }
  // A number of the issuer's report.
  std::string Replies(const std::string& what) const {
    return nlohmann::json::parse(irev_.Ok({"-o", "json", "invitation", "report", kReference}),
                                 nullptr, false)["replies"]
        .value(what, "0");
  }
  std::string Logs() const { return irev_.Log() + capso_.Log() + ville_.Log(); }

  TempDir home_;
  Sink sink_{home_.path()};
  TestNode irev_{home_.path(), "irev", sink_.port()};
  TestNode capso_{home_.path(), "capso", sink_.port()};
  TestNode ville_{home_.path(), "ville", sink_.port()};
};

TEST_F(CascadeTest, APersonKnownAtThreeNodesGetsOneMailAndEachNodeMailsItsOwn) {
  for (TestNode* node : {&irev_, &capso_, &ville_}) Know(*node, 10, "shared");
  Know(capso_, 4, "capsoonly");
  Know(ville_, 6, "villeonly");
  Offer();
  Accept(capso_);
  Accept(ville_);
  ASSERT_TRUE(Knows("capso", "14") && Knows("ville", "16")) << Logs();
  EXPECT_EQ(sink_.Count(), 0u);  // nobody is mailed before the issuer says so
  irev_.Ok({"invitation", "send", kReference});
  ASSERT_TRUE(Comes(20) && Rest({&irev_, &capso_, &ville_})) << Logs();
  ASSERT_TRUE(WaitFor([&] {
    return NodeIn("ville")["counts"].size() == 1 && NodeIn("capso")["counts"].size() == 1;
  })) << Logs();

  EXPECT_EQ(Reached("shared"), 10);
  EXPECT_EQ(Reached("capsoonly"), 4);
  EXPECT_EQ(Reached("villeonly"), 6);
  EXPECT_EQ(sink_.Count(), 20u);
  EXPECT_TRUE(absl::StrContains(sink_.To("p0@shared.example.org").at(0), "irev@example.org"));
  EXPECT_TRUE(absl::StrContains(sink_.To("p0@capsoonly.example.org").at(0), "capso@example.org"));
  // What the issuer knows of others is coarse.
  EXPECT_EQ(NodeIn("ville").value("granted", ""), "6");
  EXPECT_EQ(NodeIn("ville")["counts"][0].value("sent", ""), "10");
  EXPECT_EQ(NodeIn("irev")["counts"][0].value("sent", ""), "10");
}

TEST_F(CascadeTest, ANodeThatIsOffHoldsNobodyUpAndMailsItsOwnOnceItIsBack) {
  Know(irev_, 3, "irevonly");
  for (TestNode* node : {&capso_, &ville_}) Know(*node, 5, "shared");
  Know(ville_, 2, "villeonly");
  ville_.Stop();
  Offer("2s");
  Accept(capso_);
  irev_.Ok({"invitation", "send", kReference});
  ASSERT_TRUE(Comes(8)) << Logs();
  ville_.Start();
  Accept(ville_);
  ASSERT_TRUE(Comes(10) && Rest({&ville_})) << Logs();
  EXPECT_EQ(Reached("shared"), 5);
  EXPECT_EQ(Reached("villeonly"), 2);
  EXPECT_EQ(sink_.Count(), 10u);
}

TEST_F(CascadeTest, ANodeThatDeclinesLeavesItsPeopleToOthers) {
  for (TestNode* node : {&capso_, &ville_}) Know(*node, 5, "shared");
  Know(capso_, 3, "capsoonly");
  Offer();
  Accept(ville_);
  Decline(capso_);
  irev_.Ok({"invitation", "send", kReference});
  ASSERT_TRUE(Comes(5) && Rest({&irev_, &ville_})) << Logs();
  EXPECT_EQ(Reached("shared"), 5);
  EXPECT_EQ(Reached("capsoonly"), 0);
  EXPECT_EQ(NodeIn("capso").value("state", ""), "DECLINED");
  EXPECT_NE(capso_.Cli({"offer", "accept", kReference}).err.find("does not carry"),
            std::string::npos);
}

TEST_F(CascadeTest, ANodeKilledAfterItsClaimKeepsItsGrantsAndMailsThemOnceItIsBack) {
  for (TestNode* node : {&capso_, &ville_}) Know(*node, 5, "shared");
  Know(ville_, 2, "villeonly");
  Offer();
  Accept(capso_);  // before ville in the order
  ASSERT_TRUE(Knows("capso", "5")) << Logs();
  capso_.Kill();
  Accept(ville_);
  irev_.Ok({"invitation", "send", kReference});
  ASSERT_TRUE(Comes(2) && Rest({&irev_, &ville_})) << Logs();
  EXPECT_EQ(Reached("shared"), 0);  // though ville knows them too
  capso_.Start();
  ASSERT_TRUE(Comes(7) && Rest({&capso_})) << Logs();
  EXPECT_EQ(Reached("shared"), 5);
}

TEST_F(CascadeTest, WhoObjectedAtOneNodeIsMailedByNone) {
  for (TestNode* node : {&irev_, &capso_, &ville_}) Know(*node, 3, "shared");
  ville_.Ok({"objection", "add", "p1@shared.example.org", "--scope", "all"});
  Offer();
  Accept(capso_);
  Accept(ville_);
  irev_.Ok({"invitation", "send", kReference});
  ASSERT_TRUE(Comes(2) && Rest({&irev_, &capso_, &ville_})) << Logs();
  EXPECT_EQ(Reached("shared"), 2);
  EXPECT_EQ(sink_.To("p1@shared.example.org").size(), 0u);
}

TEST_F(CascadeTest, RepliesAtEveryNodeCountOnceAndTheIssuerGivesTheSeats) {
  std::ofstream(home_.path() + "/invitation.md")
      << absl::StrReplaceAll(kInvitation, {{"[venue]", "capacity = 3\n\n[venue]"}});
  irev_.Ok({"invitation", "create", home_.path() + "/invitation.md"});
  Know(irev_, 1, "shared");
  Know(capso_, 1, "shared");
  Know(capso_, 3, "capsoonly");
  Offer();
  Accept(capso_);
  Decline(ville_);
  irev_.Ok({"invitation", "send", kReference});
  ASSERT_TRUE(Comes(4) && Rest({&irev_, &capso_})) << Logs();

  Reply(capso_, "p0@capsoonly.example.org", 2);
  ASSERT_TRUE(WaitFor([&] { return Replies("yes") == "1"; })) << Logs();
  // The same person, at the node that mailed and at another.
  Reply(irev_, "p0@shared.example.org", 1);
  Reply(capso_, "p0@shared.example.org", 1);
  Reply(capso_, "p1@capsoonly.example.org", 1);
  ASSERT_TRUE(WaitFor([&] { return Replies("yes") == "3"; })) << Logs();
  EXPECT_EQ(Replies("seats"), "3");
  EXPECT_EQ(Replies("waiting"), "1");
  // capso hears who has seats.
  EXPECT_TRUE(WaitFor([&] {
    const std::string list = capso_.Ok({"-o", "json", "reply", "list", kReference});
    return absl::StrContains(list, "REPLY_STANDING_SEATED") &&
           absl::StrContains(list, "REPLY_STANDING_WAITING") &&
           !absl::StrContains(list, "REPLY_STANDING_ASKED");
  })) << capso_.Ok({"-o", "json", "reply", "list", kReference});
}

TEST_F(CascadeTest, ARecallReachesWhomeverAnyNodeReached) {
  Know(irev_, 2, "irevonly");
  Know(capso_, 3, "capsoonly");
  Offer();
  Accept(capso_);
  Decline(ville_);
  irev_.Ok({"invitation", "send", kReference});
  ASSERT_TRUE(Comes(5) && Rest({&irev_, &capso_})) << Logs();
  irev_.Ok({"invitation", "recall", kReference, "--why", "La salle est inondée."});
  irev_.Ok({"invitation", "send", kReference});
  ASSERT_TRUE(Comes(10) && Rest({&irev_, &capso_})) << Logs();
  const auto mails = sink_.To("p0@capsoonly.example.org");
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_TRUE(absl::StrContains(absl::StrCat(mails[0], mails[1]), "METHOD:CANCEL"));
}

TEST_F(CascadeTest, IsRefusedWhereItCannotBe) {
  const auto refusal = [](const Finished& finished) {
    EXPECT_NE(finished.code, 0);
    return finished.err;
  };
  EXPECT_TRUE(
      absl::StrContains(refusal(irev_.Cli({"invitation", "offer", kReference, "--to", "nobody"})),
                        "no partner, own share or partnership is called nobody"));
  EXPECT_TRUE(absl::StrContains(refusal(capso_.Cli({"offer", "accept", kReference})),
                                "there is no invitation"));
  EXPECT_TRUE(absl::StrContains(refusal(irev_.Cli({"offer", "accept", kReference})),
                                "no partner offered the invitation"));
  irev_.Ok({"invitation", "send", kReference});
  EXPECT_TRUE(
      absl::StrContains(refusal(irev_.Cli({"invitation", "offer", kReference, "--to", "capso"})),
                        "being sent already"));
}

}  // namespace
}  // namespace maillage::testing
