// What a file is, by its first bytes.
#ifndef SERVER_INTERCHANGE_SNIFF_H_
#define SERVER_INTERCHANGE_SNIFF_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/actor_service.pb.h"
#include "server/interchange/headings.h"
#include "server/interchange/text.h"

namespace maillage::interchange {

// How many of the first bytes decide; title rows and headings fit in.
inline constexpr size_t kSniffedBytes = 64 << 10;

// The encoding by its byte order mark, whose size goes to `mark`; kUndecided
// where there is none.
Encoding EncodingByMark(absl::string_view bytes, size_t* mark);

// UTF-8 or windows-1252 for text without a mark, of which `bytes` may be cut
// within a character; kUndecided for ASCII.
Encoding EncodingByContent(absl::string_view bytes);

struct Layout {
  char separator = ';';
  int64_t heading_line = 0;
  bool rne = false;
};

// Finds separator and heading row within the first 20 lines. INVALID_ARGUMENT
// (UNKNOWN_FORMAT) where there is none.
absl::StatusOr<Layout> FindLayout(absl::string_view text, Encoding encoding,
                                  v1::ImportFormat format, const HeadingOverrides& overrides);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_SNIFF_H_
