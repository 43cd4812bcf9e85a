#include "server/interchange/utf16.h"

#include <unicode/utf16.h>
#include <unicode/utf8.h>

namespace maillage::interchange {
namespace {

void AppendUtf8(UChar32 c, std::string* out) {
  char buffer[U8_MAX_LENGTH];
  int32_t size = 0;
  U8_APPEND_UNSAFE(buffer, size, c);
  out->append(buffer, size);
}

}  // namespace

void Utf16Decoder::Take(char16_t unit, std::string* utf8) {
  if (lead_ != 0 && U16_IS_TRAIL(unit)) {
    AppendUtf8(U16_GET_SUPPLEMENTARY(lead_, unit), utf8);
    lead_ = 0;
    return;
  }
  if (lead_ != 0) AppendUtf8(0xFFFD, utf8);
  lead_ = U16_IS_LEAD(unit) ? unit : 0;
  if (lead_ == 0) AppendUtf8(U16_IS_TRAIL(unit) ? 0xFFFD : unit, utf8);
}

void Utf16Decoder::Decode(absl::string_view bytes, std::string* utf8) {
  for (const char byte : bytes) {
    const auto b = static_cast<unsigned char>(byte);
    if (!has_half_) {
      half_ = b;
    } else {
      Take(static_cast<char16_t>(big_endian_ ? half_ << 8 | b : b << 8 | half_), utf8);
    }
    has_half_ = !has_half_;
  }
}

}  // namespace maillage::interchange
