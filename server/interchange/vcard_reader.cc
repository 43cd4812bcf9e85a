// vCard as Outlook, Google and Thunderbird write it: lines to properties,
// properties to cards.
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/interchange/body_reader.h"
#include "server/interchange/lines.h"
#include "server/interchange/text.h"
#include "server/interchange/vcard_card.h"
#include "server/interchange/vcard_line.h"

namespace maillage::interchange {
namespace {

// Of one property; a photograph that is longer is let go as it comes.
constexpr size_t kMaxPropertyBytes = 64 << 10;

class VcardReader : public BodyReader {
 public:
  VcardReader(v1::AudienceCategory category, Encoding encoding, Sink* sink)
      : encoding_(encoding),
        card_(category, sink),
        outside_(&no_names_, sink),
        scanner_(kMaxPropertyBytes, [this](const Line& line) { return OnLine(line); }) {}

  absl::Status Write(absl::string_view bytes) override { return scanner_.Write(bytes); }

  absl::Status Finish() override {
    RETURN_IF_ERROR(scanner_.Finish());
    RETURN_IF_ERROR(Flush());
    return depth_ == 0 ? absl::OkStatus() : EndUnclosed();
  }

  Encoding encoding() const override { return encoding_; }
  std::string kind() const override { return "vCard"; }
  std::vector<std::string> unused_columns() const override {
    return {card_.skipped().begin(), card_.skipped().end()};
  }

 private:
  absl::Status OnLine(const Line& line) {
    const bool blank = absl::StripAsciiWhitespace(line.text).empty();
    if (soft_break_) {
      Append(line.text);
      soft_break_ = TakeSoftBreak();
      return absl::OkStatus();
    }
    const bool folded = !line.text.empty() && (line.text[0] == ' ' || line.text[0] == '\t');
    if (folded && !held_.empty()) {
      // Where 2.1 folds, the space belongs to the text.
      Append(card_.version() == "2.1" && !in_base64_ ? line.text : line.text.substr(1));
      cut_ |= line.cut;
      return absl::OkStatus();
    }
    // The lines of 2.1's base64 may stand without a space before them, to a blank one.
    if (in_base64_ && !blank && !absl::StrContains(line.text, ':')) return absl::OkStatus();
    RETURN_IF_ERROR(Flush());
    if (blank) return absl::OkStatus();
    held_line_ = line.number;
    cut_ = line.cut;
    held_ = std::string(line.text);
    quoted_ = IsQuotedPrintable(held_);
    VcardLine property;
    in_base64_ =
        ParseVcardLine(absl::string_view(held_).substr(0, 1000), &property) && property.IsBase64();
    soft_break_ = TakeSoftBreak();
    return absl::OkStatus();
  }

  void Append(absl::string_view text) {
    const size_t room = kMaxPropertyBytes - std::min(held_.size(), kMaxPropertyBytes);
    cut_ |= text.size() > room;
    absl::StrAppend(&held_, text.substr(0, room));
  }

  bool TakeSoftBreak() {
    if (!quoted_ || held_.empty() || held_.back() != '=') return false;
    held_.pop_back();
    return true;
  }

  // Reads the property that is whole now.
  absl::Status Flush() {
    if (held_.empty()) return absl::OkStatus();
    const std::string text = std::exchange(held_, "");
    soft_break_ = in_base64_ = false;
    VcardLine property;
    if (!ParseVcardLine(text, &property)) {
      if (depth_ == 1) card_.AddOddLine(held_line_, text);
      if (depth_ == 0) NoteOutside(text);
      return absl::OkStatus();
    }
    const std::string value = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(property.value));
    if (property.name == "BEGIN" && value == "VCARD") return Begin();
    if (property.name == "END" && value == "VCARD") return End();
    if (depth_ == 0) NoteOutside(text);
    if (depth_ != 1) return absl::OkStatus();
    agent_ = property.name == "AGENT" && absl::StrContains(value, "BEGIN:VCARD") == false;
    card_.AddProperty(property, held_line_, cut_, &encoding_);
    return absl::OkStatus();
  }

  absl::Status Begin() {
    // A card within another is its agent; else the other was not closed.
    if (depth_ > 0 && (agent_ || depth_ > 1)) {
      ++depth_;
      agent_ = false;
      return absl::OkStatus();
    }
    if (depth_ > 0) RETURN_IF_ERROR(EndUnclosed());
    outside_noted_ = agent_ = false;
    depth_ = 1;
    card_.Start(held_line_);
    return absl::OkStatus();
  }

  absl::Status End() {
    if (depth_ == 0) {
      NoteOutside("END:VCARD");
      return absl::OkStatus();
    }
    return --depth_ == 0 ? card_.Finish() : absl::OkStatus();
  }

  absl::Status EndUnclosed() {
    depth_ = 0;
    card_.Refuse("", "The card has no END:VCARD.");
    return card_.Finish();
  }

  // Once for all that stands between two cards.
  void NoteOutside(absl::string_view text) {
    if (std::exchange(outside_noted_, true)) return;
    outside_.StartLine(held_line_);
    std::string scratch;
    Mend mend;
    Encoding encoding = encoding_;
    outside_.Note(Report::kWholeLine, Clean(DecodeCell(text, &encoding, &scratch, &mend)),
                  "Text outside of a card was not read.");
  }

  Encoding encoding_;
  VcardCard card_;
  const std::vector<std::string> no_names_;
  Report outside_;
  bool outside_noted_ = false;
  LineScanner scanner_;
  // The property that may go on in the next line.
  std::string held_;
  int64_t held_line_ = 0;
  bool cut_ = false;
  bool quoted_ = false;
  bool soft_break_ = false;
  bool in_base64_ = false;
  int depth_ = 0;       // of cards in each other
  bool agent_ = false;  // the next card is within this one
};

}  // namespace

std::unique_ptr<BodyReader> NewVcardReader(v1::AudienceCategory category, Encoding encoding,
                                           Sink* sink) {
  return std::make_unique<VcardReader>(category, encoding, sink);
}

}  // namespace maillage::interchange
