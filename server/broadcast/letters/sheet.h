// Pages of A4 as PDF, set with Pango and drawn with Cairo. Lengths are in mm
// from the upper left corner of the page.
#ifndef SERVER_BROADCAST_LETTERS_SHEET_H_
#define SERVER_BROADCAST_LETTERS_SHEET_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace maillage::broadcast {

inline constexpr double kPageWidth = 210;
inline constexpr double kPageHeight = 297;
inline constexpr double kMargin = 22;
inline constexpr double kTextWidth = kPageWidth - 2 * kMargin;

enum class Align { kLeft, kRight, kCentre, kJustified };

// How a piece of text stands.
struct TextStyle {
  double size = 11;  // points
  bool sans = false;
  bool grey = false;
  Align align = Align::kLeft;
  double left = kMargin;
  double width = kTextWidth;
};

// Not thread safe.
class Sheet {
 public:
  // Takes the next bytes of the PDF; an error ends the writing.
  using WriteFn = std::function<absl::Status(absl::string_view bytes)>;

  // `title` and `author` stand in the document's properties.
  Sheet(WriteFn write, const std::string& title, const std::string& author);
  ~Sheet();

  // The height that the text takes.
  double Measure(const std::string& markup, const TextStyle& style) const;
  // Sets Pango markup with its top at `top`; returns where it ends. Never leaves
  // the page by itself.
  double Text(const std::string& markup, const TextStyle& style, double top);

  // Sets text line by line from `top` on. Where a line would end below `bottom`,
  // `new_page` is called, which returns the top of the next page's text. Returns
  // where the text ends.
  using NewPageFn = std::function<double()>;
  double Flow(const std::string& markup, const TextStyle& style, double top, double bottom,
              const NewPageFn& new_page);

  // Fills a rectangle with a light blue, with a dark bar at its left.
  void Box(double left, double top, double width, double height);
  // A hair line.
  void Line(double from_x, double from_y, double to_x, double to_y);
  // A square of `size` with the QR code (ISO/IEC 18004, level M) of a text of at
  // most 500 bytes.
  void QrCode(const std::string& text, double left, double top, double size);

  void EndPage();
  int pages() const { return pages_; }
  // Writes what is left. UNAVAILABLE (CANNOT_PRINT), or the error of `write`.
  absl::Status Finish();

 private:
  struct Drawing;
  const std::unique_ptr<Drawing> drawing_;
  int pages_ = 0;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_LETTERS_SHEET_H_
