// Actors out of the directory, as a file.
#ifndef SERVER_DIRECTORY_EXPORT_H_
#define SERVER_DIRECTORY_EXPORT_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "maillage/v1/interchange_service.pb.h"
#include "server/directory/directory.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// What leaves so is out of reach of erasures and withdrawals: so each export is
// audited, and partners' actors go along only where that is asked for. Thread
// safe.
class Exporter {
 public:
  // The local alias of a node.
  using AliasOf = std::function<std::string(const NodeId&)>;
  // Takes the next piece. An error ends the export.
  using WriteFn = std::function<absl::Status(const v1::ExportActorsResponse&)>;

  // The pointers must outlive it.
  Exporter(const NodeId& self, const Directory* directory, storage::Writer* writer,
           AliasOf alias_of)
      : self_(self), directory_(directory), writer_(writer), alias_of_(std::move(alias_of)) {}

  // Hands the file over in pieces of about 256 KiB. `who` is for the audit.
  // INVALID_ARGUMENT: BAD_FORMAT, BAD_FILTER, BAD_SEARCH.
  absl::Status Export(const v1::ExportActorsRequest& request, absl::string_view who,
                      const WriteFn& write) const;

 private:
  class Run;
  absl::Status Audit(const v1::ExportActorsRequest& request, int64_t matching,
                     absl::string_view who) const;

  const NodeId self_;
  const Directory* const directory_;
  storage::Writer* const writer_;
  const AliasOf alias_of_;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_EXPORT_H_
