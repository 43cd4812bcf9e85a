#include "tests/tidy/sources.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace maillage::tidy {
namespace {

namespace fs = std::filesystem;

bool IsForeign(absl::string_view name) {
  return name == ".git" || name == "build" || absl::StartsWith(name, "build-") ||
         name == "node_modules";
}

std::vector<Source> Read(const fs::path& top) {
  std::vector<Source> sources;
  for (auto it = fs::recursive_directory_iterator(top); it != fs::end(it); ++it) {
    if (IsForeign(it->path().filename().string())) it.disable_recursion_pending();
    if (!it->is_regular_file()) continue;
    std::ifstream file(it->path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (absl::StrContains(text, '\0')) continue;  // no text
    Source source;
    source.path = fs::relative(it->path(), top).string();
    source.lines = absl::StrSplit(text, '\n');
    if (source.lines.back().empty()) source.lines.pop_back();
    source.text = std::move(text);
    sources.push_back(std::move(source));
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

}  // namespace

bool Source::IsUnder(absl::string_view folder) const {
  return absl::StartsWith(path, absl::StrCat(folder, "/"));
}

bool Source::IsHeader() const { return absl::EndsWith(path, ".h"); }

bool Source::IsCpp() const { return IsHeader() || absl::EndsWith(path, ".cc"); }

const std::vector<Source>& Sources() {
  static const auto* const sources = new std::vector<Source>(Read(MAILLAGE_SOURCE_DIR));
  return *sources;
}

void ExpectNone(const std::vector<Offence>& offences, absl::string_view mend) {
  if (offences.empty()) return;
  std::string report;
  for (const Offence& offence : offences) {
    absl::StrAppend(&report, offence.path);
    if (offence.line > 0) absl::StrAppend(&report, ":", offence.line);
    absl::StrAppend(&report, ": ", offence.what, "\n");
  }
  ADD_FAILURE() << offences.size() << " found:\n" << report << "mend: " << std::string(mend);
}

}  // namespace maillage::tidy
