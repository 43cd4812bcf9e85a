// What a file is, by its first bytes.
#ifndef SERVER_INTERCHANGE_SNIFF_H_
#define SERVER_INTERCHANGE_SNIFF_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/actor_service.pb.h"
#include "server/interchange/encoding.h"
#include "server/interchange/headings.h"

namespace maillage::interchange {

// How many of the first bytes decide; title rows and headings fit in.
inline constexpr size_t kSniffedBytes = 64 << 10;

// The encoding by its byte order mark, whose size goes to `mark`; kUndecided
// where there is none.
Encoding EncodingByMark(absl::string_view bytes, size_t* mark);

struct Layout {
  char separator = ';';
  int64_t heading_line = 0;
  // CSV, RNE, RNA or DILA.
  v1::ImportFormat table = v1::IMPORT_FORMAT_CSV;
};

// What the file is: VCARD, LDIF or JSON; else a table of the format that was
// asked for, if any. INVALID_ARGUMENT (UNKNOWN_FORMAT) where it was asked to be one
// of those three and is not.
absl::StatusOr<v1::ImportFormat> FindFormat(absl::string_view text, v1::ImportFormat asked);

// Finds separator and heading row within the first 20 lines. INVALID_ARGUMENT
// (UNKNOWN_FORMAT) where there is none.
absl::StatusOr<Layout> FindLayout(absl::string_view text, Encoding encoding,
                                  v1::ImportFormat format, const HeadingOverrides& overrides);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_SNIFF_H_
