// Holds the tree to its layout: what stands at its top, how long files are, how
// headers are guarded, that every room says what it is for.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/tidy/sources.h"

namespace maillage::tidy {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxLines = 400;
constexpr size_t kMaxReadmeLines = 90;

TEST(Tidy, TheTopHoldsOnlyWhatBelongsThere) {
  const std::set<std::string> known = {"CMakeLists.txt", "CMakePresets.json",
                                       "LICENSE",        "README.md",
                                       "client",         "proto",
                                       "server",         "tests",
                                       "tools"};
  std::vector<Offence> offences;
  for (const fs::directory_entry& entry : fs::directory_iterator(MAILLAGE_SOURCE_DIR)) {
    const std::string name = entry.path().filename().string();
    if (known.contains(name) || name[0] == '.' || absl::StartsWith(name, "build")) continue;
    offences.push_back({name, 0, "does not belong at the top"});
  }
  for (const std::string& name : known) {
    if (!fs::exists(fs::path(MAILLAGE_SOURCE_DIR) / name)) offences.push_back({name, 0, "missing"});
  }
  ExpectNone(offences, "put it into the room it belongs to");
}

TEST(Tidy, FilesAreNoLongerThanTheyReadWell) {
  std::vector<Offence> offences;
  for (const Source& source : Sources()) {
    const bool code = source.IsCpp() || absl::EndsWith(source.path, ".sh") ||
                      absl::EndsWith(source.path, ".mjs") || absl::EndsWith(source.path, ".txt");
    if (!code || source.lines.size() <= kMaxLines || source.IsUnder("proto")) continue;
    if (absl::StrContains(source.path, "/testdata/")) continue;
    offences.push_back({source.path, 0, absl::StrCat(source.lines.size(), " lines")});
  }
  ExpectNone(offences, absl::StrCat("split what is longer than ", kMaxLines, " lines"));
}

std::string GuardOf(absl::string_view path) {
  return absl::AsciiStrToUpper(
      absl::StrCat(absl::StrReplaceAll(path, {{"/", "_"}, {".", "_"}, {"-", "_"}}), "_"));
}

TEST(Tidy, HeaderGuardsAreTheirPaths) {
  std::vector<Offence> offences;
  for (const Source& source : Sources()) {
    if (!source.IsHeader()) continue;
    const std::string guard = GuardOf(source.path);
    const std::string opens = absl::StrCat("\n#ifndef ", guard, "\n#define ", guard, "\n");
    if (!absl::StrContains(absl::StrCat("\n", source.text), opens) ||
        !absl::EndsWith(source.text, absl::StrCat("\n#endif  // ", guard, "\n"))) {
      offences.push_back({source.path, 0, absl::StrCat("is not guarded by ", guard)});
    }
  }
  ExpectNone(offences, "#ifndef GUARD, #define GUARD, and at the end #endif  // GUARD");
}

TEST(Tidy, EveryRoomHasAReadmeOfAPage) {
  std::vector<Offence> offences;
  std::set<std::string> rooms = {"client", "proto", "tests", "tools"};
  for (const fs::directory_entry& entry :
       fs::directory_iterator(fs::path(MAILLAGE_SOURCE_DIR) / "server")) {
    if (!entry.is_directory()) continue;
    rooms.insert(absl::StrCat("server/", entry.path().filename().string()));
  }
  for (const Source& source : Sources()) {
    if (!absl::EndsWith(source.path, "/README.md")) continue;
    rooms.erase(source.path.substr(0, source.path.rfind('/')));
    if (source.lines.size() <= kMaxReadmeLines) continue;
    offences.push_back({source.path, 0, absl::StrCat(source.lines.size(), " lines")});
  }
  for (const std::string& room : rooms) offences.push_back({room, 0, "has no README.md"});
  ExpectNone(offences, "what the room is for, its types, what it may include, its formats: a page");
}

TEST(Tidy, SourcesAreFormatted) {
  if (absl::string_view(MAILLAGE_CLANG_FORMAT).empty()) GTEST_SKIP() << "no clang-format-14 here";
  std::string command = absl::StrCat("cd '", MAILLAGE_SOURCE_DIR, "' && '", MAILLAGE_CLANG_FORMAT,
                                     "' --dry-run --Werror --ferror-limit=1");
  for (const Source& source : Sources()) {
    if (source.IsCpp()) absl::StrAppend(&command, " '", source.path, "'");
  }
  absl::StrAppend(&command, " 2>&1 | grep error: | cut -d: -f1,2");
  FILE* const pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::vector<Offence> offences;
  std::array<char, 1000> line;
  while (fgets(line.data(), line.size(), pipe) != nullptr) {
    const std::string at(absl::StripAsciiWhitespace(line.data()));
    offences.push_back({at, 0, "is not formatted"});
  }
  pclose(pipe);
  ExpectNone(offences, "clang-format-14 -i FILE");
}

}  // namespace
}  // namespace maillage::tidy
