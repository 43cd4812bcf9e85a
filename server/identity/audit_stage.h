// The audit: a line for every transaction that says what it does, chained by
// hashes so that a line cannot be changed or taken out unseen.
#ifndef SERVER_IDENTITY_AUDIT_STAGE_H_
#define SERVER_IDENTITY_AUDIT_STAGE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "maillage/v1/stored.pb.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::identity {

// Row key: time_ms(8) number(8).
std::string AuditKey(const v1::AuditLine& line);

// SHA-256("maillage/v1/AuditLine" 00 · the row's bytes): what the next line
// names as its predecessor.
std::string AuditHash(absl::string_view row);

// Checks a chain line by line. Not thread safe.
class AuditChain {
 public:
  // Takes the next row. DATA_LOSS (AUDIT_BROKEN) with the line's number where
  // it does not continue the chain; nothing may be added after that.
  absl::Status Add(absl::string_view key, absl::string_view row);
  // Where the chain stands.
  const v1::AuditHead& head() const { return head_; }

 private:
  v1::AuditHead head_;
};

// Walks the whole audit and compares its end with the stored one, which it
// returns. DATA_LOSS (AUDIT_BROKEN).
absl::StatusOr<v1::AuditHead> VerifyAudit(const storage::Reader& reader);

// Adds the lines.
class AuditStage : public storage::CommitStage {
 public:
  // `clock` must outlive it.
  explicit AuditStage(const Clock* clock) : clock_(clock) {}

  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(
      const storage::Transaction& transaction) const override;
  absl::Status Commit(const storage::Transaction& transaction, const Prepared* prepared,
                      storage::Group* group) override;
  absl::Status EndGroup(storage::Group* group) override;
  void GroupDone(bool committed) override;

 private:
  absl::Status LoadHead(const storage::Group& group);

  const Clock* const clock_;
  // Used on the writer's thread alone. Nothing: to be read.
  std::optional<v1::AuditHead> head_;
  bool moved_ = false;
};

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_AUDIT_STAGE_H_
