#include "tests/tidy/functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/tidy/sources.h"

namespace maillage::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kMaxLines = 60;

std::vector<std::string> Found(absl::string_view source) {
  std::vector<std::string> found;
  for (const Function& f : FindFunctions(source)) {
    found.push_back(absl::StrCat(f.head, " @", f.line, " +", f.length));
  }
  return found;
}

TEST(Functions, AreFoundInNamespacesAndClasses) {
  EXPECT_THAT(Found("namespace a {\n\nint F(int x) {\n  return x;\n}\n\nstruct S : T<int> {\n"
                    "  int G() const { return 1; }\n};\n}  // namespace a\n"),
              ElementsAre("int F(int x) @3 +3", "int G() const @8 +1"));
}

TEST(Functions, CountTheLinesOfTheirHead) {
  EXPECT_THAT(Found("template <typename T>\nint F(T x,\n      T y) {\n  return 1;\n}\n"),
              ElementsAre("template <typename T> int F(T x, T y) @1 +5"));
}

TEST(Functions, GoOnAfterBracedMembersOfAConstructor) {
  EXPECT_THAT(Found("S::S(int a) : a_{a}, b_{2} {\n  Go();\n}\n"),
              ElementsAre("S::S(int a) : a_{}, b_{} @1 +3"));
}

TEST(Functions, HoldTheirLambdasAndBlocks) {
  EXPECT_THAT(Found("void F() {\n  auto g = [](int x) { return x; };\n  if (g(1)) {\n  }\n}\n"),
              ElementsAre("void F() @1 +5"));
}

TEST(Functions, AreNotWhatOnlyLooksLikeThem) {
  EXPECT_THAT(Found("constexpr int kX[] = {1, 2};\nenum class E { kA, kB };\n"
                    "// void F() {\nconst char* s = R\"js(function() {})js\";\n"
                    "#define M(x) \\\n  void F() {}\nchar c = '{';\nint big = 1'000;\n"),
              IsEmpty());
}

TEST(Tidy, FunctionsFitOneScreen) {
  std::vector<Offence> offences;
  for (const Source& source : Sources()) {
    if (!source.IsCpp()) continue;
    for (const Function& f : FindFunctions(source.text)) {
      if (f.length <= kMaxLines) continue;
      offences.push_back({source.path, f.line, absl::StrCat(f.length, " lines: ", f.head)});
    }
  }
  ExpectNone(offences, absl::StrCat("split what is longer than ", kMaxLines, " lines"));
}

}  // namespace
}  // namespace maillage::tidy
