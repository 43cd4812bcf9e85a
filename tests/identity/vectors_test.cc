// Recomputes the worked example of server/identity/README.md.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "client/base/encoding.h"
#include "server/identity/crypto.h"
#include "server/identity/descriptor.h"
#include "server/identity/keys.h"
#include "server/identity/pairing.h"
#include "server/identity/signed.h"
#include "server/identity/tokens.h"
#include "server/identity/words.h"

namespace maillage::identity {
namespace {

// The example's lines: a name, two blanks or more, the value.
std::map<std::string, std::string> ReadExample() {
  std::ifstream file(README_PATH);
  EXPECT_TRUE(file.good()) << README_PATH;
  std::map<std::string, std::string> values;
  for (std::string line; std::getline(file, line);) {
    if (!absl::StartsWith(line, "    ")) continue;
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    const size_t gap = text.find("  ");
    if (gap == absl::string_view::npos) continue;
    values[std::string(text.substr(0, gap))] =
        std::string(absl::StripAsciiWhitespace(text.substr(gap)));
  }
  return values;
}

class VectorsTest : public testing::Test {
 protected:
  const SigningKey root_ = *SigningKey::FromSeed(std::string(32, '\1'));
  const SigningKey other_ = *SigningKey::FromSeed(std::string(32, '\2'));
  std::map<std::string, std::string> example_ = ReadExample();

  v1::PairingToken Token() const {
    v1::PairingToken token;
    token.set_endpoint("capso.example.org:7000");
    token.set_node_id(std::string(NodeIdOf(root_.public_key()).bytes()));
    token.set_tls_certificate_hash(std::string(32, '\3'));
    token.set_token_id(std::string(8, '\4'));
    token.set_secret(std::string(16, '\5'));
    return token;
  }
};

TEST_F(VectorsTest, TheNodeIdComesFromTheRootKey) {
  EXPECT_EQ(HexEncode(root_.public_key()), example_["root public key"]);
  EXPECT_EQ(ToText(NodeIdOf(root_.public_key())), example_["node id"]);
}

TEST_F(VectorsTest, TheSignatureIsOverNameAndPayload) {
  v1::PairRequest request;
  request.set_suggested_alias("capso");
  const v1::Signed signed_request = SignMessage(request, root_);
  EXPECT_EQ(HexEncode(signed_request.signature()), example_["signature"]);
  // By hand, from the README's words alone.
  const std::string covered =
      std::string("maillage/v1/PairRequest") + '\0' + request.SerializeAsString();
  EXPECT_TRUE(IsSignedBy(root_.public_key(), covered, signed_request.signature()));
}

TEST_F(VectorsTest, AReplacingRootSignsWhatCarriesTheOneBefore) {
  v1::NodeDescriptor first;
  first.set_root_public_key(root_.public_key());
  first.set_recovery_key_hash(Sha256(other_.public_key()));
  first.add_signing_public_keys(std::string(32, '\6'));
  first.set_sealing_public_key(std::string(32, '\7'));
  first.add_tls_certificate_hashes(std::string(32, '\3'));
  first.add_endpoints("capso.example.org:7000");
  first.set_display_name("Capso");
  first.mutable_issued_at()->set_seconds(1);
  v1::NodeDescriptor second = first;
  second.set_version(1);
  second.set_recovery_key_hash(std::string(32, '\x08'));
  second.set_current_root_public_key(other_.public_key());
  *second.mutable_replaced() = SignMessage(first, root_);
  const v1::Signed signed_second = SignMessage(second, other_);
  EXPECT_TRUE(OpenSuccessor(signed_second, first).ok());
  EXPECT_EQ(HexEncode(other_.public_key()), example_["replacing root"]);
  EXPECT_EQ(HexEncode(signed_second.signature()), example_["replacing signature"]);
}

TEST_F(VectorsTest, TheTokenDecodes) {
  EXPECT_EQ(TokenText(Token()), example_["token"]);
  const auto token = ParseToken(example_["token"]);
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(token->SerializeAsString(), Token().SerializeAsString());
}

TEST_F(VectorsTest, TheMacCoversNodeTokenAndRequest) {
  const v1::PairingToken token = Token();
  EXPECT_EQ(HexEncode(PairRequestMac(token.secret(), NodeIdOf(root_.public_key()), token.token_id(),
                                     "abc")),
            example_["request mac"]);
}

TEST_F(VectorsTest, TheWordsComeFromBothRoots) {
  EXPECT_EQ(CheckWords(other_.public_key(), root_.public_key()), example_["check words"]);
}

}  // namespace
}  // namespace maillage::identity
