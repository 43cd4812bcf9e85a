// Bytes of a file as UTF-8.
#ifndef SERVER_INTERCHANGE_ENCODING_H_
#define SERVER_INTERCHANGE_ENCODING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::interchange {

// kUndecided: nothing but ASCII so far.
enum class Encoding { kUndecided, kUtf8, kWindows1252, kMacRoman, kUtf16Le, kUtf16Be };

// "UTF-8", "windows-1252", "Mac Roman", "UTF-16LE"; ASCII counts as UTF-8.
absl::string_view EncodingName(Encoding encoding);

bool IsAscii(absl::string_view bytes);
bool IsUtf8(absl::string_view bytes);

// The encoding of text without a mark, of which `bytes` may be cut within a
// character: UTF-8 where most that is beyond ASCII is, else that of the letters
// which French has most. kUndecided for ASCII.
Encoding EncodingByContent(absl::string_view bytes);

// Every byte has a character; the five of windows-1252 without one become U+FFFD.
std::string FromBytes(absl::string_view bytes, Encoding encoding);

// UTF-8 that was once read as windows-1252 ("DuprÃ©") or Mac Roman ("Dupr√©"),
// mended where it stands; empty where there is none.
std::string Unmangle(absl::string_view utf8);

// What had to be done to a cell.
enum class Mend {
  kNone,
  kMangled,       // UTF-8 inside windows-1252, or UTF-8 twice
  kForeignBytes,  // windows-1252 or Mac Roman inside UTF-8
  kNoCharacter,   // bytes that are no character in any of them
};

// Reads a cell. `encoding` is decided by the first cell that is not ASCII.
// Returns `bytes` itself, or `*scratch`.
absl::string_view DecodeCell(absl::string_view bytes, Encoding* encoding, std::string* scratch,
                             Mend* mend);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_ENCODING_H_
