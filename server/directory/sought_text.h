// A search as it is understood: words, and what goes with them.
#ifndef SERVER_DIRECTORY_SOUGHT_TEXT_H_
#define SERVER_DIRECTORY_SOUGHT_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/directory/words.h"

namespace maillage::directory {

struct SoughtText {
  struct Word {
    std::string text;
    // With the particles before it, the longest first: "vandenbraecke",
    // "denbraecke" for "van den braecke".
    Words joined;
  };
  std::vector<Word> words;  // never empty
  Words particles;          // that stood anywhere
  // Somebody may still be typing the last word.
  bool open = false;
};

// Leaves out what says nothing of who is sought: CEDEX and its number, "Madame", a
// postal code that no commune has. INVALID_ARGUMENT (BAD_SEARCH) where there is no
// letter and no digit in it, or it is longer than 200 bytes or 12 words.
absl::StatusOr<SoughtText> ParseSought(absl::string_view text);

// Whether five digits, as postal codes are.
bool IsPostalCode(absl::string_view word);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_SOUGHT_TEXT_H_
