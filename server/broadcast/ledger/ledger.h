// The ledger of one broadcast: a durable row for each recipient.
//
//   family ledger  job(16) recipient key(16)                 StoredRecipient
//   family due     lane(8) time_ms(8) job(16) recipient key  empty
//
// recipient key = SHA-256(channel · normalised address)[0..16], channel being
// one byte: 01 for e-mail, 02 for letters. A smarthost is lane 0. A row of `due`
// stands exactly while its recipient is DEFERRED.
#ifndef SERVER_BROADCAST_LEDGER_LEDGER_H_
#define SERVER_BROADCAST_LEDGER_LEDGER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "maillage/v1/stored_broadcast.pb.h"
#include "server/broadcast/ledger/state.h"
#include "server/storage/batch.h"
#include "server/storage/reader.h"

namespace maillage::broadcast {

using RecipientKey = FixedId<16, struct RecipientKeyTag>;

// By what a recipient is reached.
enum class Channel : char { kEmail = 1, kLetter = 2 };

// Of an address in its normal form.
RecipientKey KeyOf(absl::string_view address, Channel channel = Channel::kEmail);

// A row in memory. `state` is the truth; row.state() follows when it is stored.
struct Recipient {
  RecipientKey key;
  Delivery state = Delivery::kPending;
  v1::StoredRecipient row;
};

// How many recipients stand where, by primary category.
class LedgerCounts {
 public:
  void Add(const Recipient& recipient, int64_t n);
  int64_t In(Delivery state) const;
  int64_t In(Delivery state, v1::AudienceCategory category) const;
  int64_t total() const;

 private:
  static constexpr int kStates = static_cast<int>(Delivery::kUncertain) + 1;
  static constexpr int kCategories = v1::AudienceCategory_ARRAYSIZE;
  std::array<std::array<int64_t, kCategories>, kStates> counts_ = {};
};

// Reads rows and makes batches of changes; the caller commits them. Keeps no
// state of its own. Thread safe.
class Ledger {
 public:
  explicit Ledger(const RecordId& job) : job_(job) {}
  const RecordId& job() const { return job_; }

  // Adds the row of a recipient that is not yet in the ledger.
  void Insert(const Recipient& recipient, storage::Batch* batch) const;

  // Takes a row out again: of a freezing that did not come to its end.
  void Remove(const Recipient& recipient, storage::Batch* batch) const;

  // Moves the recipient and adds its row to `batch`, where the new state is one
  // that is stored. FAILED_PRECONDITION (ILLEGAL_MOVE), and nothing is changed.
  // For kDefer, row.due_ms() holds the time; for all but kUnsent, row.detail()
  // what is to be remembered.
  absl::Status Move(DeliveryEvent event, Recipient* recipient, storage::Batch* batch) const;

  // Nothing where there is no such recipient.
  absl::StatusOr<std::optional<Recipient>> Get(const storage::Reader& reader,
                                               const RecipientKey& key) const;
  // Visits all rows after `after` in order of keys, until `visit` returns false.
  // One that cannot be read comes as SUPPRESSED, with number 0, and says so.
  absl::Status Scan(const storage::Reader& reader, const RecipientKey* after,
                    absl::FunctionRef<bool(Recipient)> visit) const;
  // The deferred recipients that are due, at most `limit`.
  absl::StatusOr<std::vector<Recipient>> Due(const storage::Reader& reader, absl::Time now,
                                             size_t limit) const;
  absl::StatusOr<LedgerCounts> Count(const storage::Reader& reader) const;

 private:
  std::string RowKey(const RecipientKey& key) const;
  std::string DueKey(const Recipient& recipient) const;

  const RecordId job_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_LEDGER_LEDGER_H_
