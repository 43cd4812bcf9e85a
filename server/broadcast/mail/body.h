// The letter's CommonMark as HTML and as plain text.
#ifndef SERVER_BROADCAST_MAIL_BODY_H_
#define SERVER_BROADCAST_MAIL_BODY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::broadcast {

// Both ways the same body can be shown.
struct Body {
  std::string html;  // paragraphs with inline styles; no raw HTML, no images
  std::string text;  // wrapped at 72 columns, line ends "\n"
  // Whether a paragraph wholly in bold names the event: it is set as the
  // letter's box, so that the shell needs none of its own.
  bool has_event_box = false;
};

// `markdown` is UTF-8. Raw HTML and dangerous links are dropped, images become
// their alternative text: nothing is fetched when the mail is read. Thread safe.
Body RenderBody(absl::string_view markdown, absl::string_view event_title);

// Wraps words at `width` columns (a code point a column), with `first` before
// the first line and `rest` before the others. Line ends inside are kept.
std::string WrapText(absl::string_view text, size_t width, absl::string_view first,
                     absl::string_view rest);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_BODY_H_
