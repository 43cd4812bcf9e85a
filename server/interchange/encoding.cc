#include "server/interchange/encoding.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"

namespace maillage::interchange {
namespace {

constexpr UChar32 kReplacement = 0xFFFD;

// Windows-1252 differs from Latin-1 here alone; 0 where there is no character.
constexpr uint16_t kWindows[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// Mac Roman from 0x80 on.
constexpr uint16_t kMac[128] = {
    0x00C4, 0x00C5, 0x00C7, 0x00C9, 0x00D1, 0x00D6, 0x00DC, 0x00E1, 0x00E0, 0x00E2, 0x00E4, 0x00E3,
    0x00E5, 0x00E7, 0x00E9, 0x00E8, 0x00EA, 0x00EB, 0x00ED, 0x00EC, 0x00EE, 0x00EF, 0x00F1, 0x00F3,
    0x00F2, 0x00F4, 0x00F6, 0x00F5, 0x00FA, 0x00F9, 0x00FB, 0x00FC, 0x2020, 0x00B0, 0x00A2, 0x00A3,
    0x00A7, 0x2022, 0x00B6, 0x00DF, 0x00AE, 0x00A9, 0x2122, 0x00B4, 0x00A8, 0x2260, 0x00C6, 0x00D8,
    0x221E, 0x00B1, 0x2264, 0x2265, 0x00A5, 0x00B5, 0x2202, 0x2211, 0x220F, 0x03C0, 0x222B, 0x00AA,
    0x00BA, 0x03A9, 0x00E6, 0x00F8, 0x00BF, 0x00A1, 0x00AC, 0x221A, 0x0192, 0x2248, 0x2206, 0x00AB,
    0x00BB, 0x2026, 0x00A0, 0x00C0, 0x00C3, 0x00D5, 0x0152, 0x0153, 0x2013, 0x2014, 0x201C, 0x201D,
    0x2018, 0x2019, 0x00F7, 0x25CA, 0x00FF, 0x0178, 0x2044, 0x20AC, 0x2039, 0x203A, 0xFB01, 0xFB02,
    0x2021, 0x00B7, 0x201A, 0x201E, 0x2030, 0x00C2, 0x00CA, 0x00C1, 0x00CB, 0x00C8, 0x00CD, 0x00CE,
    0x00CF, 0x00CC, 0x00D3, 0x00D4, 0xF8FF, 0x00D2, 0x00DA, 0x00DB, 0x00D9, 0x0131, 0x02C6, 0x02DC,
    0x00AF, 0x02D8, 0x02D9, 0x02DA, 0x00B8, 0x02DD, 0x02DB, 0x02C7,
};

void AppendUtf8(UChar32 c, std::string* out) {
  char buffer[U8_MAX_LENGTH];
  int32_t size = 0;
  U8_APPEND_UNSAFE(buffer, size, c);
  out->append(buffer, size);
}

UChar32 CharacterOf(unsigned char byte, Encoding encoding) {
  if (byte < 0x80) return byte;
  if (encoding == Encoding::kMacRoman) return kMac[byte - 0x80];
  return byte < 0xA0 ? kWindows[byte - 0x80] : byte;
}

// The byte that stands for a character, or -1. Bytes without a character stand
// for themselves, as programs that mangle text leave them.
int ByteOf(UChar32 c, Encoding encoding) {
  if (c < 0x80) return c;
  if (encoding == Encoding::kMacRoman) {
    const auto* found = std::find(std::begin(kMac), std::end(kMac), c);
    return found == std::end(kMac) || c > 0xFFFF ? -1 : 0x80 + static_cast<int>(found - kMac);
  }
  if (c >= 0xA0 && c < 0x100) return c;
  if (c >= 0x80 && c < 0xA0) return kWindows[c - 0x80] == 0 ? c : -1;
  const auto* found = std::find(std::begin(kWindows), std::end(kWindows), c);
  return found == std::end(kWindows) || c > 0xFFFF ? -1 : 0x80 + static_cast<int>(found - kWindows);
}

// The character that the text at `*i` was before it was mangled, with `*i` moved
// past it; -1 where it was not. Only what French and its typography need is
// looked for: "CAFÉ»" is sound.
UChar32 MangledAt(absl::string_view utf8, Encoding encoding, int32_t* i) {
  char bytes[3] = {0, 0, 0};
  const auto size = static_cast<int32_t>(utf8.size());
  int32_t at = *i;
  int wanted = 2;
  for (int n = 0; n < wanted; ++n) {
    if (at >= size) return -1;
    UChar32 c;
    U8_NEXT(utf8.data(), at, size, c);
    const int byte = c < 0 ? -1 : ByteOf(c, encoding);
    if (n == 0 && byte != 0xC2 && byte != 0xC3 && byte != 0xC5 && byte != 0xE2) return -1;
    if (n == 0 && byte == 0xE2) wanted = 3;
    if (n > 0 && (byte & 0xC0) != 0x80) return -1;
    if (n == 1 && wanted == 3 && byte != 0x80 && byte != 0x82) return -1;
    bytes[n] = static_cast<char>(byte);
  }
  int32_t begin = 0;
  UChar32 mended;
  U8_NEXT(bytes, begin, wanted, mended);
  *i = at;
  return mended;
}

// Whether one of the characters is there that UTF-8's first bytes turn into:
// nearly every text is done with that.
bool IsSuspect(absl::string_view utf8) {
  for (size_t i = 0; i + 2 < utf8.size(); ++i) {
    switch (utf8[i]) {
      case '\xC3':  // Â Ã Å â
        if (absl::StrContains("\x82\x83\x85\xA2", utf8[i + 1])) return true;
        break;
      case '\xC2':  // ¬
        if (utf8[i + 1] == '\xAC') return true;
        break;
      case '\xE2':  // √ ≈ ‚
        if (absl::StrContains("\x88\x89\x80", utf8[i + 1])) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

std::string UnmangleOnce(absl::string_view utf8) {
  std::string out;
  bool mended = false;
  const auto size = static_cast<int32_t>(utf8.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c = MangledAt(utf8, Encoding::kWindows1252, &i);
    if (c < 0) c = MangledAt(utf8, Encoding::kMacRoman, &i);
    mended |= c >= 0;
    if (c < 0) U8_NEXT(utf8.data(), i, size, c);
    AppendUtf8(c < 0 ? kReplacement : c, &out);
  }
  return mended ? out : "";
}

// Whether letters are those of French in Mac Roman rather than in windows-1252,
// by the bytes that are a letter in one and a rarity in the other.
Encoding ByteEncodingOf(absl::string_view bytes) {
  constexpr absl::string_view kMacLetters = "\x88\x89\x8D\x8E\x8F\x90\x99\x9D\x9E";
  constexpr absl::string_view kWindowsLetters =
      "\xE0\xE2\xE7\xE8\xE9\xEA\xEB\xEE\xEF\xF4\xF9\xFB\xC0\xC7\xC8\xC9";
  size_t mac = 0, windows = 0;
  for (const char byte : bytes) {
    mac += absl::StrContains(kMacLetters, byte) ? 1 : 0;
    windows += absl::StrContains(kWindowsLetters, byte) ? 1 : 0;
  }
  return mac > windows ? Encoding::kMacRoman : Encoding::kWindows1252;
}

}  // namespace

absl::string_view EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kWindows1252:
      return "windows-1252";
    case Encoding::kMacRoman:
      return "Mac Roman";
    case Encoding::kUtf16Le:
      return "UTF-16LE";
    case Encoding::kUtf16Be:
      return "UTF-16BE";
    default:
      return "UTF-8";
  }
}

bool IsAscii(absl::string_view bytes) {
  const char* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    if ((word & 0x8080808080808080U) != 0) return false;
  }
  return std::all_of(p, p + left, [](char c) { return static_cast<signed char>(c) >= 0; });
}

bool IsUtf8(absl::string_view bytes) {
  const char* const data = bytes.data();
  const auto size = static_cast<int32_t>(bytes.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(data, i, size, c);
    if (c < 0) return false;
  }
  return true;
}

Encoding EncodingByContent(absl::string_view bytes) {
  if (IsAscii(bytes)) return Encoding::kUndecided;
  // One cell pasted in another encoding must not decide for the file, nor a cut
  // at its end.
  size_t characters = 0, bad = 0;
  const auto size = static_cast<int32_t>(bytes.size());
  for (int32_t i = 0; i < size;) {
    const int32_t begin = i;
    UChar32 c;
    U8_NEXT(bytes.data(), i, size, c);
    if (c >= 0x80) ++characters;
    if (c < 0 && begin + 3 < size) bad += i - begin;
  }
  return characters > bad ? Encoding::kUtf8 : ByteEncodingOf(bytes);
}

std::string FromBytes(absl::string_view bytes, Encoding encoding) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char byte : bytes) {
    const UChar32 c = CharacterOf(static_cast<unsigned char>(byte), encoding);
    AppendUtf8(c == 0 && byte != 0 ? kReplacement : c, &out);
  }
  return out;
}

std::string Unmangle(absl::string_view utf8) {
  std::string mended;
  // What went through it twice is mended twice.
  for (int round = 0; round < 2; ++round) {
    const absl::string_view text = round == 0 ? utf8 : mended;
    std::string better = IsSuspect(text) ? UnmangleOnce(text) : "";
    if (better.empty()) break;
    mended = std::move(better);
  }
  return mended;
}

absl::string_view DecodeCell(absl::string_view bytes, Encoding* encoding, std::string* scratch,
                             Mend* mend) {
  *mend = Mend::kNone;
  if (IsAscii(bytes)) return bytes;
  const bool utf8 = IsUtf8(bytes);
  if (*encoding == Encoding::kUndecided) {
    *encoding = utf8 ? Encoding::kUtf8 : ByteEncodingOf(bytes);
  }
  const bool in_bytes = *encoding == Encoding::kWindows1252 || *encoding == Encoding::kMacRoman;
  if (utf8) {
    if (in_bytes) *mend = Mend::kMangled;
    *scratch = Unmangle(bytes);
    if (scratch->empty()) return bytes;
    *mend = Mend::kMangled;
    return *scratch;
  }
  *scratch = FromBytes(bytes, in_bytes ? *encoding : ByteEncodingOf(bytes));
  if (!in_bytes) *mend = Mend::kForeignBytes;
  if (absl::StrContains(*scratch, "\uFFFD")) *mend = Mend::kNoCharacter;
  return *scratch;
}

}  // namespace maillage::interchange
