// Suggestions: what partners propose for this node's records, and what this node
// proposes for theirs. They travel as messages of links; their origin decides.
//
// Rows: see suggestion_rows.h; meta row "suggestion-number", number(8): the last
// one given out. The UUID is that of the message which carried it. Values go when
// a suggestion is decided.
#ifndef SERVER_SHARING_SUGGESTIONS_H_
#define SERVER_SHARING_SUGGESTIONS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "maillage/v1/stored.pb.h"
#include "maillage/v1/suggestion_service.pb.h"
#include "server/directory/directory.h"
#include "server/identity/partners.h"
#include "server/sharing/links.h"
#include "server/sharing/own_share.h"
#include "server/sharing/suggestion_rows.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Undecided suggestions of one author that an origin keeps.
inline constexpr int kMaxOpenSuggestions = 100;
// Decided ones of one author that stay to be looked up.
inline constexpr int kMaxDecidedSuggestions = 500;

// Thread safe.
class Suggestions {
 public:
  // All must outlive it.
  struct Parts {
    const identity::Self* self;
    const identity::Partners* partners;
    const ShareTable* shares;
    const storage::Database* database;
    storage::Writer* writer;
    const Clock* clock;
    Links* links;
    directory::Directory* directory;
  };
  explicit Suggestions(const Parts& parts) : parts_(parts) {}

  // Takes suggestions and answers from the links. Before streams are open.
  void Register();

  // Proposes a change of a partner's record; errors as MakeSuggestion says.
  absl::StatusOr<v1::ProposedChange> Make(const v1::Actor& actor,
                                          const std::vector<std::string>& paths,
                                          absl::string_view why, absl::string_view who);
  // All of them, by number.
  absl::StatusOr<std::vector<v1::ProposedChange>> List() const;
  // By number, UUID or name: NOT_FOUND (NO_SUCH_SUGGESTION). The record, the
  // decision and the answer are one transaction.
  absl::StatusOr<v1::ProposedChange> Accept(absl::string_view name, absl::string_view who);
  absl::StatusOr<v1::ProposedChange> Refuse(absl::string_view name, absl::string_view why,
                                            absl::string_view who);

  // Adds to the transaction, as a suggestion of `from`, what that partner still
  // holds of a record of this node that was lost. The same twice is one.
  absl::Status AddRecovered(const NodeId& from, const RecordId& id, const v1::Actor& actor,
                            storage::Transaction* transaction) const;
  // Removes what was recovered of a record, which was erased.
  absl::Status DropRecovered(const RecordId& id, storage::Transaction* transaction) const;
  // Ends undecided suggestions whose record is gone, so that no values of it
  // stay behind.
  absl::Status DropOrphans();
  // Of partners, to be decided here.
  absl::StatusOr<int64_t> CountOpen() const;

 private:
  // An own record as one partner sees it; null: not at all.
  struct Visible {
    v1::View view = v1::VIEW_UNSPECIFIED;
    std::shared_ptr<const v1::Actor> actor;
  };

  absl::StatusOr<v1::ProposedChange> Send(const NodeId& origin, v1::View view,
                                          const v1::LinkMessage& message, absl::string_view who);
  // What links bring.
  absl::Status Receive(const NodeId& from, const RecordId& id, const v1::Suggestion& suggestion,
                       storage::Transaction* transaction) const;
  absl::Status TakeAnswer(const NodeId& from, const v1::SuggestionAnswer& answer,
                          storage::Transaction* transaction) const;
  absl::StatusOr<Visible> VisibleTo(const NodeId& partner, const RecordId& id) const;

  // Adds a row under the next number.
  absl::Status AddNew(const NodeId& author, const RecordId& id, v1::StoredSuggestion stored,
                      storage::Transaction* transaction) const;
  absl::StatusOr<uint64_t> TakeNumber(storage::Transaction* transaction) const;
  // Whether another open one fits; removes old decided ones.
  absl::Status MakeRoom(const NodeId& author, const NodeId& origin,
                        storage::Transaction* transaction) const;
  absl::Status AddAnswer(const NodeId& author, const RecordId& id, bool accepted,
                         absl::string_view why, storage::Transaction* transaction) const;
  // The decision alone, and with the answer to a partner's suggestion.
  void AddDecided(const SuggestionRow& row, v1::SuggestionState state, absl::string_view why,
                  absl::string_view who, storage::Transaction* transaction) const;
  absl::Status AddDecision(const SuggestionRow& row, v1::SuggestionState state,
                           absl::string_view why, absl::string_view who,
                           storage::Transaction* transaction) const;
  absl::Status AcceptOnce(const SuggestionRow& row, absl::string_view who);

  absl::StatusOr<SuggestionRow> Find(absl::string_view name) const;
  absl::StatusOr<SuggestionRow> FindOpen(absl::string_view name) const;
  v1::ProposedChange ToProto(const SuggestionRow& row) const;
  void DescribeRecord(const SuggestionRow& row, v1::ProposedChange* proto) const;
  std::string AliasOf(const NodeId& node) const;

  const Parts parts_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SUGGESTIONS_H_
