// The broadcasts of a node: one for each revision of an invitation that was sent.
#ifndef SERVER_BROADCAST_JOBS_H_
#define SERVER_BROADCAST_JOBS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"
#include "server/broadcast/invitation_store.h"
#include "server/broadcast/job.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

// Thread safe.
class Jobs {
 public:
  struct Parts {
    storage::Database* database;
    storage::Writer* writer;
    const Clock* clock;
    JobOptions options;
    // Expands the audience of a content.
    std::function<absl::StatusOr<Audience>(const v1::InvitationContent&)> expand;
    // Whether the person objected meanwhile; null: nobody did.
    std::function<absl::StatusOr<bool>(const v1::StoredRecipient&, const v1::InvitationContent&)>
        objected = nullptr;
  };
  explicit Jobs(Parts parts) : parts_(std::move(parts)) {}

  // Opens the stored broadcasts of an invitation. DATA_LOSS (BAD_ROW).
  absl::Status Open(const KeptInvitation& kept);

  // The broadcast of the present revision, or of the one with this sequence; null
  // where there is none.
  std::shared_ptr<Job> Of(const KeptInvitation& kept) const;
  std::shared_ptr<Job> Of(const std::string& invitation, uint32_t sequence) const;
  // The last of an earlier revision; null where there is none.
  std::shared_ptr<Job> Before(const std::string& invitation, uint32_t sequence) const;

  // Of all revisions, in their order.
  std::vector<std::shared_ptr<Job>> AllOf(const std::string& invitation) const;

  // Makes the broadcast of the present revision, or returns it where it is there.
  // After an earlier one it is for those whom that reached or still had to reach;
  // of a recall for those reached. With a cascade everybody is withheld, but for
  // whom an earlier one was granted. ABORTED where the invitation changed meanwhile.
  absl::StatusOr<std::shared_ptr<Job>> Make(const KeptInvitation& kept, absl::string_view cascade,
                                            absl::string_view who);
  // Those before the present revision never go on.
  absl::Status ReplaceBefore(const std::string& invitation, uint32_t sequence,
                             absl::string_view who) const;

  // The name of the invitation of which a broadcast is; empty where there is none.
  std::string NameOf(const RecordId& job) const;
  // Null where there is none.
  std::shared_ptr<Job> WithId(const RecordId& job) const;

  // As Job::Recover() for each.
  absl::Status Recover() const;

 private:
  using Sequences = std::map<uint32_t, std::shared_ptr<Job>>;

  Job::Parts PartsOf(const std::string& invitation, const v1::InvitationContent& content) const;
  absl::StatusOr<std::vector<v1::ExclusionCount>> Visit(
      const std::string& invitation, const v1::InvitationContent& content,
      absl::FunctionRef<bool(Recipient)> visit) const;
  absl::StatusOr<std::vector<v1::ExclusionCount>> VisitFormer(
      const Sequences& former, const v1::InvitationContent& content,
      absl::FunctionRef<bool(Recipient)> visit) const;
  // The former ones.
  Sequences BelowOf(const std::string& invitation, uint32_t sequence) const;

  const Parts parts_;
  Mutex make_mutex_;  // taken first
  mutable Mutex mutex_;
  std::map<std::string, Sequences> jobs_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_JOBS_H_
