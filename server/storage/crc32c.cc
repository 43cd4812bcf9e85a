#include "server/storage/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

namespace maillage::storage {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they lie");

constexpr uint32_t kPolynomial = 0x82f63b78;  // with the bits reversed
constexpr size_t kWord = 8;
using Tables = std::array<std::array<uint32_t, 256>, kWord>;

// Table n says what a byte does with n more bytes after it.
constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (size_t n = 1; n < kWord; ++n) {
    for (uint32_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[n - 1][byte];
      tables[n][byte] = before >> 8 ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = MakeTables();

uint32_t ByTable(absl::string_view bytes) {
  uint32_t crc = ~uint32_t{0};
  while (bytes.size() >= kWord) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), kWord);
    word ^= crc;
    crc = 0;
    for (size_t i = 0; i < kWord; ++i) {
      crc ^= kTables[kWord - 1 - i][word >> (8 * i) & 0xff];
    }
    bytes.remove_prefix(kWord);
  }
  for (const char c : bytes) crc = crc >> 8 ^ kTables[0][(crc ^ static_cast<uint8_t>(c)) & 0xff];
  return ~crc;
}

#ifdef __x86_64__
// Processors of this kind have an instruction for it.
__attribute__((target("sse4.2"))) uint32_t ByInstruction(absl::string_view bytes) {
  uint64_t crc = ~uint32_t{0};
  while (bytes.size() >= kWord) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), kWord);
    crc = __builtin_ia32_crc32di(crc, word);
    bytes.remove_prefix(kWord);
  }
  auto rest = static_cast<uint32_t>(crc);
  for (const char c : bytes) rest = __builtin_ia32_crc32qi(rest, static_cast<uint8_t>(c));
  return ~rest;
}
#endif

}  // namespace

uint32_t Crc32c(absl::string_view bytes) {
#ifdef __x86_64__
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  if (has_instruction) return ByInstruction(bytes);
#endif
  return ByTable(bytes);
}

}  // namespace maillage::storage
