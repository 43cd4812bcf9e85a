#include "tools/commands/watch_line.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/cli/progress.h"

namespace maillage::cli {
namespace {

constexpr int kBarWidth = 24;

// A decimal says something of a slow rate alone.
std::string Rate(const Locale& locale, double per_second) {
  return absl::StrCat(per_second < 10 ? FormatDecimal(locale, per_second)
                                      : FormatNumber(locale, std::llround(per_second)),
                      "/s");
}

}  // namespace

std::string WatchLine(const Output& out, const v1::BroadcastProgress& progress) {
  const auto number = [&](int64_t value) { return FormatNumber(out.locale(), value); };
  const int64_t waiting = progress.pending() + progress.deferred();
  const int64_t total = progress.recipients();
  const double share =
      total > 0 ? static_cast<double>(total - waiting) / static_cast<double>(total) : 0;
  std::vector<std::string> parts = {
      absl::StrCat(Bar(share, kBarWidth), " ", static_cast<int>(share * 100), " %"),
      out.Text("$0 of $1", {number(progress.sent()), number(total)})};
  if (progress.rate_per_second() > 0) {
    parts.push_back(Rate(out.locale(), progress.rate_per_second()));
    const absl::Duration left =
        absl::Seconds(static_cast<double>(progress.pending()) / progress.rate_per_second());
    parts.push_back(out.Text("$0 left", {FormatSpan(left)}));
  }
  const std::pair<int64_t, const char*> rest[] = {{progress.deferred(), "$0 deferred"},
                                                  {progress.bounced(), "$0 bounced"},
                                                  {progress.uncertain(), "$0 uncertain"}};
  for (const auto& [count, text] : rest) {
    if (count > 0) parts.push_back(out.Text(text, {number(count)}));
  }
  if (!progress.last_error().empty()) parts.push_back(progress.last_error());
  return absl::StrJoin(parts, "  ");
}

}  // namespace maillage::cli
