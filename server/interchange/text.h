// Bytes of a file as clean UTF-8 text.
#ifndef SERVER_INTERCHANGE_TEXT_H_
#define SERVER_INTERCHANGE_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace maillage::interchange {

// kUndecided: nothing but ASCII so far.
enum class Encoding { kUndecided, kUtf8, kWindows1252, kUtf16Le, kUtf16Be };

// "UTF-8", "windows-1252", "UTF-16LE", "UTF-16BE"; ASCII counts as UTF-8.
absl::string_view EncodingName(Encoding encoding);

bool IsAscii(absl::string_view bytes);
bool IsUtf8(absl::string_view bytes);

// Characters beyond ASCII that are UTF-8, and bytes that are not. What a cut at
// the end went through counts as neither.
struct Utf8Count {
  size_t characters = 0;
  size_t bad_bytes = 0;
};
Utf8Count CountUtf8(absl::string_view bytes);

// Every byte has a character; the five without one become U+FFFD.
std::string FromWindows1252(absl::string_view bytes);

// UTF-8 text that was once read as windows-1252 ("DuprÃ©"), mended; empty where
// the text is none.
std::string Unmangle(absl::string_view utf8);

// What had to be done to a cell.
enum class Mend {
  kNone,
  kMangled,       // UTF-8 inside windows-1252, or UTF-8 twice
  kForeignBytes,  // windows-1252 inside UTF-8
  kNoCharacter,   // bytes that are no character in any of them
};

// Reads a cell. `encoding` is decided by the first cell that is not ASCII.
// Returns `bytes` itself, or `*scratch`.
absl::string_view DecodeCell(absl::string_view bytes, Encoding* encoding, std::string* scratch,
                             Mend* mend);

// One line: NFC, every run of white space (NBSP and line breaks too) as one
// space, no control or invisible characters, trimmed.
std::string Clean(absl::string_view utf8);

// The first `characters` code points.
std::string Cut(absl::string_view utf8, size_t characters);

// Whether a cleaned cell stands for nothing: "-", "?", "NC", "néant", "#N/A".
bool IsPlaceholder(absl::string_view clean);

// Whether a spreadsheet would take the cell for a formula: it begins with one of
// = + - @ (but not "- so"). Telephone numbers do so too: do not ask it of them.
bool IsFormula(absl::string_view clean);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_TEXT_H_
