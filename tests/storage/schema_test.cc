#include "server/storage/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace maillage::storage {
namespace {

std::string Text(absl::string_view text) {
  std::string key;
  AppendText(&key, text);
  return key;
}

TEST(Schema, TextKeepsOrderAndNoTextIsTheBeginningOfAnother) {
  const std::vector<std::string> texts = {
      "", std::string("\0", 1), std::string("\0a", 2), "a", std::string("a\0b", 3), "ab", "b"};
  for (size_t i = 0; i + 1 < texts.size(); ++i) {
    EXPECT_LT(Text(texts[i]), Text(texts[i + 1])) << i;
    EXPECT_NE(Text(texts[i + 1]).rfind(Text(texts[i]), 0), 0u) << i;
  }
}

TEST(Schema, LogKeysOrderBySequence) {
  const NodeId node("nodenodeno");
  const ShareId share("shareid8");
  EXPECT_LT(LogKey(node, share, 255), LogKey(node, share, 256));
  EXPECT_EQ(LogKey(node, share, 1).size(), 26u);
}

TEST(Schema, PrefixEndIsAboveEveryKeyOfThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xff"), "b");
  EXPECT_EQ(PrefixEnd("\xff\xff"), "");
}

TEST(Schema, EveryFamilyHasANameOfItsOwn) {
  std::vector<std::string> names;
  for (int i = 0; i < kFamilyCount; ++i) {
    names.emplace_back(FamilyName(static_cast<Family>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace maillage::storage
