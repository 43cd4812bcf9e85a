#include "server/broadcast/letters/markup.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/broadcast/markdown.h"

namespace maillage::broadcast {
namespace {

// The tag of an inline mark; "" for what has none.
absl::string_view TagOf(cmark_node_type type) {
  switch (type) {
    case CMARK_NODE_STRONG:
      return "b";
    case CMARK_NODE_EMPH:
      return "i";
    default:
      return "";
  }
}

void Enter(cmark_node* node, cmark_node_type type, std::string* markup) {
  if (!TagOf(type).empty()) absl::StrAppend(markup, "<", TagOf(type), ">");
  if (type == CMARK_NODE_SOFTBREAK) markup->push_back(' ');
  if (type == CMARK_NODE_LINEBREAK) markup->append("\u2028");
  if (type == CMARK_NODE_TEXT) absl::StrAppend(markup, ToMarkup(cmark_node_get_literal(node)));
  if (type == CMARK_NODE_CODE) {
    absl::StrAppend(markup, "<tt>", ToMarkup(cmark_node_get_literal(node)), "</tt>");
  }
}

void Exit(cmark_node* node, cmark_node_type type, std::string* markup) {
  if (type == CMARK_NODE_LINK) {
    absl::StrAppend(markup, " (", ToMarkup(cmark_node_get_url(node)), ")");
  }
  if (!TagOf(type).empty()) absl::StrAppend(markup, "</", TagOf(type), ">");
}

std::string InlineMarkup(cmark_node* root) {
  std::string markup;
  const MarkdownIterPtr iter(cmark_iter_new(root));
  for (cmark_event_type event; (event = cmark_iter_next(iter.get())) != CMARK_EVENT_DONE;) {
    cmark_node* node = cmark_iter_get_node(iter.get());
    if (event == CMARK_EVENT_ENTER) {
      Enter(node, cmark_node_get_type(node), &markup);
    } else {
      Exit(node, cmark_node_get_type(node), &markup);
    }
  }
  return markup;
}

// Takes the blocks of a tree apart, in order.
class Collector {
 public:
  explicit Collector(const cmark_node* box) : box_(box) {}

  void Blocks(cmark_node* parent, int indent, std::string bullet) {
    if (indent > kMaxMarkdownDepth) return Add(InlineMarkup(parent), indent, std::move(bullet));
    for (cmark_node* node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
      Block(node, indent, std::exchange(bullet, ""));
    }
  }

  std::vector<LetterParagraph> Take() { return std::move(paragraphs_); }

 private:
  void Block(cmark_node* node, int indent, std::string bullet) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_LIST:
        return List(node, indent);
      case CMARK_NODE_BLOCK_QUOTE:
        return Blocks(node, indent + 1, std::move(bullet));
      case CMARK_NODE_PARAGRAPH:
        Add(InlineMarkup(node), indent, std::move(bullet));
        paragraphs_.back().box = node == box_;
        return;
      case CMARK_NODE_HEADING:
        Add(absl::StrCat("<b>", InlineMarkup(node), "</b>"), indent, std::move(bullet));
        paragraphs_.back().heading = true;
        return;
      case CMARK_NODE_CODE_BLOCK:
        return Add(absl::StrCat("<tt>", ToMarkup(cmark_node_get_literal(node)), "</tt>"), indent,
                   std::move(bullet));
      default:
        return;  // raw HTML, rules
    }
  }

  void List(cmark_node* list, int indent) {
    int number = cmark_node_get_list_start(list);
    const bool ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
    for (cmark_node* item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
      Blocks(item, indent + 1, ordered ? absl::StrCat(number++, ".") : "–");
    }
  }

  void Add(std::string markup, int indent, std::string bullet) {
    paragraphs_.push_back({std::move(markup), std::move(bullet), indent});
  }

  const cmark_node* const box_;
  std::vector<LetterParagraph> paragraphs_;
};

}  // namespace

std::string ToMarkup(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"},
                                    {"<", "&lt;"},
                                    {">", "&gt;"},
                                    {"« ", "«\u00a0"},
                                    {" »", "\u00a0»"},
                                    {" :", "\u00a0:"},
                                    {" ;", "\u00a0;"},
                                    {" ?", "\u00a0?"},
                                    {" !", "\u00a0!"}});
}

std::vector<LetterParagraph> LetterParagraphs(absl::string_view markdown,
                                              absl::string_view event_title) {
  const MarkdownPtr root = ParseMarkdown(markdown);
  Collector collector(FindEventBox(root.get(), event_title));
  collector.Blocks(root.get(), 0, "");
  return collector.Take();
}

}  // namespace maillage::broadcast
