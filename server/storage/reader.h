// Reading rows: from the database as it is, or from a snapshot of it.
#ifndef SERVER_STORAGE_READER_H_
#define SERVER_STORAGE_READER_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/storage/schema.h"

namespace maillage::storage {

// Thread safe. Errors are DATA_LOSS (corruption) or UNAVAILABLE (I/O).
class Reader {
 public:
  virtual ~Reader() = default;
  // The value, or nothing where there is no such row.
  virtual absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                         absl::string_view key) const = 0;
  // Visits rows with first <= key < limit (empty: to the end) in order of
  // keys, until `visit` returns false. The views die with the call.
  using Visitor = absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>;
  virtual absl::Status Scan(Family family, absl::string_view first, absl::string_view limit,
                            Visitor visit) const = 0;

  absl::Status ScanPrefix(Family family, absl::string_view prefix, Visitor visit) const {
    return Scan(family, prefix, PrefixEnd(prefix), visit);
  }
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_READER_H_
