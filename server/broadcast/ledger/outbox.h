// What a broadcast has under way: which mail leaves next, which rows of the
// ledger its events change, how many recipients stand where.
//
// Does no writing: it hands out batches, which the caller commits in this order.
// Rows of mails whose end is about to leave carry along the results that came
// before, so that at most one mail a connection stands in DOT.
#ifndef SERVER_BROADCAST_LEDGER_OUTBOX_H_
#define SERVER_BROADCAST_LEDGER_OUTBOX_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"
#include "server/broadcast/ledger/ledger.h"
#include "server/broadcast/mail/smtp_sender.h"
#include "server/storage/reader.h"

namespace maillage::broadcast {

struct OutboxOptions {
  absl::Time not_after;
  // First delay after a refusal for now; each further one is four times as long,
  // up to four hours.
  absl::Duration first_backoff = absl::Minutes(1);
  // Until a mail that no connection got to is tried again.
  absl::Duration retry_delay = absl::Seconds(5);
};

// Thread safe. Mails are known by their recipient's number.
class Outbox {
 public:
  using Render = std::function<OutgoingMail(const v1::StoredRecipient&)>;

  // `latest`, which shows what is committed, and `clock` outlive the outbox.
  Outbox(const RecordId& job, const storage::Reader* latest, const Clock* clock,
         OutboxOptions options, LedgerCounts counts, Render render);

  // The next mail, leased. False: nothing for now.
  bool Next(OutgoingMail* mail);
  // Their ends are wanted. The batch must be durable before they are released.
  absl::Status Dot(const std::vector<uint64_t>& ids, storage::Batch* batch);
  // How mails ended.
  void Done(const std::vector<MailResult>& results);
  // The rows of results that no Dot took along yet; empty: none.
  storage::Batch TakeResults();
  // Moves what is due to PENDING; once `batch` is committed, Queue them.
  absl::Status PromoteDue(storage::Batch* batch, std::vector<Recipient>* due);
  void Queue(std::vector<Recipient> recipients);
  // A recipient that is not under way was moved by somebody else.
  void NoteMove(const Recipient& before, const Recipient& after);

  // No recipient is left to be sent to, now or later, and nothing is under way.
  bool Exhausted() const;
  bool HasResults() const;

  LedgerCounts counts() const;
  // Mails accepted a second, over the last seconds.
  double rate() const;
  // What last kept a mail from leaving; empty once one was accepted. A ledger
  // that cannot be read stays in it.
  std::string last_error() const;
  absl::Status status() const;

 private:
  struct Waiting {
    Recipient recipient;
    absl::Time until;
  };

  bool TakeNext(Recipient* recipient) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Refill() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Move(DeliveryEvent event, Recipient* recipient, storage::Batch* batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  DeliveryEvent EventOf(const MailResult& result, Recipient* recipient)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  DeliveryEvent Deferred(Recipient* recipient) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  DeliveryEvent Unsent(Recipient* recipient) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CountAccepted() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Ledger ledger_;
  const storage::Reader* const latest_;
  const Clock* const clock_;
  const OutboxOptions options_;
  const Render render_;

  mutable Mutex mutex_;
  std::deque<Recipient> queue_ ABSL_GUARDED_BY(mutex_);
  // One pass over the ledger in order of keys finds all that is PENDING.
  RecipientKey cursor_ ABSL_GUARDED_BY(mutex_);
  bool pass_started_ ABSL_GUARDED_BY(mutex_) = false;
  bool pass_over_ ABSL_GUARDED_BY(mutex_) = false;
  // Queued on another way while the pass went on: not to be taken twice.
  absl::flat_hash_set<RecipientKey> queued_ ABSL_GUARDED_BY(mutex_);
  std::deque<Waiting> unsent_ ABSL_GUARDED_BY(mutex_);
  struct Tries {
    int count = 0;
    int64_t accepted = 0;  // of all mails, at the last try
  };
  absl::flat_hash_map<uint32_t, Tries> unsent_tries_ ABSL_GUARDED_BY(mutex_);
  int64_t accepted_total_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<uint64_t, Recipient> under_way_ ABSL_GUARDED_BY(mutex_);
  storage::Batch results_ ABSL_GUARDED_BY(mutex_);
  LedgerCounts counts_ ABSL_GUARDED_BY(mutex_);
  struct Second {
    int64_t second;
    int64_t accepted;
  };
  std::deque<Second> accepted_ ABSL_GUARDED_BY(mutex_);
  std::string last_error_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_LEDGER_OUTBOX_H_
