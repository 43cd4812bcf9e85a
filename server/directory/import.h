// An import: drafts from a reader become actors of this node.
//
// What is known already is known again by its import key (terms.h): it gets what
// the file has and it lacks, and nothing that somebody wrote is replaced. Rows
// are committed in chunks as the file streams in, so memory is bounded by a
// chunk and by about 100 bytes a record, to know what a file says twice.
#ifndef SERVER_DIRECTORY_IMPORT_H_
#define SERVER_DIRECTORY_IMPORT_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "maillage/v1/actor_service.pb.h"
#include "server/interchange/reader.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// One import; not thread safe.
class Import : private interchange::Sink {
 public:
  // Receives problems in order of lines, on the caller's thread.
  using OnProblemFn = std::function<void(const v1::ImportProblem&)>;

  // All must outlive the import.
  Import(const NodeId& self, storage::Database* database, storage::Writer* writer,
         const Clock* clock, v1::ImportSpec spec, std::string who, OnProblemFn on_problem);
  ~Import() override;

  // INVALID_ARGUMENT (BAD_IMPORT_SPEC).
  absl::Status Start();
  // The next bytes of the file, in pieces of any size.
  absl::Status Write(absl::string_view bytes);
  // Commits the rest. On an error, what was committed stays and is counted.
  // Without `whole` the file was cut off: a record that may be cut is left out.
  absl::Status Finish(bool whole);

  const v1::ImportSummary& summary() const { return summary_; }

 private:
  absl::Status OnDraft(interchange::Draft draft) override;
  void OnProblem(v1::ImportProblem problem) override;

  void Resolve(interchange::Draft* draft);
  void DropUnknown(int64_t line, google::protobuf::RepeatedPtrField<v1::TerritoryRef>* refs);
  void Report(int64_t line, v1::ImportProblem::Severity severity, absl::string_view column,
              absl::string_view value, absl::string_view reason);
  absl::Status Place(interchange::Draft draft);
  absl::Status Add(v1::Actor actor);
  absl::Status Complete(uint32_t ordinal, const v1::Actor& draft);
  absl::Status Submit(storage::Transaction transaction);
  absl::Status Flush();

  const NodeId self_;
  storage::Database* const database_;
  storage::Writer* const writer_;
  const Clock* const clock_;
  const v1::ImportSpec spec_;
  const std::string who_;
  const OnProblemFn on_problem_;
  std::unique_ptr<interchange::Reader> reader_;
  v1::ImportSummary summary_;
  int64_t listed_problems_ = 0;
  // One record of this file under an import key.
  struct Seen {
    uint64_t email;  // hash of its first address; 0: none
    int64_t line;
  };
  absl::flat_hash_map<std::string, std::vector<Seen>> seen_;
  std::shared_ptr<const storage::Reader> before_;  // as the import began
  storage::Transaction chunk_;
  struct Pending;
  std::shared_ptr<Pending> pending_;  // shared with the writer's callbacks
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_IMPORT_H_
