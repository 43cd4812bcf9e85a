// Lines of text, from bytes in pieces of any size.
#ifndef SERVER_INTERCHANGE_LINES_H_
#define SERVER_INTERCHANGE_LINES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace maillage::interchange {

// One line without its end. Valid during the call that hands it over.
struct Line {
  int64_t number = 0;  // from 1
  absl::string_view text;
  bool cut = false;  // it was longer than a line may be
};

// Ends are LF, CR LF and CR. Not thread safe; not movable. Holds `max_bytes` of a
// line and lets the rest of it go.
class LineScanner {
 public:
  using OnLine = std::function<absl::Status(const Line&)>;

  // `on_line` gets blank lines too; its error stops the scan.
  LineScanner(size_t max_bytes, OnLine on_line);
  LineScanner(const LineScanner&) = delete;
  LineScanner& operator=(const LineScanner&) = delete;

  absl::Status Write(absl::string_view bytes);
  // Hands over a last line without an end.
  absl::Status Finish();

 private:
  absl::Status EndLine();
  void Hold(absl::string_view bytes);

  const size_t max_bytes_;
  const OnLine on_line_;
  int64_t number_ = 1;
  std::string held_;
  bool begun_ = false;  // something stands in the line, be it let go
  bool cut_ = false;
  bool after_cr_ = false;
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_LINES_H_
