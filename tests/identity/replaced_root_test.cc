// Root keys that were replaced: who may speak for a node afterwards.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "client/base/error.h"
#include "server/identity/crypto.h"
#include "server/identity/descriptor.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"

namespace maillage::identity {
namespace {

class ReplacedRootTest : public testing::Test {
 protected:
  ReplacedRootTest() {
    first_.set_root_public_key(root_.public_key());
    first_.set_recovery_key_hash(Sha256(sheet_.public_key()));
    first_.set_version(3);
    first_.add_signing_public_keys(std::string(32, 's'));
    first_.set_sealing_public_key(std::string(32, 'x'));
    first_.add_tls_certificate_hashes(std::string(32, 't'));
    first_.set_display_name("Communauté d'agglomération");
    *first_.mutable_issued_at() = ToTimestamp(absl::FromUnixSeconds(1));
    second_ = Replace(first_, root_, sheet_, next_);
    third_ = Replace(second_, sheet_, next_, last_);
  }
  // What `key` signs once it took the place of `before`.
  static v1::NodeDescriptor Replace(const v1::NodeDescriptor& descriptor, const SigningKey& before,
                                    const SigningKey& key, const SigningKey& next_sheet) {
    v1::NodeDescriptor replaced = descriptor;
    *replaced.mutable_replaced() = SignMessage(descriptor, before);
    replaced.set_current_root_public_key(key.public_key());
    replaced.set_recovery_key_hash(Sha256(next_sheet.public_key()));
    replaced.set_version(descriptor.version() + 1);
    return replaced;
  }
  static std::string ReasonOf(const v1::NodeDescriptor& shown, const SigningKey& signer,
                              const v1::NodeDescriptor& known) {
    return ErrorReason(OpenSuccessor(SignMessage(shown, signer), known).status());
  }

  const SigningKey root_ = SigningKey::Generate();
  const SigningKey sheet_ = SigningKey::Generate();
  const SigningKey next_ = SigningKey::Generate();
  const SigningKey last_ = SigningKey::Generate();
  v1::NodeDescriptor first_;
  v1::NodeDescriptor second_;
  v1::NodeDescriptor third_;
};

TEST_F(ReplacedRootTest, TheRecoveryKeySpeaksForTheNodeThatCommittedToIt) {
  EXPECT_EQ(ReasonOf(second_, sheet_, first_), "");
  EXPECT_TRUE(IsNewer(second_, first_));
  EXPECT_EQ(RootOf(second_), sheet_.public_key());
  // Also for one who missed a version, and for one who meets the node now.
  EXPECT_EQ(ReasonOf(third_, next_, first_), "");
  const auto met = OpenFirstDescriptor(SignMessage(third_, next_));
  ASSERT_TRUE(met.ok()) << met.status();
  EXPECT_EQ(NodeIdOf(met->root_public_key()), NodeIdOf(root_.public_key()));
}

TEST_F(ReplacedRootTest, AStolenRootCannotOutrunItsReplacement) {
  v1::NodeDescriptor thief = first_;
  thief.set_version(1'000'000);
  EXPECT_EQ(ReasonOf(thief, root_, second_), "REPLACED_ROOT");
  EXPECT_EQ(ReasonOf(thief, root_, third_), "REPLACED_ROOT");
  // Nor by having spoken first.
  EXPECT_EQ(ReasonOf(second_, sheet_, thief), "");
  EXPECT_TRUE(IsNewer(second_, thief));
}

TEST_F(ReplacedRootTest, AStolenRootCannotChooseAnotherRecoveryKey) {
  const SigningKey own = SigningKey::Generate();
  v1::NodeDescriptor thief = first_;
  thief.set_version(9);
  thief.set_recovery_key_hash(Sha256(own.public_key()));
  EXPECT_EQ(ReasonOf(thief, root_, first_), "BAD_CHAIN");
  EXPECT_EQ(ReasonOf(Replace(thief, root_, own, last_), own, first_), "BAD_CHAIN");
}

TEST_F(ReplacedRootTest, RefusesForgedRows) {
  struct Case {
    const char* what;
    std::function<void(v1::NodeDescriptor*)> damage;
    const SigningKey* signer;
    const char* reason;
  };
  const Case cases[] = {
      {"signed by the root that was replaced", [](auto*) {}, &root_, "UNKNOWN_KEY"},
      {"a key that nobody committed to",
       [&](auto* d) { d->set_current_root_public_key(last_.public_key()); }, &last_,
       "BAD_DESCRIPTOR"},
      {"the recovery key is not a new one",
       [&](auto* d) { d->set_recovery_key_hash(first_.recovery_key_hash()); }, &sheet_,
       "BAD_DESCRIPTOR"},
      {"the version does not rise", [&](auto* d) { d->set_version(3); }, &sheet_, "BAD_DESCRIPTOR"},
      {"the row is left out", [](auto* d) { d->clear_replaced(); }, &sheet_, "UNKNOWN_KEY"},
      {"the row is of another node",
       [&](auto* d) {
         v1::NodeDescriptor other = first_;
         other.set_root_public_key(last_.public_key());
         *d->mutable_replaced() = SignMessage(other, last_);
       },
       &sheet_, "BAD_DESCRIPTOR"},
      {"the row is forged", [&](auto* d) { *d->mutable_replaced() = SignMessage(first_, last_); },
       &sheet_, "UNKNOWN_KEY"},
  };
  for (const Case& c : cases) {
    v1::NodeDescriptor descriptor = second_;
    c.damage(&descriptor);
    EXPECT_EQ(ErrorReason(OpenFirstDescriptor(SignMessage(descriptor, *c.signer)).status()),
              c.reason)
        << c.what;
  }
}

TEST_F(ReplacedRootTest, TakesEightReplacementsAndNoMore) {
  std::vector<SigningKey> keys;
  for (int i = 0; i < kMaxReplacements + 3; ++i) keys.push_back(SigningKey::Generate());
  v1::NodeDescriptor descriptor = first_;
  descriptor.set_root_public_key(keys[0].public_key());
  descriptor.set_recovery_key_hash(Sha256(keys[1].public_key()));
  for (int i = 0; i <= kMaxReplacements; ++i) {
    EXPECT_TRUE(OpenFirstDescriptor(SignMessage(descriptor, keys[i])).ok()) << i;
    EXPECT_EQ(ReplacementsOf(descriptor), i);
    descriptor = Replace(descriptor, keys[i], keys[i + 1], keys[i + 2]);
  }
  EXPECT_FALSE(OpenFirstDescriptor(SignMessage(descriptor, keys[kMaxReplacements + 1])).ok());
}

}  // namespace
}  // namespace maillage::identity
