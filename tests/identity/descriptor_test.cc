#include "server/identity/descriptor.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "client/base/error.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"

namespace maillage::identity {
namespace {

class DescriptorTest : public testing::Test {
 protected:
  DescriptorTest() {
    good_.set_root_public_key(root_.public_key());
    good_.set_recovery_key_hash(std::string(32, 'r'));
    good_.add_signing_public_keys(std::string(32, 's'));
    good_.set_sealing_public_key(std::string(32, 'x'));
    good_.add_tls_certificate_hashes(std::string(32, 't'));
    good_.add_endpoints("node.example.org:7000");
    good_.set_display_name("Communauté d'agglomération");
    *good_.mutable_issued_at() = ToTimestamp(absl::FromUnixSeconds(1));
  }
  const SigningKey root_ = SigningKey::Generate();
  v1::NodeDescriptor good_;
};

TEST_F(DescriptorTest, OpensWhatTheRootKeySigned) {
  const v1::Signed signed_descriptor = SignMessage(good_, root_);
  const auto known = OpenDescriptor(signed_descriptor, root_.public_key());
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_EQ(known->display_name(), good_.display_name());
  EXPECT_TRUE(OpenFirstDescriptor(signed_descriptor).ok());
}

TEST_F(DescriptorTest, RefusesAnotherRootKey) {
  const SigningKey other = SigningKey::Generate();
  // Signed by the other in the name of the first.
  EXPECT_EQ(ErrorReason(OpenFirstDescriptor(SignMessage(good_, other)).status()), "UNKNOWN_KEY");
  EXPECT_EQ(ErrorReason(OpenDescriptor(SignMessage(good_, root_), other.public_key()).status()),
            "UNKNOWN_KEY");
  // Names another root key inside than the one that signed.
  v1::NodeDescriptor wrong = good_;
  wrong.set_root_public_key(other.public_key());
  EXPECT_EQ(ErrorReason(OpenDescriptor(SignMessage(wrong, root_), root_.public_key()).status()),
            "UNKNOWN_KEY");
}

TEST_F(DescriptorTest, RefusesWhatWasChangedAfterSigning) {
  const v1::Signed original = SignMessage(good_, root_);
  for (size_t i = 0; i < original.payload().size(); i += 7) {
    v1::Signed changed = original;
    (*changed.mutable_payload())[i] ^= 1;
    EXPECT_FALSE(OpenDescriptor(changed, root_.public_key()).ok()) << i;
  }
}

TEST_F(DescriptorTest, NamesTheFieldThatIsMalformed) {
  struct Case {
    const char* field;
    std::function<void(v1::NodeDescriptor*)> damage;
  };
  const Case cases[] = {
      {"recovery_key_hash", [](auto* d) { d->clear_recovery_key_hash(); }},
      {"signing_public_keys", [](auto* d) { d->clear_signing_public_keys(); }},
      {"signing_public_keys", [](auto* d) { d->add_signing_public_keys("short"); }},
      {"signing_public_keys",
       [](auto* d) {
         for (int i = 0; i < 9; ++i) d->add_signing_public_keys(std::string(32, 's'));
       }},
      {"sealing_public_key", [](auto* d) { d->set_sealing_public_key("x"); }},
      {"tls_certificate_hashes", [](auto* d) { d->clear_tls_certificate_hashes(); }},
      {"endpoints", [](auto* d) { d->add_endpoints("no port"); }},
      {"display_name", [](auto* d) { d->clear_display_name(); }},
      {"display_name", [](auto* d) { d->set_display_name(std::string(201, 'x')); }},
      {"display_name", [](auto* d) { d->set_display_name("a\x1b[31mred"); }},
      {"issued_at", [](auto* d) { d->clear_issued_at(); }},
  };
  for (const Case& c : cases) {
    v1::NodeDescriptor descriptor = good_;
    c.damage(&descriptor);
    const auto opened = OpenFirstDescriptor(SignMessage(descriptor, root_));
    EXPECT_EQ(ErrorReason(opened.status()), "BAD_DESCRIPTOR") << c.field;
    EXPECT_NE(opened.status().message().find(c.field), absl::string_view::npos) << opened.status();
  }
}

TEST_F(DescriptorTest, RefusesGarbageAndWhatIsTooLarge) {
  v1::Signed garbage = SignMessage(good_, root_);
  garbage.set_payload("\xff\xff\xff");
  EXPECT_EQ(ErrorReason(OpenFirstDescriptor(garbage).status()), "UNREADABLE");
  garbage.set_payload(std::string(kMaxDescriptorBytes + 1, '\0'));
  EXPECT_EQ(ErrorReason(OpenFirstDescriptor(garbage).status()), "TOO_LARGE");
}

TEST(IsEndpoint, TakesHostAndPortAlone) {
  for (const char* good :
       {"a:1", "node.example.org:65535", "192.0.2.1:7000", "[2001:db8::1]:7000"}) {
    EXPECT_TRUE(IsEndpoint(good)) << good;
  }
  for (const char* bad : {"", "a", "a:", ":1", "a:0", "a:65536", "a:x", "a b:1", "http://a:1",
                          "2001:db8::1:7000", "[]:1", "[x]:1"}) {
    EXPECT_FALSE(IsEndpoint(bad)) << bad;
  }
}

TEST(OpenSigned, DoesNotTakeOneKindOfMessageForAnother) {
  const SigningKey key = SigningKey::Generate();
  v1::PairResponse response;
  response.set_suggested_alias("capso");
  const v1::Signed signed_message = SignMessage(response, key);
  EXPECT_TRUE(OpenSigned<v1::PairResponse>(signed_message, {key.public_key()}).ok());
  // The same bytes parse as a PairRequest, but were not signed as one.
  EXPECT_EQ(ErrorReason(OpenSigned<v1::PairRequest>(signed_message, {key.public_key()}).status()),
            "WRONG_SIGNATURE");
}

TEST(OpenSigned, TakesAnyOfSeveralKeysAndNoOther) {
  const SigningKey a = SigningKey::Generate();
  const SigningKey b = SigningKey::Generate();
  const v1::Signed signed_message = SignMessage(v1::PairRequest(), b);
  EXPECT_TRUE(OpenSigned<v1::PairRequest>(signed_message, {a.public_key(), b.public_key()}).ok());
  EXPECT_EQ(ErrorReason(OpenSigned<v1::PairRequest>(signed_message, {a.public_key()}).status()),
            "UNKNOWN_KEY");
  EXPECT_EQ(ErrorReason(OpenSigned<v1::PairRequest>(signed_message, {}).status()), "UNKNOWN_KEY");
}

TEST(SignBytes, BindsBytesToTheirName) {
  const SigningKey key = SigningKey::Generate();
  const std::string signature = SignBytes("Erase", "bytes", key);
  EXPECT_TRUE(AreSigned("Erase", "bytes", signature, {key.public_key()}));
  EXPECT_FALSE(AreSigned("Eras", "ebytes", signature, {key.public_key()}));
  EXPECT_FALSE(AreSigned("Erase", "bytes", signature.substr(1), {key.public_key()}));
}

}  // namespace
}  // namespace maillage::identity
