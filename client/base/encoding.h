// Bytes as text and integers as bytes.
#ifndef CLIENT_BASE_ENCODING_H_
#define CLIENT_BASE_ENCODING_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage {

// Lower-case base32 (RFC 4648, no padding).
std::string Base32Encode(absl::string_view bytes);
// INVALID_ARGUMENT (BAD_BASE32) for other characters, a wrong length or stray
// bits; capitals are taken.
absl::StatusOr<std::string> Base32Decode(absl::string_view text);

// Lower-case hexadecimal.
std::string HexEncode(absl::string_view bytes);

// Big-endian integers, as in keys and signed bytes.
inline void AppendU32(std::string* out, uint32_t value) {
  char bytes[4];
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(value >> (24 - 8 * i));
  out->append(bytes, sizeof bytes);
}
inline void AppendU64(std::string* out, uint64_t value) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (56 - 8 * i));
  out->append(bytes, sizeof bytes);
}
// `bytes` has at least 2 (4, 8) bytes.
inline uint16_t ReadU16(absl::string_view bytes) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[0]) << 8 |
                               static_cast<uint8_t>(bytes[1]));
}
inline uint32_t ReadU32(absl::string_view bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}
inline uint64_t ReadU64(absl::string_view bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

}  // namespace maillage

#endif  // CLIENT_BASE_ENCODING_H_
