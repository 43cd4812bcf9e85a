// The newest signed descriptor of this node. It stands in the database, and beside
// the keys in a file that no backup holds, so that a database that was put back,
// or lost, takes no version back that partners have seen.
#ifndef SERVER_IDENTITY_KEPT_DESCRIPTOR_H_
#define SERVER_IDENTITY_KEPT_DESCRIPTOR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "maillage/v1/identity.pb.h"
#include "maillage/v1/signed.pb.h"
#include "server/storage/reader.h"

namespace maillage::identity {

struct KeptDescriptor {
  v1::Signed signed_descriptor;
  v1::NodeDescriptor descriptor;
  // Whether each has this one.
  bool in_database = false;
  bool in_file = false;
};

// The newer of the two; `path` may be empty: there is no file. A file that cannot
// be read counts as missing. NOT_FOUND (NO_DESCRIPTOR), INVALID_ARGUMENT where
// the database's is none.
absl::StatusOr<KeptDescriptor> ReadKeptDescriptor(const storage::Reader& reader,
                                                  const std::string& path);

// UNAVAILABLE (FILE_ERROR).
absl::Status WriteDescriptorFile(const std::string& path, const v1::Signed& signed_descriptor);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_KEPT_DESCRIPTOR_H_
