// Mappings of columns that were saved by name: rows mappings/{name} of the family
// objects, a Mapping each.
#ifndef SERVER_DIRECTORY_MAPPINGS_H_
#define SERVER_DIRECTORY_MAPPINGS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/interchange_service.pb.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// By mappings/{name}, or the name alone. NOT_FOUND (NO_MAPPING).
absl::StatusOr<v1::Mapping> ReadMapping(const storage::Reader& reader, absl::string_view name);

// Thread safe.
class Mappings {
 public:
  // Both must outlive it.
  Mappings(const storage::Database* database, storage::Writer* writer)
      : database_(database), writer_(writer) {}

  // By name.
  absl::StatusOr<std::vector<v1::Mapping>> List() const;
  // Replaces one of the same name. INVALID_ARGUMENT: BAD_MAPPING for its name or
  // no columns, BAD_IMPORT_SPEC for an unknown field.
  absl::StatusOr<v1::Mapping> Save(v1::Mapping mapping, absl::string_view who);
  // NOT_FOUND (NO_MAPPING).
  absl::Status Delete(absl::string_view name, absl::string_view who);

 private:
  const storage::Database* const database_;
  storage::Writer* const writer_;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_MAPPINGS_H_
