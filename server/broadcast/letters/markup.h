// The letter's CommonMark as paragraphs that Pango can set.
#ifndef SERVER_BROADCAST_LETTERS_MARKUP_H_
#define SERVER_BROADCAST_LETTERS_MARKUP_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace maillage::broadcast {

struct LetterParagraph {
  std::string markup;  // Pango's, well-formed
  std::string bullet;  // before its first line: "–", "2."; may be empty
  int indent = 0;      // how deep in lists and quotes, from 0
  bool heading = false;
  bool box = false;  // names the event
};

// Plain text for Pango: escaped, and never broken before the signs that French
// sets apart.
std::string ToMarkup(absl::string_view text);

// `markdown` is UTF-8. Raw HTML is dropped, links are followed by their address.
// Thread safe.
std::vector<LetterParagraph> LetterParagraphs(absl::string_view markdown,
                                              absl::string_view event_title);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_LETTERS_MARKUP_H_
