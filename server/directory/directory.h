// The directory of a node: its own actors, which it changes, and its partners'
// actors, which it reads.
#ifndef SERVER_DIRECTORY_DIRECTORY_H_
#define SERVER_DIRECTORY_DIRECTORY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/history_service.pb.h"
#include "server/directory/explain.h"
#include "server/directory/filter.h"
#include "server/directory/gates.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// A record as it is shown here.
struct ShownRecord {
  NodeId origin;
  RecordId id;
  std::shared_ptr<const v1::Actor> actor;
};

struct ActorPage {
  std::vector<std::shared_ptr<const v1::Actor>> actors;
  std::string next_page_token;  // empty on the last page
  int64_t total_size = 0;
  bool total_is_least = false;  // more match than were counted
};

struct ActorCount {
  struct Group {
    NodeId origin;
    v1::AudienceCategory primary;
    int64_t count;
  };
  int64_t total = 0;
  std::vector<Group> groups;  // own first, then by node id; by category
};

// Thread safe.
class Directory {
 public:
  // What the directory needs of the partners' registry.
  struct Nodes {
    Filter::AliasLookup find;                  // alias or node id
    std::function<std::vector<NodeId>()> all;  // partners
  };

  // All must outlive the directory.
  Directory(const NodeId& self, storage::Database* database, storage::Writer* writer,
            const Clock* clock, Nodes nodes, Gates gates = {});

  // By nodes/{node}/actors/{uuid} or the UUID alone. NOT_FOUND (NO_ACTOR).
  absl::StatusOr<std::shared_ptr<const v1::Actor>> Get(absl::string_view name) const;

  // The changes of an own actor, the oldest first (history.h). NOT_FOUND
  // (NO_ACTOR), FAILED_PRECONDITION (NOT_ORIGIN), INVALID_ARGUMENT
  // (BAD_PAGE_SIZE, BAD_PAGE_TOKEN).
  absl::StatusOr<v1::GetActorHistoryResponse> History(
      const v1::GetActorHistoryRequest& request) const;

  // In French order. INVALID_ARGUMENT: BAD_FILTER, BAD_PAGE_TOKEN.
  absl::StatusOr<ActorPage> List(absl::string_view filter, int page_size,
                                 absl::string_view page_token) const;
  // Those that answer a searched text, and match the filter: the best first
  // (search_match.h, search_rank.h). Pages may be short before the last one.
  // INVALID_ARGUMENT: BAD_SEARCH, too.
  absl::StatusOr<ActorPage> Search(absl::string_view text, absl::string_view filter, int page_size,
                                   absl::string_view page_token) const;
  // Of a filter, and a search where `text` is not empty.
  absl::StatusOr<ActorCount> Count(absl::string_view filter, absl::string_view text = "") const;
  // Which indexes answer them.
  absl::StatusOr<Explanation> Explain(absl::string_view filter, absl::string_view text) const;

  // `who` is an operator's or partner's resource name, for the audit. With a
  // `request_id` (a UUID, which becomes the record's id) a repeated request
  // returns what the first one created. INVALID_ARGUMENT: BAD_ACTOR, BAD_ID. Who was
  // erased here comes back with a proof of consent alone: errors of
  // Gates::CheckComing().
  absl::StatusOr<std::shared_ptr<const v1::Actor>> Create(v1::Actor actor,
                                                          absl::string_view request_id,
                                                          absl::string_view who);
  // Takes the fields of `paths` (all settable ones where empty) from `actor`,
  // which is named in it. ABORTED (ETAG_MISMATCH); FAILED_PRECONDITION
  // (NOT_ORIGIN) for a partner's actor.
  absl::StatusOr<std::shared_ptr<const v1::Actor>> Update(const v1::Actor& actor,
                                                          const std::vector<std::string>& paths,
                                                          absl::string_view who);
  // Has `change` edit an own record, and `also` add to the transaction what
  // belongs with it: both happen, or neither. `what` is for the audit. As
  // Update(); ABORTED where something changed meanwhile.
  using ChangeFn = absl::FunctionRef<absl::Status(v1::Actor*)>;
  using AlsoFn = absl::FunctionRef<absl::Status(storage::Transaction*)>;
  absl::Status ChangeWith(const RecordId& id, ChangeFn change, AlsoFn also, absl::string_view what,
                          absl::string_view who);
  // The same for a record that is not there yet: under `id`, its revision one
  // above `revision`. ALREADY_EXISTS (RECORD_EXISTS); errors of Gates::CheckComing().
  absl::Status CreateWith(const RecordId& id, uint64_t revision, v1::Actor actor, AlsoFn also,
                          absl::string_view what, absl::string_view who);
  absl::Status Delete(absl::string_view name, absl::string_view etag, absl::string_view who);

  // The id of an own actor. NOT_FOUND (NO_ACTOR), FAILED_PRECONDITION
  // (NOT_ORIGIN).
  absl::StatusOr<RecordId> FindOwn(absl::string_view name) const;

  // Parses a filter with this node's aliases.
  absl::StatusOr<Filter> ParseFilter(absl::string_view text) const;

  // Visits what matches, in order of ordinals, on one snapshot, until `visit`
  // returns false. Memory is that of the bitmap.
  absl::Status ForEach(const Filter& filter,
                       absl::FunctionRef<bool(const ShownRecord&)> visit) const;

 private:
  struct OwnRow {
    RecordId id;
    std::string bytes;  // as stored
    std::shared_ptr<const v1::Actor> actor;
  };
  absl::StatusOr<OwnRow> ReadOwn(absl::string_view name, absl::string_view etag) const;
  absl::StatusOr<std::shared_ptr<const v1::Actor>> Store(const OwnRow* before, const RecordId& id,
                                                         v1::Actor after, absl::string_view verb,
                                                         absl::string_view who);
  // The change as a transaction, without what is for the audit.
  absl::StatusOr<storage::Transaction> Prepare(const OwnRow* before, const RecordId& id,
                                               uint64_t revision, v1::Actor after) const;

  const NodeId self_;
  storage::Database* const database_;
  storage::Writer* const writer_;
  const Clock* const clock_;
  const Nodes nodes_;
  const Gates gates_;
};

// What is shown of the record with this ordinal, or a null actor where it has
// gone. Shared with the importer.
absl::StatusOr<ShownRecord> ReadByOrdinal(const storage::Reader& reader, const NodeId& self,
                                          uint32_t ordinal);

// Parses a row of the `actors` family. DATA_LOSS (BAD_ROW).
absl::StatusOr<std::shared_ptr<const v1::Actor>> ParseOwnRow(const NodeId& self, const RecordId& id,
                                                             absl::string_view bytes);

// A transaction that replaces an own record (null: there is none) by another
// (null: deletes it), for the writer and its stages.
storage::Transaction ChangeOf(const NodeId& self, const RecordId& id,
                              std::shared_ptr<const v1::Actor> before,
                              std::shared_ptr<const v1::Actor> after);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_DIRECTORY_H_
