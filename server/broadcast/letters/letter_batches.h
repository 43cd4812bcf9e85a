// Letters on paper, batch by batch: prepared, printed, posted. Their recipients
// stand in the ledger as those of mails do, under a job of their own.
#ifndef SERVER_BROADCAST_LETTERS_LETTER_BATCHES_H_
#define SERVER_BROADCAST_LETTERS_LETTER_BATCHES_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"
#include "maillage/v1/letter_service.pb.h"
#include "maillage/v1/stored_broadcast.pb.h"
#include "server/broadcast/audience.h"
#include "server/broadcast/invitation_store.h"
#include "server/broadcast/letters/sheet.h"
#include "server/broadcast/links.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

// Thread safe.
class LetterBatches {
 public:
  struct Parts {
    storage::Database* database;
    storage::Writer* writer;
    const Clock* clock;
    PublicPages pages;  // where letters are replied to
    // An invitation by its name.
    std::function<absl::StatusOr<KeptInvitation>(absl::string_view name)> find;
    // That mails of it may leave this node, by its errors.
    std::function<absl::Status(const KeptInvitation& kept)> check_ready;
    // Expands the audience.
    std::function<absl::StatusOr<Audience>(const v1::InvitationContent& content)> expand;
  };
  explicit LetterBatches(Parts parts) : parts_(std::move(parts)) {}

  // As the methods of LetterService; `who` is for the audit.
  absl::StatusOr<v1::LetterBatch> Prepare(absl::string_view name, absl::string_view who);
  absl::StatusOr<std::vector<v1::LetterBatch>> List(absl::string_view name) const;
  // Memory: the batch's recipients, at most 100,000.
  absl::Status Print(const v1::PrintLettersRequest& request, Sheet::WriteFn write) const;
  // What the codes on its letters speak of: the id of their ledger. NOT_FOUND
  // (NO_LETTERS) where none was prepared.
  absl::StatusOr<RecordId> JobOf(const KeptInvitation& kept) const;
  // NOT_FOUND (NO_SUCH_RECIPIENT).
  absl::StatusOr<v1::StoredRecipient> FindRecipient(const KeptInvitation& kept,
                                                    uint32_t number) const;
  absl::StatusOr<v1::LetterBatch> End(const v1::EndLetterBatchRequest& request,
                                      absl::string_view who);

 private:
  absl::StatusOr<v1::StoredLetters> Read(const std::string& row) const;
  absl::Status Store(const std::string& row, const v1::StoredLetters& letters,
                     absl::string_view verb, absl::string_view who) const;
  absl::StatusOr<int64_t> Gather(const Audience& audience, const Ledger& ledger,
                                 uint32_t batch) const;
  absl::Status RemoveBatch(const Ledger& ledger, uint32_t batch) const;
  absl::Status PostBatch(const Ledger& ledger, uint32_t batch) const;
  absl::StatusOr<std::vector<Recipient>> RecipientsOf(const Ledger& ledger, uint32_t batch) const;
  v1::Date PostDate(const v1::Date& asked) const;

  const Parts parts_;
  // Held by whoever changes batches, from reading the row to storing it.
  Mutex mutex_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_LETTERS_LETTER_BATCHES_H_
