#include "server/identity/kept_descriptor.h"

#include <optional>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/files.h"
#include "server/identity/self.h"

namespace maillage::identity {
namespace {

absl::StatusOr<KeptDescriptor> Open(const std::string& bytes) {
  KeptDescriptor kept;
  if (!kept.signed_descriptor.ParseFromString(bytes)) {
    return InvalidArgument("UNREADABLE", "the node's own descriptor cannot be read");
  }
  ASSIGN_OR_RETURN(kept.descriptor, OpenFirstDescriptor(kept.signed_descriptor));
  return kept;
}

}  // namespace

absl::StatusOr<KeptDescriptor> ReadKeptDescriptor(const storage::Reader& reader,
                                                  const std::string& path) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(storage::Family::kMeta, kDescriptorRow));
  absl::StatusOr<KeptDescriptor> stored =
      NotFound("NO_DESCRIPTOR", "no descriptor of the node is kept");
  if (row.has_value()) stored = Open(*row);
  // A database that is no node's is no case for the file.
  if (row.has_value() && !stored.ok()) return stored;
  absl::StatusOr<std::string> bytes = absl::NotFoundError("there is no file");
  if (!path.empty()) bytes = ReadFile(path);
  absl::StatusOr<KeptDescriptor> file = absl::NotFoundError("there is no file");
  if (bytes.ok()) file = Open(*bytes);
  if (stored.ok() && file.ok() &&
      stored->descriptor.root_public_key() != file->descriptor.root_public_key()) {
    return InvalidArgument("OTHER_NODE", "the database is that of another node than the keys");
  }
  const bool same = row.has_value() && bytes.ok() && *row == *bytes;
  const bool file_wins =
      file.ok() && (!stored.ok() || IsNewer(file->descriptor, stored->descriptor));
  absl::StatusOr<KeptDescriptor> kept = file_wins ? file : stored;
  RETURN_IF_ERROR(kept.status());
  kept->in_database = !file_wins;
  kept->in_file = file_wins || same;
  return kept;
}

absl::Status WriteDescriptorFile(const std::string& path, const v1::Signed& signed_descriptor) {
  return WriteFileAtomically(path, signed_descriptor.SerializeAsString(), 0600);
}

}  // namespace maillage::identity
