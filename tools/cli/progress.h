// Progress of long work, for a person who waits.
#ifndef TOOLS_CLI_PROGRESS_H_
#define TOOLS_CLI_PROGRESS_H_

#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/clock.h"

namespace maillage::cli {

// "████████░░░░░░░░": `share` (0 to 1) of `width` columns.
std::string Bar(double share, int width);

// How long the rest takes when it goes on as it went; none where that cannot be
// known yet.
std::optional<absl::Duration> TimeLeft(int64_t done, int64_t total, absl::Duration elapsed);

// A line that is written over itself. It appears once the work has taken a
// second, changes at most ten times a second, and is wiped in the end. Not
// thread safe.
class ProgressLine {
 public:
  // `err` and `clock` outlive it. Nothing is written unless `enabled`.
  ProgressLine(std::ostream* err, bool enabled, int width, const Clock* clock = &Clock::Real());
  ~ProgressLine() { Wipe(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  absl::Duration elapsed() const { return clock_->Now() - start_; }
  // Whether a line given now would be seen; else making it can be spared.
  bool due() const;
  void Show(absl::string_view line);
  void Wipe();

 private:
  std::ostream* const err_;
  const bool enabled_;
  const int width_;
  const Clock* const clock_;
  const absl::Time start_;
  absl::Time shown_ = absl::InfinitePast();
};

}  // namespace maillage::cli

#endif  // TOOLS_CLI_PROGRESS_H_
