// The letter's CommonMark as a tree, for mail and paper alike.
#ifndef SERVER_BROADCAST_MARKDOWN_H_
#define SERVER_BROADCAST_MARKDOWN_H_

#include <cmark.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace maillage::broadcast {

// Quotes and lists may nest this deep; a hostile letter could nest them a
// hundred thousand deep.
inline constexpr int kMaxMarkdownDepth = 12;

struct MarkdownFree {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
  void operator()(cmark_iter* iter) const { cmark_iter_free(iter); }
};
using MarkdownPtr = std::unique_ptr<cmark_node, MarkdownFree>;
using MarkdownIterPtr = std::unique_ptr<cmark_iter, MarkdownFree>;

// `markdown` is UTF-8. Images become their alternative text: nothing is fetched
// when a mail is read.
MarkdownPtr ParseMarkdown(absl::string_view markdown);

// The words below a node, inline marks dropped, hard breaks as line ends.
std::string InlineText(cmark_node* root);

// The paragraph wholly in bold that names the event: it is set as the letter's
// box. Null: there is none.
cmark_node* FindEventBox(cmark_node* root, absl::string_view event_title);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MARKDOWN_H_
