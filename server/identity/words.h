// Six words that two people can compare by phone.
#ifndef SERVER_IDENTITY_WORDS_H_
#define SERVER_IDENTITY_WORDS_H_

#include <array>
#include <string>

#include "absl/strings/string_view.h"

namespace maillage::identity {

// 256 short French words without accents, of which none is another's beginning
// or one letter away from it.
extern const std::array<absl::string_view, 256> kWords;

// The words for the first 6 bytes of SHA-256("maillage/v1/check-words" 00 ·
// smaller · larger root public key), with spaces between: the same on both
// sides, and others where someone stands between the two.
std::string CheckWords(absl::string_view root_public_key, absl::string_view other_root_public_key);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_WORDS_H_
