#include "server/identity/audit_stage.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/crypto.h"

namespace maillage::identity {
namespace {

using storage::Family;

constexpr char kHeadRow[] = "audit/head";

v1::AuditHead EmptyHead() {
  v1::AuditHead head;
  head.set_hash(std::string(kHashBytes, '\0'));
  return head;
}

absl::Status Broken(uint64_t number, absl::string_view what) {
  return DataLoss("AUDIT_BROKEN", absl::StrCat("audit line ", number, " ", what));
}

absl::StatusOr<v1::AuditHead> ParseHead(const std::optional<std::string>& row) {
  v1::AuditHead head = EmptyHead();
  if (row.has_value() && (!head.ParseFromString(*row) || head.hash().size() != kHashBytes)) {
    return DataLoss("AUDIT_BROKEN", "the end of the audit cannot be read");
  }
  return head;
}

}  // namespace

std::string AuditKey(const v1::AuditLine& line) {
  std::string key;
  AppendU64(&key, static_cast<uint64_t>(line.time_ms()));
  AppendU64(&key, line.number());
  return key;
}

std::string AuditHash(absl::string_view row) { return Sha256(InDomain("AuditLine", row)); }

absl::Status AuditChain::Add(absl::string_view key, absl::string_view row) {
  if (head_.hash().empty()) head_ = EmptyHead();
  const uint64_t number = head_.number() + 1;
  v1::AuditLine line;
  if (!line.ParseFromArray(row.data(), static_cast<int>(row.size()))) {
    return Broken(number, "cannot be read");
  }
  if (line.number() != number) return Broken(number, "is missing");
  if (line.previous_hash() != head_.hash()) return Broken(number, "does not follow the one before");
  if (line.time_ms() < head_.time_ms() || AuditKey(line) != key) {
    return Broken(number, "stands at a wrong time");
  }
  head_.set_hash(AuditHash(row));
  head_.set_number(number);
  head_.set_time_ms(line.time_ms());
  return absl::OkStatus();
}

absl::StatusOr<v1::AuditHead> VerifyAudit(const storage::Reader& reader) {
  AuditChain chain;
  absl::Status status;
  RETURN_IF_ERROR(
      reader.Scan(Family::kAudit, "", "", [&](absl::string_view key, absl::string_view row) {
        status = chain.Add(key, row);
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kMeta, kHeadRow));
  ASSIGN_OR_RETURN(const v1::AuditHead stored, ParseHead(row));
  if (stored.number() != chain.head().number() ||
      (stored.number() > 0 && stored.hash() != chain.head().hash())) {
    return Broken(stored.number(), "is not the last one");
  }
  return stored;
}

absl::StatusOr<std::unique_ptr<storage::CommitStage::Prepared>> AuditStage::Prepare(
    const storage::Transaction&) const {
  return nullptr;
}

absl::Status AuditStage::LoadHead(const storage::Group& group) {
  ASSIGN_OR_RETURN(const auto row, group.Get(Family::kMeta, kHeadRow));
  ASSIGN_OR_RETURN(head_, ParseHead(row));
  return absl::OkStatus();
}

absl::Status AuditStage::Commit(const storage::Transaction& transaction, const Prepared*,
                                storage::Group* group) {
  if (transaction.what.empty()) return absl::OkStatus();
  if (!head_.has_value()) RETURN_IF_ERROR(LoadHead(*group));
  v1::AuditLine line;
  line.set_previous_hash(head_->hash());
  line.set_number(head_->number() + 1);
  // A clock set back must not put a line before the one that it follows.
  line.set_time_ms(std::max(absl::ToUnixMillis(clock_->Now()), head_->time_ms()));
  line.set_who(transaction.who.empty() ? "system" : transaction.who);
  line.set_what(transaction.what);
  const std::string row = line.SerializeAsString();
  head_->set_hash(AuditHash(row));
  head_->set_number(line.number());
  head_->set_time_ms(line.time_ms());
  moved_ = true;
  group->Put(Family::kAudit, AuditKey(line), row);
  return absl::OkStatus();
}

absl::Status AuditStage::EndGroup(storage::Group* group) {
  if (moved_) group->Put(Family::kMeta, kHeadRow, head_->SerializeAsString());
  return absl::OkStatus();
}

void AuditStage::GroupDone(bool committed) {
  moved_ = false;
  // What this group added never was: read the stored end again.
  if (!committed) head_.reset();
}

}  // namespace maillage::identity
