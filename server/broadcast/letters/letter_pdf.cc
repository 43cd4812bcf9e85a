#include "server/broadcast/letters/letter_pdf.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/broadcast/content.h"
#include "server/broadcast/wording.h"

namespace maillage::broadcast {
namespace {

// Wherever the sheet slides in its envelope, this lies behind the window.
constexpr double kWindowLeft = 104;
constexpr double kWindowTop = 47;
constexpr double kWindowWidth = 84;
constexpr double kWindowHeight = 31;
constexpr double kFold = kPageHeight / 3;
constexpr double kHeadTop = 16;
constexpr double kTextTop = 86;  // wider lines begin below what the window may show, at 90
constexpr double kBottom = kPageHeight - 16;
constexpr double kNextPageTop = 26;
constexpr double kGap = 3.2;  // between paragraphs
constexpr double kColumnGap = 8;
constexpr double kColumn = (kTextWidth - kColumnGap) / 2;
constexpr double kMaxSize = 11;
constexpr double kMinSize = 10;
constexpr double kSignatureRoom = 14;  // between post and name
constexpr double kQrSize = 24;
constexpr double kIndent = 6;

TextStyle Small() { return {.size = 8.5, .sans = true, .grey = true}; }

absl::CivilDay DayOf(const v1::Date& date) {
  absl::CivilDay day;
  ToCivilDay(date, &day);
  return day;
}

std::string Letterhead(const v1::InvitationContent& content) {
  std::string markup;
  for (const v1::Organiser& organiser : content.organisers()) {
    absl::StrAppend(&markup, markup.empty() ? "" : "\n", "<b>", ToMarkup(organiser.display_name()),
                    "</b>");
  }
  return markup;
}

std::string When(const v1::InvitationContent& content) {
  absl::CivilMinute starts, ends;
  ParseLocalTime(content.starts_at(), &starts);
  ParseLocalTime(content.ends_at(), &ends);
  return FrenchSpan(starts, ends);
}

std::string EventMarkup(const v1::InvitationContent& content) {
  return absl::StrCat("<b>", ToMarkup(absl::StrCat("« ", content.title(), " »")), "\n",
                      ToMarkup(When(content)), "\n", ToMarkup(content.venue_name()), ", ",
                      ToMarkup(content.venue_address()), "</b>");
}

std::string ObjectMarkup(const v1::InvitationContent& content) {
  return absl::StrCat("<b>OBJET\u00a0:</b> ", ToMarkup(content.subject()));
}

TextStyle BoxStyle() {
  return {.size = 12, .align = Align::kCentre, .left = kMargin + 6, .width = kTextWidth - 10};
}

std::string SignatureMarkup(const v1::Organiser& organiser) {
  return ToMarkup(organiser.signatory_post());
}

// How to reply, in the words of the letter.
std::string ReplyMarkup(const v1::InvitationContent& content, const Addressee& addressee) {
  std::string text = "<b>Votre réponse</b>\n";
  if (content.has_reply_deadline()) {
    absl::StrAppend(&text, "Merci de répondre avant le ",
                    FrenchWeekday(DayOf(content.reply_deadline())), ". ");
  }
  if (content.capacity() > 0) {
    absl::StrAppend(&text, "Le nombre de places est limité à ", content.capacity(), ". ");
  }
  if (!addressee.reply_url.empty()) {
    absl::StrAppend(&text, "Photographiez le code, ou ouvrez la page\n<b>",
                    ToMarkup(addressee.reply_url), "</b>\n");
  }
  absl::StrAppend(&text, addressee.reply_url.empty() ? "Écrivez" : "Vous pouvez aussi écrire",
                  " à ", ToMarkup(content.reply_to()), " en rappelant : ", content.reference());
  if (addressee.number > 0) absl::StrAppend(&text, ", lettre n° ", addressee.number);
  return absl::StrCat(text, ".");
}

std::string RightsMarkup(const v1::InvitationContent& content, const std::string& source) {
  return absl::StrCat(
      ToMarkup(source), source.empty() ? "" : " ",
      "Ces données servent à vous informer des rencontres des partenaires du territoire. Vous "
      "pouvez en demander la copie, la correction ou l'effacement, et vous opposer à leur usage, "
      "en écrivant à ",
      ToMarkup(content.reply_to()), ". Vous pouvez aussi saisir la CNIL (www.cnil.fr).");
}

}  // namespace

LetterPdf::LetterPdf(v1::InvitationContent content, bool duplex, Sheet::WriteFn write)
    : content_(std::move(content)),
      duplex_(duplex),
      body_(LetterParagraphs(LetterBody(content_), content_.title())),
      has_box_(std::any_of(body_.begin(), body_.end(),
                           [](const LetterParagraph& one) { return one.box; })),
      sheet_(std::move(write), content_.subject(), content_.organisers(0).display_name()),
      size_(FittingSize()) {}

// The largest at which the signatures stand on the first page; a letter that is
// much longer is set for reading.
double LetterPdf::FittingSize() const {
  for (double size = kMaxSize; size >= kMinSize; size -= 0.25) {
    if (HeightAt(size) <= kBottom - kTextTop) return size;
  }
  return kMaxSize;
}

double LetterPdf::HeightAt(double size) const {
  const TextStyle plain{.size = size};
  // Reference, subject, salutation and what is between them.
  double height = 2 * sheet_.Measure("x", plain) + 1.2 + 4 * kGap +
                  sheet_.Measure(ObjectMarkup(content_), plain);
  if (!has_box_) height += sheet_.Measure(EventMarkup(content_), BoxStyle()) + 3 * kGap;
  for (const LetterParagraph& paragraph : body_) {
    height += sheet_.Measure(paragraph.markup, StyleOf(paragraph, size)) +
              (paragraph.box ? 3 * kGap : kGap);
  }
  for (int row = 0; row < content_.organisers_size(); row += 2) {
    double posts = 0;
    height += SignaturesHeight(row, size, &posts);
  }
  return height;
}

TextStyle LetterPdf::StyleOf(const LetterParagraph& paragraph, double size) const {
  if (paragraph.box) return BoxStyle();
  TextStyle style{.size = size};
  style.align = paragraph.heading ? Align::kLeft : Align::kJustified;
  style.left += kIndent * paragraph.indent;
  style.width -= kIndent * paragraph.indent;
  return style;
}

void LetterPdf::Add(const Addressee& addressee) {
  const int pages_before = sheet_.pages();
  page_ = 1;
  double top = Head(addressee);
  if (!has_box_) top = EventBox(EventMarkup(content_), top);
  for (const LetterParagraph& paragraph : body_) top = Paragraph(paragraph, top);
  top = Signatures(top + kGap);
  top = Reply(addressee, top);
  TextStyle rights = Small();
  rights.size = 7.5;
  Block(RightsMarkup(content_, addressee.source), rights, top + kGap, 0);
  sheet_.EndPage();
  if (duplex_ && (sheet_.pages() - pages_before) % 2 == 1) sheet_.EndPage();
}

double LetterPdf::Head(const Addressee& addressee) {
  TextStyle letterhead = Small();
  letterhead.size = 10;
  letterhead.width = kWindowLeft - kMargin - 6;
  sheet_.Text(Letterhead(content_), letterhead, kHeadTop);
  Window(addressee);
  sheet_.Line(4, kFold, 8, kFold);
  const TextStyle plain{.size = size_};
  TextStyle date{.size = size_, .align = Align::kRight, .left = kWindowLeft};
  date.width = kPageWidth - kMargin - kWindowLeft;
  sheet_.Text(ToMarkup(absl::StrCat(content_.issue_place(), ", le ",
                                    FrenchDay(DayOf(content_.issue_date())))),
              date, kHeadTop);
  // Short enough to stay out of the window.
  double top = Block(absl::StrCat("<b>REF\u00a0:</b> ", ToMarkup(content_.reference())), plain,
                     kTextTop, 1.2);
  top = Block(ObjectMarkup(content_), plain, top, 2 * kGap);
  return Block(ToMarkup(addressee.salutation), plain, top, kGap);
}

// Long lines are set smaller: the post reads no line that is cut.
void LetterPdf::Window(const Addressee& addressee) {
  std::string markup;
  for (const std::string& line : addressee.envelope) {
    absl::StrAppend(&markup, markup.empty() ? "" : "\n", ToMarkup(line));
  }
  TextStyle style{.sans = true, .left = kWindowLeft, .width = kWindowWidth};
  while (style.size > 6 && sheet_.Measure(markup, style) > kWindowHeight) style.size -= 0.5;
  sheet_.Text(markup, style, kWindowTop);
}

double LetterPdf::Paragraph(const LetterParagraph& paragraph, double top) {
  if (paragraph.box) return EventBox(paragraph.markup, top);
  const TextStyle style = StyleOf(paragraph, size_);
  if (!paragraph.bullet.empty()) {
    top = Room(top, sheet_.Measure("x", style));
    const TextStyle bullet{.size = size_, .left = style.left - kIndent, .width = kIndent};
    sheet_.Text(ToMarkup(paragraph.bullet), bullet, top);
  }
  if (paragraph.heading) top = Room(top, 2 * sheet_.Measure(paragraph.markup, style));
  return sheet_.Flow(paragraph.markup, style, top, kBottom, [this] { return NewPage(); }) + kGap;
}

double LetterPdf::EventBox(const std::string& markup, double top) {
  const double height = sheet_.Measure(markup, BoxStyle());
  top = Room(top, height + 2 * kGap);
  sheet_.Box(kMargin, top, kTextWidth, height + 2 * kGap);
  return sheet_.Text(markup, BoxStyle(), top + kGap) + 2 * kGap;
}

// Of a row of two; `posts` gets that of the longer post.
double LetterPdf::SignaturesHeight(int row, double size, double* posts) const {
  const TextStyle style{.size = size, .width = kColumn};
  *posts = 0;
  for (int i = row; i < std::min(row + 2, content_.organisers_size()); ++i) {
    *posts = std::max(*posts, sheet_.Measure(SignatureMarkup(content_.organisers(i)), style));
  }
  return *posts + kSignatureRoom + sheet_.Measure("x", style) + kGap;
}

// Two a row, side by side; a row stays whole.
double LetterPdf::Signatures(double top) {
  for (int row = 0; row < content_.organisers_size(); row += 2) {
    double posts = 0;
    const double height = SignaturesHeight(row, size_, &posts);
    top = Room(top, height - kGap);
    for (int i = row; i < std::min(row + 2, content_.organisers_size()); ++i) {
      const TextStyle style{
          .size = size_, .left = kMargin + (i - row) * (kColumn + kColumnGap), .width = kColumn};
      sheet_.Text(SignatureMarkup(content_.organisers(i)), style, top);
      sheet_.Text(absl::StrCat("<b>", ToMarkup(content_.organisers(i).signatory_name()), "</b>"),
                  style, top + posts + kSignatureRoom);
    }
    top += height;
  }
  return top;
}

double LetterPdf::Reply(const Addressee& addressee, double top) {
  const bool has_code = !addressee.reply_url.empty();
  TextStyle style{.size = 9.5, .sans = true};
  if (has_code) {
    style.left += kQrSize + 6;
    style.width -= kQrSize + 6;
  }
  const std::string markup = ReplyMarkup(content_, addressee);
  const double height = std::max(sheet_.Measure(markup, style), has_code ? kQrSize : 0);
  top = Room(top, height + kGap);
  sheet_.Line(kMargin, top, kPageWidth - kMargin, top);
  top += kGap;
  if (has_code) sheet_.QrCode(addressee.reply_url, kMargin, top, kQrSize);
  sheet_.Text(markup, style, top);
  return top + height;
}

double LetterPdf::Block(const std::string& markup, const TextStyle& style, double top,
                        double space_after) {
  top = Room(top, sheet_.Measure(markup, style));
  return sheet_.Text(markup, style, top) + space_after;
}

double LetterPdf::Room(double top, double height) {
  return top + height > kBottom ? NewPage() : top;
}

double LetterPdf::NewPage() {
  sheet_.EndPage();
  ++page_;
  TextStyle style = Small();
  style.align = Align::kRight;
  sheet_.Text(absl::StrCat(ToMarkup(content_.reference()), " – page ", page_), style, 14);
  return kNextPageTop;
}

}  // namespace maillage::broadcast
