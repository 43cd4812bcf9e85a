#include "server/interchange/lines.h"

#include <algorithm>
#include <utility>

#include "client/base/status_macros.h"

namespace maillage::interchange {

LineScanner::LineScanner(size_t max_bytes, OnLine on_line)
    : max_bytes_(max_bytes), on_line_(std::move(on_line)) {}

void LineScanner::Hold(absl::string_view bytes) {
  const size_t room = max_bytes_ - held_.size();
  cut_ |= bytes.size() > room;
  held_.append(bytes.data(), std::min(bytes.size(), room));
  begun_ |= !bytes.empty();
}

absl::Status LineScanner::EndLine() {
  const absl::Status status = on_line_({number_++, held_, cut_});
  held_.clear();
  begun_ = cut_ = false;
  return status;
}

absl::Status LineScanner::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_cr_ = false;
    const size_t end = bytes.find_first_of("\r\n");
    Hold(bytes.substr(0, end));
    if (end == absl::string_view::npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    RETURN_IF_ERROR(EndLine());
  }
  return absl::OkStatus();
}

absl::Status LineScanner::Finish() { return begun_ ? EndLine() : absl::OkStatus(); }

}  // namespace maillage::interchange
