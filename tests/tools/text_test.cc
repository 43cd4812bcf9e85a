#include "tools/cli/text.h"

#include <gtest/gtest.h>

namespace maillage::cli {
namespace {

TEST(Clean, LeavesNothingThatATerminalWouldObey) {
  struct Case {
    const char* text;
    const char* clean;
  };
  const Case cases[] = {
      {"Zélie Van den Bræcke", "Zélie Van den Bræcke"},
      {"\x1b[31mred\x1b[0m", "\uFFFD[31mred\uFFFD[0m"},  // colours
      {"a\x1b]0;title\x07", "a\uFFFD]0;title\uFFFD"},    // window title
      {"\u009b2J", "\uFFFD2J"},                          // CSI in one character
      {"abc\rxyz", "abcxyz"},                            // overwriting
      {"line\nline\ttab", "line line tab"},
      {"\u202egnp.exe", "\uFFFDgnp.exe"},  // right to left
      {"a\u200bb", "a\uFFFDb"},            // zero width space
      {"\xff\xfe broken", "\uFFFD\uFFFD broken"},
      {"cut\xe2\x82", "cut\uFFFD"},
      {"\x7f", "\uFFFD"},
  };
  for (const Case& c : cases) EXPECT_EQ(Clean(c.text), c.clean);
}

TEST(Clean, KeepsLinesWhereAskedTo) {
  EXPECT_EQ(Clean("a\r\nb\tc\x1b", Breaks::kLines), "a\nb\tc\uFFFD");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth(""), 0);
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("élu"), 3);
  EXPECT_EQ(DisplayWidth("e\u0301lu"), 3);  // decomposed
  EXPECT_EQ(DisplayWidth("日本"), 4);
  EXPECT_EQ(DisplayWidth("😀"), 2);
  EXPECT_EQ(DisplayWidth("12\u202f345"), 6);
}

TEST(Fit, CutsAtColumnsAndSaysSo) {
  EXPECT_EQ(Fit("Saint-Omer", 10), "Saint-Omer");
  EXPECT_EQ(Fit("Saint-Omer", 9), "Saint-Om…");
  EXPECT_EQ(Fit("日本語", 5), "日本…");
  EXPECT_EQ(Fit("日本語", 4), "日…");  // half a character is none
  EXPECT_EQ(Fit("abc", 1), "…");
  EXPECT_EQ(Fit("abc", 0), "");
}

TEST(Pad, FillsUpToColumns) {
  EXPECT_EQ(Pad("élu", 5, false), "élu  ");
  EXPECT_EQ(Pad("12", 5, true), "   12");
  EXPECT_EQ(Pad("long", 2, true), "long");
}

}  // namespace
}  // namespace maillage::cli
