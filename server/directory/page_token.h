// Page tokens: where a list goes on, bound to the filter it was made for.
#ifndef SERVER_DIRECTORY_PAGE_TOKEN_H_
#define SERVER_DIRECTORY_PAGE_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::directory {

// Base32 of a check (4 bytes of SHA-256 over filter, 00, key) and the key.
std::string MakePageToken(absl::string_view key, absl::string_view filter);

// The key; empty for an empty token. INVALID_ARGUMENT (BAD_PAGE_TOKEN) for a
// token of another filter, or none at all.
absl::StatusOr<std::string> OpenPageToken(absl::string_view token, absl::string_view filter);

// The last four bytes of a key of the `sorted` family.
uint32_t OrdinalOfSortedKey(absl::string_view key);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_PAGE_TOKEN_H_
