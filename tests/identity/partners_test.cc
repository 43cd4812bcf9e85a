#include "server/identity/partners.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "client/base/error.h"
#include "server/identity/descriptor.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/identity/words.h"
#include "tests/identity/identity_fixture.h"

namespace maillage::identity {
namespace {

// A node that exists only by its keys.
struct Stranger {
  explicit Stranger(std::string pin) {
    descriptor.set_root_public_key(root.public_key());
    descriptor.set_recovery_key_hash(std::string(32, 'r'));
    descriptor.add_signing_public_keys(std::string(32, 's'));
    descriptor.set_sealing_public_key(std::string(32, 'x'));
    descriptor.add_tls_certificate_hashes(std::move(pin));
    descriptor.set_display_name("Stranger");
    *descriptor.mutable_issued_at() = ToTimestamp(absl::FromUnixSeconds(1));
  }
  NodeId node() const { return NodeIdOf(root.public_key()); }
  v1::Signed Signed() const { return SignMessage(descriptor, root); }
  SigningKey root = SigningKey::Generate();
  v1::NodeDescriptor descriptor;
};

class PartnersTest : public testing::Test {
 protected:
  PartnersTest() {
    here_.partners->AddListener(
        [this](const PartnerChange& change) { changes_.push_back(change); });
  }
  absl::StatusOr<PartnerPtr> Add(const Stranger& stranger, const std::string& alias) {
    storage::Transaction transaction;
    transaction.who = "admin-socket";
    return here_.partners->Add(stranger.Signed(), alias, here_.writer.get(),
                               std::move(transaction));
  }
  TestClock clock_;
  TestIdentity here_{"here", &clock_};
  std::vector<PartnerChange> changes_;
};

TEST_F(PartnersTest, FindsAPartnerByEachOfItsNames) {
  const Stranger a(std::string(32, 'a'));
  const auto added = Add(a, "capso");
  ASSERT_TRUE(added.ok()) << added.status();
  const std::string id = ToText(a.node());
  for (const std::string& name : {std::string("capso"), id, "partners/" + id}) {
    const auto found = here_.partners->Find(name);
    ASSERT_TRUE(found.ok()) << name;
    EXPECT_EQ((*found)->node, a.node());
  }
  EXPECT_EQ(here_.partners->FindByCertificate(std::string(32, 'a')), *added);
  EXPECT_EQ(here_.partners->FindByCertificate(std::string(32, 'b')), nullptr);
  EXPECT_EQ(ErrorReason(here_.partners->Find("irev").status()), "NO_SUCH_PARTNER");
}

TEST_F(PartnersTest, GivesEachItsOwnAliasHoweverOddTheSuggestion) {
  struct Case {
    const char* suggestion;
    const char* alias;
  };
  const Case cases[] = {
      {"capso", "capso"},
      {"capso", "capso-2"},
      {"CAPSO", "capso-3"},
      {"here", "here-2"},
      {"", "partner"},
      {"  Ville de X!", "ville-de-x"},
      {"\x1b[2J", "2j"},
      {"---", "partner-2"},
      {"a234567890123456789012345678901234", "a2345678901234567890123456789012"},
      {"a234567890123456789012345678901234", "a23456789012345678901234567890-2"},
  };
  char pin = 'A';
  for (const Case& c : cases) {
    const auto added = Add(Stranger(std::string(32, pin++)), c.suggestion);
    ASSERT_TRUE(added.ok()) << added.status();
    EXPECT_EQ((*added)->alias, c.alias);
    EXPECT_TRUE(IsAlias((*added)->alias));
  }
}

TEST_F(PartnersTest, RefusesItselfAndWhoeverNamesAnothersCertificate) {
  ASSERT_TRUE(Add(Stranger(std::string(32, 'a')), "a").ok());
  EXPECT_EQ(ErrorReason(Add(Stranger(std::string(32, 'a')), "b").status()), "CERTIFICATE_TAKEN");
  EXPECT_EQ(ErrorReason(Add(Stranger(here_.self->tls().certificate_hash), "b").status()),
            "CERTIFICATE_TAKEN");
  EXPECT_EQ(
      ErrorReason(here_.partners->Add(here_.self->signed_descriptor(), "me", here_.writer.get(), {})
                      .status()),
      "OWN_NODE");
  EXPECT_EQ(here_.partners->List().size(), 1u);
}

TEST_F(PartnersTest, TakesNewerDescriptorsAndLeavesOlderOnes) {
  Stranger a(std::string(32, 'a'));
  a.descriptor.set_version(5);
  ASSERT_TRUE(Add(a, "a").ok());
  const auto update = [&](uint64_t version, char pin) {
    a.descriptor.set_version(version);
    a.descriptor.set_tls_certificate_hashes(0, std::string(32, pin));
    return here_.partners->Update(a.node(), a.Signed(), here_.writer.get());
  };
  EXPECT_TRUE(update(4, 'z').ok());
  EXPECT_NE(here_.partners->FindByCertificate(std::string(32, 'a')), nullptr);
  EXPECT_EQ(ErrorReason(update(5, 'z')), "DESCRIPTOR_FORK");
  EXPECT_TRUE(update(6, 'b').ok());
  EXPECT_EQ(here_.partners->FindByCertificate(std::string(32, 'a')), nullptr);
  EXPECT_EQ(here_.partners->FindByCertificate(std::string(32, 'b'))->descriptor.version(), 6u);
  ASSERT_EQ(changes_.size(), 2u);
  EXPECT_EQ(changes_[1].before->descriptor.version(), 5u);
}

TEST_F(PartnersTest, RefusesADescriptorThatAnotherNodeSigned) {
  Stranger a(std::string(32, 'a'));
  ASSERT_TRUE(Add(a, "a").ok());
  Stranger forger(std::string(32, 'f'));
  forger.descriptor.set_version(9);
  EXPECT_EQ(ErrorReason(here_.partners->Update(a.node(), forger.Signed(), here_.writer.get())),
            "UNKNOWN_KEY");
  EXPECT_EQ(ErrorReason(here_.partners->Update(forger.node(), forger.Signed(), here_.writer.get())),
            "NO_SUCH_PARTNER");
}

TEST_F(PartnersTest, KeepsTheAliasOfAPartnerThatPairsAgain) {
  Stranger a(std::string(32, 'a'));
  ASSERT_TRUE(Add(a, "first").ok());
  a.descriptor.set_version(1);
  const auto again = Add(a, "second");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)->alias, "first");
  EXPECT_EQ((*again)->descriptor.version(), 1u);
  EXPECT_EQ(here_.partners->List().size(), 1u);
}

TEST_F(PartnersTest, ForgetsARemovedPartnerAndTellsTheListeners) {
  const Stranger a(std::string(32, 'a'));
  ASSERT_TRUE(Add(a, "a").ok());
  ASSERT_TRUE(here_.partners->Remove(a.node(), here_.writer.get(), "admin-socket").ok());
  EXPECT_EQ(here_.partners->Get(a.node()), nullptr);
  EXPECT_EQ(here_.partners->FindByCertificate(std::string(32, 'a')), nullptr);
  ASSERT_EQ(changes_.size(), 2u);
  EXPECT_EQ(changes_[1].after, nullptr);
  EXPECT_EQ(ErrorReason(here_.partners->Remove(a.node(), here_.writer.get(), "x")),
            "NO_SUCH_PARTNER");
}

TEST_F(PartnersTest, AreThereAgainAfterARestart) {
  const Stranger a(std::string(32, 'a'));
  const auto added = Add(a, "a");
  ASSERT_TRUE(added.ok());
  const auto loaded = Partners::Load(here_.self.get(), here_.database->latest(), &clock_);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const auto found = (*loaded)->Find("a");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->node, a.node());
  EXPECT_EQ((*found)->pair_time, clock_.now);
  EXPECT_EQ((*found)->check_words, (*added)->check_words);
}

TEST(CheckWords, AreTheSameOnBothSidesAndSixWordsLong) {
  const std::string a(32, 'a');
  const std::string b(32, 'b');
  EXPECT_EQ(CheckWords(a, b), CheckWords(b, a));
  EXPECT_NE(CheckWords(a, b), CheckWords(a, a));
  const std::string words = CheckWords(a, b);
  EXPECT_EQ(std::count(words.begin(), words.end(), ' '), 5);
}

TEST(CheckWords, ComeFromAListWithoutDoublesOrBeginnings) {
  for (size_t i = 0; i + 1 < kWords.size(); ++i) {
    EXPECT_LT(kWords[i], kWords[i + 1]);
    EXPECT_NE(kWords[i + 1].substr(0, kWords[i].size()), kWords[i]);
  }
}

}  // namespace
}  // namespace maillage::identity
