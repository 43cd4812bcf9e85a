#include "server/broadcast/markdown.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace maillage::broadcast {
namespace {

// All nodes of a type, collected first so that the tree may change.
std::vector<cmark_node*> NodesOf(cmark_node* root, cmark_node_type type) {
  std::vector<cmark_node*> nodes;
  const MarkdownIterPtr iter(cmark_iter_new(root));
  for (cmark_event_type event; (event = cmark_iter_next(iter.get())) != CMARK_EVENT_DONE;) {
    cmark_node* node = cmark_iter_get_node(iter.get());
    if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == type) nodes.push_back(node);
  }
  return nodes;
}

// A picture would be fetched when the mail is opened, which tells on the reader.
void ReplaceImagesByTheirText(cmark_node* root) {
  for (cmark_node* image : NodesOf(root, CMARK_NODE_IMAGE)) {
    while (cmark_node* child = cmark_node_first_child(image)) {
      cmark_node_insert_before(image, child);
    }
    cmark_node_free(image);
  }
}

bool IsEventBox(cmark_node* paragraph, absl::string_view title) {
  cmark_node* child = cmark_node_first_child(paragraph);
  return child != nullptr && cmark_node_get_type(child) == CMARK_NODE_STRONG &&
         cmark_node_next(child) == nullptr && !title.empty() &&
         absl::StrContains(InlineText(child), title);
}

}  // namespace

MarkdownPtr ParseMarkdown(absl::string_view markdown) {
  MarkdownPtr root(cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_VALIDATE_UTF8));
  ReplaceImagesByTheirText(root.get());
  return root;
}

std::string InlineText(cmark_node* root) {
  std::string text;
  const MarkdownIterPtr iter(cmark_iter_new(root));
  for (cmark_event_type event; (event = cmark_iter_next(iter.get())) != CMARK_EVENT_DONE;) {
    cmark_node* node = cmark_iter_get_node(iter.get());
    const cmark_node_type type = cmark_node_get_type(node);
    if (event == CMARK_EVENT_EXIT) {
      if (type == CMARK_NODE_LINK) absl::StrAppend(&text, " <", cmark_node_get_url(node), ">");
      continue;
    }
    if (type == CMARK_NODE_SOFTBREAK) text.push_back(' ');
    if (type == CMARK_NODE_LINEBREAK) text.push_back('\n');
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) text += cmark_node_get_literal(node);
  }
  return text;
}

cmark_node* FindEventBox(cmark_node* root, absl::string_view event_title) {
  for (cmark_node* paragraph : NodesOf(root, CMARK_NODE_PARAGRAPH)) {
    if (IsEventBox(paragraph, event_title)) return paragraph;
  }
  return nullptr;
}

}  // namespace maillage::broadcast
