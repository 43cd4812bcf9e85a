#include "tools/commands/import_line.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/cli/progress.h"

namespace maillage::cli {
namespace {

constexpr int kBarWidth = 24;

}  // namespace

std::string ImportLine(const Output& out, const v1::ImportSummary& progress, int64_t total_bytes,
                       absl::Duration elapsed) {
  std::vector<std::string> parts;
  if (total_bytes > 0) {
    const double share = static_cast<double>(progress.bytes()) / static_cast<double>(total_bytes);
    parts.push_back(absl::StrCat(Bar(share, kBarWidth), " ", static_cast<int>(share * 100), " %"));
  }
  parts.push_back(out.Count(progress.records(), {"record", "records"}));
  if (const double seconds = absl::ToDoubleSeconds(elapsed); seconds > 0) {
    const auto rate = std::llround(static_cast<double>(progress.records()) / seconds);
    parts.push_back(absl::StrCat(FormatNumber(out.locale(), rate), "/s"));
  }
  if (const auto left = TimeLeft(progress.bytes(), total_bytes, elapsed)) {
    parts.push_back(out.Text("$0 left", {FormatSpan(*left)}));
  }
  return absl::StrJoin(parts, "  ");
}

}  // namespace maillage::cli
