// UTF-16 in pieces of any size, as UTF-8.
#ifndef SERVER_INTERCHANGE_UTF16_H_
#define SERVER_INTERCHANGE_UTF16_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::interchange {

// Not thread safe.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(bool big_endian) : big_endian_(big_endian) {}
  // Appends what is whole; half a character waits for the next piece. A lone
  // surrogate becomes U+FFFD.
  void Decode(absl::string_view bytes, std::string* utf8);

 private:
  void Take(char16_t unit, std::string* utf8);

  const bool big_endian_;
  bool has_half_ = false;
  unsigned char half_ = 0;
  char16_t lead_ = 0;
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_UTF16_H_
