// What became of the files that were imported: rows importBatches/{uuid} of the
// family objects, an ImportBatch each, put when the import begins and again when
// it ends.
#ifndef SERVER_DIRECTORY_IMPORT_BATCHES_H_
#define SERVER_DIRECTORY_IMPORT_BATCHES_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "maillage/v1/interchange_service.pb.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// Thread safe.
class ImportBatches {
 public:
  // Takes what is told while an import is taken back: the name of an actor that
  // was left, or how far it is.
  using TellFn = std::function<void(const v1::UndoImportResponse&)>;

  // The pointers must outlive it.
  ImportBatches(const NodeId& self, const storage::Database* database, storage::Writer* writer,
                const Clock* clock)
      : self_(self), database_(database), writer_(writer), clock_(clock) {}

  // The newest first.
  absl::StatusOr<std::vector<v1::ImportBatch>> List() const;
  // By as much of importBatches/{uuid}, or of the UUID, as is unambiguous.
  // NOT_FOUND (NO_IMPORT_BATCH), INVALID_ARGUMENT (AMBIGUOUS_IMPORT_BATCH).
  absl::StatusOr<v1::ImportBatch> Find(absl::string_view name) const;

  // Takes an import back, in transactions of bounded size, so that it can be cut
  // off and done again: deletes what the import created and nobody changed since,
  // gives what it changed the content from before, leaves and tells what was
  // changed since. As Find().
  absl::StatusOr<v1::UndoSummary> Undo(absl::string_view name, absl::string_view who,
                                       const TellFn& tell);

 private:
  class Undoing;

  const NodeId self_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const Clock* const clock_;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_IMPORT_BATCHES_H_
