#include "client/base/encoding.h"

#include <gtest/gtest.h>

#include "client/base/error.h"

namespace maillage {
namespace {

TEST(Base32, WritesTheVectorsOfRfc4648InLowerCaseWithoutPadding) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "my"},
                                                       {"fo", "mzxq"},
                                                       {"foo", "mzxw6"},
                                                       {"foob", "mzxw6yq"},
                                                       {"fooba", "mzxw6ytb"},
                                                       {"foobar", "mzxw6ytboi"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(Base32Encode(bytes), text);
    EXPECT_EQ(*Base32Decode(text), bytes);
  }
}

TEST(Base32, ReadsCapitals) { EXPECT_EQ(*Base32Decode("MZXW6YTBOI"), "foobar"); }

TEST(Base32, RefusesWhatNoWriterWrites) {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {"m", "the text is cut short"},            // 5 bits are no byte
      {"mzx", "the text is cut short"},          // 15 bits leave 7
      {"mz", "the text is cut short"},           // a stray bit is set
      {"my==", "a character is not of base32"},  // padding
      {"m1", "a character is not of base32"},   {"m8", "a character is not of base32"},
      {"m y", "a character is not of base32"},  {"é", "a character is not of base32"},
  };
  for (const Case& c : cases) {
    const auto bytes = Base32Decode(c.text);
    EXPECT_EQ(ErrorReason(bytes.status()), "BAD_BASE32") << c.text;
    EXPECT_EQ(bytes.status().message(), c.message) << c.text;
  }
}

TEST(Base32, ReadsBackEveryByteAtEveryLength) {
  std::string bytes;
  for (int i = 255; i >= 0; --i) {
    bytes.push_back(static_cast<char>(i));
    EXPECT_EQ(*Base32Decode(Base32Encode(bytes)), bytes);
  }
}

TEST(Hex, IsLowerCase) { EXPECT_EQ(HexEncode(absl::string_view("\x00\x9f\xff", 3)), "009fff"); }

TEST(BigEndian, OrdersNumbersAsBytes) {
  std::string small;
  std::string large;
  AppendU64(&small, 0x00000000000000ff);
  AppendU64(&large, 0x0000000000000100);
  EXPECT_LT(small, large);
  EXPECT_EQ(ReadU64(large), 0x100u);
}

TEST(BigEndian, ReadsWhatItWrote) {
  std::string bytes;
  AppendU32(&bytes, 0xfedcba98u);
  AppendU64(&bytes, 0xfedcba9876543210u);
  ASSERT_EQ(bytes.size(), 12u);
  EXPECT_EQ(static_cast<uint8_t>(bytes[0]), 0xfe);
  EXPECT_EQ(ReadU32(bytes), 0xfedcba98u);
  EXPECT_EQ(ReadU64(absl::string_view(bytes).substr(4)), 0xfedcba9876543210u);
}

}  // namespace
}  // namespace maillage
