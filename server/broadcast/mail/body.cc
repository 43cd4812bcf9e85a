#include "server/broadcast/mail/body.h"

#include <cmark.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "server/broadcast/mail/style.h"
#include "server/broadcast/markdown.h"

namespace maillage::broadcast {
namespace {

constexpr size_t kWidth = 72;

// Writes blocks as plain text, separated by empty lines.
class TextWriter {
 public:
  explicit TextWriter(const cmark_node* event_box) : event_box_(event_box) {}

  void Blocks(cmark_node* parent, const std::string& first, const std::string& rest) {
    if (++depth_ > kMaxMarkdownDepth) {
      Paragraph(InlineText(parent), first, rest, false);
      --depth_;
      return;
    }
    const std::string* prefix = &first;
    for (cmark_node* node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
      Block(node, *prefix, rest);
      prefix = &rest;
    }
    --depth_;
  }

  std::string Take() { return std::move(text_); }

 private:
  void Block(cmark_node* node, const std::string& first, const std::string& rest) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_LIST:
        return List(node, first, rest);
      case CMARK_NODE_BLOCK_QUOTE:
        return Blocks(node, first + "> ", rest + "> ");
      case CMARK_NODE_PARAGRAPH:
        return Paragraph(InlineText(node), first, rest, node == event_box_);
      case CMARK_NODE_HEADING:
        return Paragraph(InlineText(node), first, rest, false);
      case CMARK_NODE_CODE_BLOCK:
        return Paragraph(cmark_node_get_literal(node), first, rest, false);
      case CMARK_NODE_THEMATIC_BREAK:
        return Paragraph("* * *", first, rest, false);
      default:
        return;  // raw HTML
    }
  }

  void List(cmark_node* list, const std::string& first, const std::string& rest) {
    int number = cmark_node_get_list_start(list);
    const bool ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
    const std::string* prefix = &first;
    for (cmark_node* item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
      const std::string mark = ordered ? absl::StrCat(number++, ". ") : "- ";
      Blocks(item, *prefix + mark, rest + std::string(mark.size(), ' '));
      prefix = &rest;
    }
  }

  void Paragraph(absl::string_view text, const std::string& first, const std::string& rest,
                 bool box) {
    const std::string indent = box ? "    " : "";
    if (!text_.empty()) text_ += '\n';
    text_ += WrapText(text, kWidth, first + indent, rest + indent);
  }

  const cmark_node* const event_box_;
  std::string text_;
  int depth_ = 0;
};

// cmark escapes < in all text, so these tags are its own.
std::string Style(const std::string& html) {
  return absl::StrReplaceAll(
      html, {{"<p>", absl::StrCat("<p style=\"", kParagraphStyle, "\">")},
             {"<ul>", "<ul style=\"margin:0 0 16px;padding-left:24px\">"},
             {"<ol>", "<ol style=\"margin:0 0 16px;padding-left:24px\">"},
             {"<blockquote>",
              "<blockquote style=\"margin:0 0 16px;padding-left:14px;"
              "border-left:3px solid #c9d1de\">"},
             {"<h1>", "<h2 style=\"font-size:20px;line-height:1.3;margin:0 0 12px\">"},
             {"</h1>", "</h2>"},
             {"<h2>", "<h2 style=\"font-size:18px;line-height:1.3;margin:0 0 12px\">"}});
}

std::string RenderHtml(cmark_node* root) {
  // Unsafe HTML stays off: it is cmark's default.
  char* html = cmark_render_html(root, CMARK_OPT_VALIDATE_UTF8);
  std::string result = html;
  std::free(html);
  return absl::StrReplaceAll(result, {{"<!-- raw HTML omitted -->", ""}});
}

// Takes the box's paragraph apart from the rest, so that its tags differ.
std::string RenderWithBox(cmark_node* root, cmark_node* box) {
  if (box == nullptr) return Style(RenderHtml(root));
  std::string inner = RenderHtml(box);
  inner = absl::StrReplaceAll(inner, {{"<p><strong>", ""}, {"</strong></p>", ""}});
  const std::string plain = RenderHtml(root);
  const std::string whole = RenderHtml(box);
  const size_t at = plain.find(whole);
  if (at == std::string::npos) return Style(plain);
  return absl::StrCat(Style(plain.substr(0, at)), kBoxOpen, absl::StripAsciiWhitespace(inner),
                      kBoxClose, Style(plain.substr(at + whole.size())));
}

// Columns that a text takes: code points, which is right for French.
size_t Columns(absl::string_view text) {
  size_t columns = 0;
  for (char c : text) columns += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return columns;
}

}  // namespace

std::string WrapText(absl::string_view text, size_t width, absl::string_view first,
                     absl::string_view rest) {
  std::string out;
  absl::string_view prefix = first;
  text = absl::StripTrailingAsciiWhitespace(text);
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::StrAppend(&out, prefix);
    size_t column = Columns(prefix);
    bool at_start = true;
    for (absl::string_view word : absl::StrSplit(line, ' ', absl::SkipEmpty())) {
      const size_t columns = Columns(word);
      if (!at_start && column + 1 + columns > width) {
        absl::StrAppend(&out, "\n", rest);
        column = Columns(rest);
        at_start = true;
      }
      absl::StrAppend(&out, at_start ? "" : " ", word);
      column += columns + (at_start ? 0 : 1);
      at_start = false;
    }
    out += '\n';
    prefix = rest;
  }
  return out;
}

Body RenderBody(absl::string_view markdown, absl::string_view event_title) {
  const MarkdownPtr root = ParseMarkdown(markdown);
  cmark_node* const box = FindEventBox(root.get(), event_title);
  Body body;
  body.has_event_box = box != nullptr;
  body.html = RenderWithBox(root.get(), box);
  TextWriter writer(box);
  writer.Blocks(root.get(), "", "");
  body.text = writer.Take();
  return body;
}

}  // namespace maillage::broadcast
