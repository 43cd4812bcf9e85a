#include "tools/cli/progress.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "tools/cli/text.h"

namespace maillage::cli {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(1);
constexpr absl::Duration kInterval = absl::Milliseconds(100);
constexpr char kWipe[] = "\r\x1b[K";

}  // namespace

std::string Bar(double share, int width) {
  const int full = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * width));
  std::string bar;
  for (int i = 0; i < width; ++i) absl::StrAppend(&bar, i < full ? "█" : "░");
  return bar;
}

std::optional<absl::Duration> TimeLeft(int64_t done, int64_t total, absl::Duration elapsed) {
  if (done <= 0 || total < done || elapsed < absl::Milliseconds(500)) return std::nullopt;
  return elapsed * (static_cast<double>(total - done) / static_cast<double>(done));
}

ProgressLine::ProgressLine(std::ostream* err, bool enabled, int width, const Clock* clock)
    : err_(err), enabled_(enabled), width_(width), clock_(clock), start_(clock->Now()) {}

bool ProgressLine::due() const {
  const absl::Time now = clock_->Now();
  return enabled_ && now - start_ >= kPatience && now - shown_ >= kInterval;
}

void ProgressLine::Show(absl::string_view line) {
  if (!due()) return;
  shown_ = clock_->Now();
  const std::string clean = Clean(line);
  *err_ << kWipe << (width_ > 0 ? Fit(clean, width_ - 1) : clean) << std::flush;
}

void ProgressLine::Wipe() {
  if (shown_ == absl::InfinitePast()) return;
  *err_ << kWipe << std::flush;
  shown_ = absl::InfinitePast();
}

}  // namespace maillage::cli
