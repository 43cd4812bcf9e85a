#include "server/broadcast/letters/sheet.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"

namespace maillage::broadcast {
namespace {

constexpr double kPointsPerMm = 72 / 25.4;
constexpr char kSerif[] = "Liberation Serif, Times New Roman, serif";
constexpr char kSans[] = "Liberation Sans, Arial, sans-serif";

double Points(double mm) { return mm * kPointsPerMm; }
double Mm(double points) { return points / kPointsPerMm; }

struct Free {
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoLayoutIter* iter) const { pango_layout_iter_free(iter); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using LayoutPtr = std::unique_ptr<PangoLayout, Free>;

PangoAlignment AlignmentOf(Align align) {
  if (align == Align::kRight) return PANGO_ALIGN_RIGHT;
  return align == Align::kCentre ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT;
}

LayoutPtr NewLayout(cairo_t* cairo, const std::string& markup, const TextStyle& style) {
  LayoutPtr layout(pango_cairo_create_layout(cairo));
  const std::unique_ptr<PangoFontDescription, Free> font(
      pango_font_description_from_string(style.sans ? kSans : kSerif));
  pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font.get());
  // Paper shows what a screen's grid would spoil.
  const std::unique_ptr<cairo_font_options_t, Free> options(cairo_font_options_create());
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(pango_layout_get_context(layout.get()), options.get());
  pango_layout_context_changed(layout.get());
  pango_layout_set_width(layout.get(), static_cast<int>(Points(style.width) * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment(layout.get(), AlignmentOf(style.align));
  pango_layout_set_justify(layout.get(), style.align == Align::kJustified);
  pango_layout_set_line_spacing(layout.get(), 1.08F);
  pango_layout_set_markup(layout.get(), markup.data(), static_cast<int>(markup.size()));
  return layout;
}

void SetInk(cairo_t* cairo, bool grey) {
  if (grey) return cairo_set_source_rgb(cairo, 0.30, 0.34, 0.40);
  cairo_set_source_rgb(cairo, 0.07, 0.08, 0.10);
}

}  // namespace

struct Sheet::Drawing {
  WriteFn write;
  absl::Status status;
  cairo_surface_t* surface = nullptr;
  cairo_t* cairo = nullptr;

  static cairo_status_t Write(void* self, const unsigned char* data, unsigned int length) {
    auto* drawing = static_cast<Drawing*>(self);
    if (drawing->status.ok()) {
      drawing->status =
          drawing->write(absl::string_view(reinterpret_cast<const char*>(data), length));
    }
    return drawing->status.ok() ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
  }
};

Sheet::Sheet(WriteFn write, const std::string& title, const std::string& author)
    : drawing_(std::make_unique<Drawing>()) {
  drawing_->write = std::move(write);
  drawing_->surface = cairo_pdf_surface_create_for_stream(Drawing::Write, drawing_.get(),
                                                          Points(kPageWidth), Points(kPageHeight));
  cairo_pdf_surface_set_metadata(drawing_->surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(drawing_->surface, CAIRO_PDF_METADATA_AUTHOR, author.c_str());
  drawing_->cairo = cairo_create(drawing_->surface);
}

Sheet::~Sheet() {
  cairo_destroy(drawing_->cairo);
  cairo_surface_destroy(drawing_->surface);
}

double Sheet::Measure(const std::string& markup, const TextStyle& style) const {
  int height = 0;
  pango_layout_get_size(NewLayout(drawing_->cairo, markup, style).get(), nullptr, &height);
  return Mm(static_cast<double>(height) / PANGO_SCALE);
}

double Sheet::Text(const std::string& markup, const TextStyle& style, double top) {
  return Flow(markup, style, top, /*bottom=*/10 * kPageHeight, nullptr);
}

double Sheet::Flow(const std::string& markup, const TextStyle& style, double top, double bottom,
                   const NewPageFn& new_page) {
  const LayoutPtr layout = NewLayout(drawing_->cairo, markup, style);
  const std::unique_ptr<PangoLayoutIter, Free> iter(pango_layout_get_iter(layout.get()));
  double y = top;
  do {
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(iter.get(), nullptr, &logical);
    const double height = Mm(static_cast<double>(logical.height) / PANGO_SCALE);
    if (y + height > bottom) y = new_page();
    const double baseline = pango_layout_iter_get_baseline(iter.get()) - logical.y;
    SetInk(drawing_->cairo, style.grey);
    cairo_move_to(drawing_->cairo,
                  Points(style.left) + static_cast<double>(logical.x) / PANGO_SCALE,
                  Points(y) + baseline / PANGO_SCALE);
    pango_cairo_show_layout_line(drawing_->cairo, pango_layout_iter_get_line_readonly(iter.get()));
    y += height;
  } while (pango_layout_iter_next_line(iter.get()));
  return y;
}

void Sheet::Box(double left, double top, double width, double height) {
  cairo_set_source_rgb(drawing_->cairo, 0.933, 0.953, 0.980);
  cairo_rectangle(drawing_->cairo, Points(left), Points(top), Points(width), Points(height));
  cairo_fill(drawing_->cairo);
  cairo_set_source_rgb(drawing_->cairo, 0.122, 0.306, 0.549);
  cairo_rectangle(drawing_->cairo, Points(left), Points(top), Points(1.2), Points(height));
  cairo_fill(drawing_->cairo);
}

void Sheet::Line(double from_x, double from_y, double to_x, double to_y) {
  SetInk(drawing_->cairo, /*grey=*/true);
  cairo_set_line_width(drawing_->cairo, 0.4);
  cairo_move_to(drawing_->cairo, Points(from_x), Points(from_y));
  cairo_line_to(drawing_->cairo, Points(to_x), Points(to_y));
  cairo_stroke(drawing_->cairo);
}

void Sheet::QrCode(const std::string& text, double left, double top, double size) {
  const std::unique_ptr<QRcode, Free> code(
      QRcode_encodeString8bit(text.c_str(), /*version=*/0, QR_ECLEVEL_M));
  if (code == nullptr) return;  // only a text that is too long
  const double module = Points(size) / code->width;
  cairo_set_source_rgb(drawing_->cairo, 0, 0, 0);
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width; ++x) {
      if ((code->data[y * code->width + x] & 1) == 0) continue;
      cairo_rectangle(drawing_->cairo, Points(left) + x * module, Points(top) + y * module, module,
                      module);
    }
  }
  cairo_fill(drawing_->cairo);
}

void Sheet::EndPage() {
  cairo_show_page(drawing_->cairo);
  ++pages_;
}

absl::Status Sheet::Finish() {
  cairo_surface_finish(drawing_->surface);
  if (!drawing_->status.ok()) return drawing_->status;
  const cairo_status_t status = cairo_surface_status(drawing_->surface);
  if (status == CAIRO_STATUS_SUCCESS) return absl::OkStatus();
  return Unavailable("CANNOT_PRINT",
                     absl::StrCat("the PDF cannot be made: ", cairo_status_to_string(status)),
                     "try again");
}

}  // namespace maillage::broadcast
