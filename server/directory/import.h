// An import: drafts from a reader become actors of this node.
//
// What is known already is known again by its import key (terms.h), else by an
// official identifier, else, from the same source, by names and address; a row that wrote it as it
// is changes nothing (import_hash). Else it gets what the file has and it lacks, and what this
// source brought is brought up to date (import_update.h). A renewal ends mandates that the file
// says no more (renewal.h). Records are committed as the file streams in: many new ones as files
// that the database takes whole (new_records.h), else in chunks; so memory is bounded by two such
// pieces (40,000 records, 48 MB written out) and by about 100 bytes a record, to know what a file
// says twice.
#ifndef SERVER_DIRECTORY_IMPORT_H_
#define SERVER_DIRECTORY_IMPORT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "maillage/v1/actor_service.pb.h"
#include "maillage/v1/interchange_service.pb.h"
#include "server/directory/gates.h"
#include "server/directory/new_records.h"
#include "server/directory/renewal.h"
#include "server/directory/terms.h"
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
         const Clock* clock, v1::ImportSpec spec, std::string who, OnProblemFn on_problem,
         Gates gates = {});
  ~Import() override;

  // INVALID_ARGUMENT (BAD_IMPORT_SPEC), NOT_FOUND (NO_MAPPING).
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

  google::protobuf::Timestamp Now() const;
  const std::string& Source() const;
  v1::Date AsOf() const;
  absl::Status CheckSpec() const;
  absl::Status TakeMapping();
  absl::Status Record(std::string what);
  void Resolve(interchange::Draft* draft);
  void DropUnknown(int64_t line, google::protobuf::RepeatedPtrField<v1::TerritoryRef>* refs);
  void Report(int64_t line, v1::ImportProblem::Severity severity, absl::string_view column,
              absl::string_view value, absl::string_view reason);

  // import_commit.cc
  absl::Status Add(v1::Actor actor);
  absl::Status Submit(storage::Transaction transaction);
  absl::Status Flush();
  absl::Status AwaitIngested();
  absl::Status AddInChunks(std::vector<NewRecord> records);
  absl::Status AwaitAll();
  absl::Status AwaitSubmitted();

  // import_known.cc
  absl::Status Place(interchange::Draft draft);
  absl::StatusOr<std::optional<uint32_t>> FindKnown(const v1::Actor& draft, const std::string& key,
                                                    size_t occurrence);
  absl::StatusOr<std::optional<uint32_t>> FindOnly(const v1::Actor& draft, Field field,
                                                   const std::string& text);
  absl::StatusOr<std::optional<uint32_t>> FindByAddress(const v1::Actor& draft);
  absl::Status Complete(uint32_t ordinal, const v1::Actor& draft);
  absl::StatusOr<bool> Update(const RecordId& id, const v1::Actor& draft, bool again,
                              v1::Actor* actor);
  absl::Status Replace(const RecordId& id, std::shared_ptr<const v1::Actor> before, std::string row,
                       v1::Actor after);

  // import_renewal.cc
  absl::Status EndVanished();
  absl::Status EndOne(Renewal::Ended ended);
  void ReportAbsent();

  const NodeId self_;
  storage::Database* const database_;
  storage::Writer* const writer_;
  const Clock* const clock_;
  v1::ImportSpec spec_;
  const std::string who_;
  const OnProblemFn on_problem_;
  const Gates gates_;
  std::unique_ptr<interchange::Reader> reader_;
  v1::ImportSummary summary_;
  v1::ImportBatch batch_;
  int64_t listed_problems_ = 0;
  int64_t line_ = 0;  // of the present draft
  // One record of this file under an import key.
  struct Seen {
    uint64_t email;  // hash of its first address; 0: none
    int64_t line;
  };
  absl::flat_hash_map<std::string, std::vector<Seen>> seen_;
  std::shared_ptr<const storage::Reader> before_;  // as the import began
  bool nothing_known_ = false;                     // no own record was there then
  absl::flat_hash_set<uint32_t> touched_;          // ordinals that a row was known by
  std::unique_ptr<Renewal> renewal_;               // where this is one
  std::vector<NewRecord> new_;                     // not yet on their way
  size_t new_bytes_ = 0;
  bool ingests_ = true;  // until a commit stage wants to see each record
  std::unique_ptr<NewRecords> ingested_;
  struct Pending;
  std::shared_ptr<Pending> pending_;  // shared with the writer's callbacks
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_IMPORT_H_
