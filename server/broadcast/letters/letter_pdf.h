// One PDF with a letter for each person: A4, letterhead, the address where the
// window of a DL envelope is (110 x 220 mm, window 45 x 100 mm at 20 mm from the
// right and from the bottom), fold marks, signatures, how to reply.
#ifndef SERVER_BROADCAST_LETTERS_LETTER_PDF_H_
#define SERVER_BROADCAST_LETTERS_LETTER_PDF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "maillage/v1/invitation.pb.h"
#include "server/broadcast/letters/markup.h"
#include "server/broadcast/letters/sheet.h"

namespace maillage::broadcast {

// Whom a letter is for.
struct Addressee {
  uint32_t number = 0;  // quoted in replies; 0: nobody
  std::vector<std::string> envelope;
  std::string salutation;
  std::string source;     // where the data came from, a sentence
  std::string reply_url;  // page to reply on; empty: none
};

// Not thread safe.
class LetterPdf {
 public:
  // `content` passed CheckContent. With `duplex` an empty page
  // follows a letter with an odd number of pages.
  LetterPdf(v1::InvitationContent content, bool duplex, Sheet::WriteFn write);

  void Add(const Addressee& addressee);
  // As Sheet::Finish.
  absl::Status Finish() { return sheet_.Finish(); }

 private:
  double FittingSize() const;
  double HeightAt(double size) const;
  TextStyle StyleOf(const LetterParagraph& paragraph, double size) const;
  double SignaturesHeight(int row, double size, double* posts) const;
  double Head(const Addressee& addressee);
  void Window(const Addressee& addressee);
  double Paragraph(const LetterParagraph& paragraph, double top);
  double EventBox(const std::string& markup, double top);
  double Signatures(double top);
  double Reply(const Addressee& addressee, double top);
  // Sets text that stays on one page.
  double Block(const std::string& markup, const TextStyle& style, double top, double space_after);
  // The top of the next page where `height` has no room below `top`.
  double Room(double top, double height);
  double NewPage();

  const v1::InvitationContent content_;
  const bool duplex_;
  const std::vector<LetterParagraph> body_;
  const bool has_box_;
  Sheet sheet_;
  const double size_;  // of the text, in points
  int page_ = 1;       // of the present letter
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_LETTERS_LETTER_PDF_H_
