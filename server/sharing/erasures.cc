#include "server/sharing/erasures.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/directory.h"
#include "server/directory/shown.h"
#include "server/identity/timestamps.h"
#include "server/sharing/receipts.h"
#include "server/sharing/share_edit.h"
#include "server/storage/races.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr size_t kMaxWhyBytes = 500;
constexpr char kDuePrefix[] = "erasure-due/";

absl::Status BadRow() {
  return DataLoss("BAD_ROW", "an erasure cannot be read", "restore from a backup");
}

// Whether the receipt says that the record is gone. Numbers rise over all lives of
// a log.
bool SaysSo(const v1::Receipt& receipt, bool member, uint64_t seq, absl::Time erased) {
  if (!receipt.dropped()) return receipt.seq() >= seq;
  // A member may have subscribed since.
  return !member || identity::FromTimestamp(receipt.issued_at()) >= erased;
}

}  // namespace

std::string Erasures::NameOf(const RecordId& id) const {
  return absl::StrCat("nodes/", ToText(parts_.self), "/erasures/", ToText(id));
}

absl::StatusOr<v1::Erasure> Erasures::Erase(const RecordId& id, absl::string_view why,
                                            absl::string_view who) {
  if (why.empty() || why.size() > kMaxWhyBytes) {
    return InvalidArgument("NO_REASON", "an erasure has a reason of 1 to 500 bytes",
                           "say why, naming nobody: 'request of 3 May'");
  }
  v1::Erasure erasure;
  erasure.set_name(NameOf(id));
  erasure.set_who(std::string(who));
  erasure.set_why(std::string(why));
  *erasure.mutable_erase_time() = identity::ToTimestamp(parts_.clock->Now());
  RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto row,
                     parts_.database->latest().Get(Family::kActors, storage::ActorKey(id)));
    if (!row.has_value()) {
      return NotFound("NO_ACTOR", absl::StrCat("there is no actor '", ToText(id), "' here"),
                      "find it with `maillage actor list`");
    }
    ASSIGN_OR_RETURN(const auto actor, directory::ParseOwnRow(parts_.self, id, *row));
    RETURN_IF_ERROR(parts_.log->Append(parts_.clock->Now(), id, *actor));
    return EraseOnce(id, *row, erasure);
  }));
  return Get(erasure.name());
}

absl::Status Erasures::EraseOnce(const RecordId& id, const std::string& row,
                                 const v1::Erasure& erasure) {
  ASSIGN_OR_RETURN(storage::Transaction transaction, Removal(id, row, erasure));
  std::vector<storage::KeyRange> ranges = RangesOf(transaction);
  RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
  if (done_ != nullptr) {
    ASSIGN_OR_RETURN(ranges.emplace_back(), done_());
  }
  parts_.caretaker->Removed(ranges);
  return absl::OkStatus();
}

absl::StatusOr<storage::Transaction> Erasures::Removal(const RecordId& id, const std::string& row,
                                                       const v1::Erasure& erasure) const {
  ASSIGN_OR_RETURN(auto actor, directory::ParseOwnRow(parts_.self, id, row));
  auto transaction = directory::ChangeOf(parts_.self, id, std::move(actor), nullptr);
  transaction.changes.front().erase = true;
  transaction.preconditions.push_back({Family::kActors, storage::ActorKey(id), row});
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kHistory, id.bytes(), [&](absl::string_view key, absl::string_view) {
        transaction.writes.Delete(Family::kHistory, std::string(key));
        return true;
      }));
  transaction.writes.Put(Family::kObjects, erasure.name(), erasure.SerializeAsString());
  transaction.writes.Put(Family::kMeta, absl::StrCat(kDuePrefix, id.bytes()), "");
  transaction.who = erasure.who();
  transaction.what = absl::StrCat("erase nodes/", ToText(parts_.self), "/actors/", ToText(id));
  return transaction;
}

std::vector<storage::KeyRange> Erasures::RangesOf(const storage::Transaction& transaction) const {
  std::vector<storage::KeyRange> ranges = RemovedRanges(parts_.self, transaction);
  // The record had an entry in any of the logs, at many a seq.
  const std::string own(parts_.self.bytes());
  ranges.push_back({Family::kLog, own, storage::PrefixEnd(own)});
  return ranges;
}

absl::Status Erasures::Replay() {
  for (const EraseLog::Line& line : parts_.log->Lines()) {
    ASSIGN_OR_RETURN(const auto row,
                     parts_.database->latest().Get(Family::kActors, storage::ActorKey(line.id)));
    if (!row.has_value()) continue;
    RETURN_IF_ERROR(Repeat(line.id, *row, "erased before; replayed from erase.log"));
  }
  // Where a stop came before the purge, everything is purged.
  bool due = false;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(Family::kMeta, kDuePrefix,
                                                       [&](absl::string_view, absl::string_view) {
                                                         due = true;
                                                         return false;
                                                       }));
  if (due) parts_.caretaker->RemovedAnything();
  return absl::OkStatus();
}

absl::Status Erasures::Repeat(const RecordId& id, const std::string& row, const std::string& why) {
  v1::Erasure erasure;
  erasure.set_name(NameOf(id));
  erasure.set_who("system");
  erasure.set_why(why);
  *erasure.mutable_erase_time() = identity::ToTimestamp(parts_.clock->Now());
  return EraseOnce(id, row, erasure);
}

absl::Status Erasures::EraseAgain(const RecordId& id) {
  return storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto row,
                     parts_.database->latest().Get(Family::kActors, storage::ActorKey(id)));
    if (!row.has_value()) return absl::OkStatus();
    if (!parts_.log->Has(id)) {
      ASSIGN_OR_RETURN(const auto actor, directory::ParseOwnRow(parts_.self, id, *row));
      RETURN_IF_ERROR(parts_.log->Append(parts_.clock->Now(), id, *actor));
    }
    return Repeat(id, *row, "erased before; a partner still knew");
  });
}

absl::Status Erasures::Purged(absl::Time time) {
  std::vector<std::string> due;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kMeta, kDuePrefix, [&](absl::string_view key, absl::string_view) {
        due.emplace_back(key);
        return true;
      }));
  for (const std::string& key : due) {
    const RecordId id(absl::string_view(key).substr(sizeof(kDuePrefix) - 1));
    ASSIGN_OR_RETURN(v1::Erasure erasure, Read(NameOf(id)));
    const absl::Time erased = identity::FromTimestamp(erasure.erase_time());
    // What was erased by a clock that was ahead is not waited for.
    const bool past = erased <= parts_.clock->Now();
    if (past && erased > time) continue;
    // Of the same moment it may have come after the purge began.
    if (past && erased + absl::Milliseconds(1) > time) {
      parts_.caretaker->RemovedAnything();
      continue;
    }
    *erasure.mutable_purge_time() = identity::ToTimestamp(parts_.clock->Now());
    storage::Transaction transaction;
    transaction.writes.Delete(Family::kMeta, key);
    transaction.writes.Put(Family::kObjects, erasure.name(), erasure.SerializeAsString());
    RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Erasure> Erasures::Read(const std::string& name) const {
  ASSIGN_OR_RETURN(const auto row, parts_.database->latest().Get(Family::kObjects, name));
  if (!row.has_value()) {
    return NotFound("NO_SUCH_ERASURE", absl::StrCat("nothing was erased as ", name),
                    "maillage erasure list shows what was");
  }
  v1::Erasure erasure;
  if (!erasure.ParseFromString(*row)) return BadRow();
  return erasure;
}

absl::StatusOr<v1::Erasure> Erasures::Get(absl::string_view name) const {
  // People have the actor's name at hand, which ends like the erasure's.
  const absl::string_view id = name.substr(name.rfind('/') + 1);
  ASSIGN_OR_RETURN(v1::Erasure erasure,
                   Read(absl::StrCat("nodes/", ToText(parts_.self), "/erasures/", id)));
  RETURN_IF_ERROR(Judge(&erasure));
  return erasure;
}

absl::StatusOr<std::vector<v1::Erasure>> Erasures::List() const {
  std::vector<v1::Erasure> list;
  absl::Status bad;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kObjects, absl::StrCat("nodes/", ToText(parts_.self), "/erasures/"),
      [&](absl::string_view, absl::string_view row) {
        v1::Erasure erasure;
        if (!erasure.ParseFromArray(row.data(), static_cast<int>(row.size()))) bad = BadRow();
        list.push_back(std::move(erasure));
        return bad.ok();
      }));
  RETURN_IF_ERROR(bad);
  for (v1::Erasure& erasure : list) RETURN_IF_ERROR(Judge(&erasure));
  return list;
}

absl::Status Erasures::Judge(v1::Erasure* erasure) const {
  const absl::string_view name = erasure->name();
  ASSIGN_OR_RETURN(const RecordId id, ParseRecordId(name.substr(name.rfind('/') + 1)));
  ASSIGN_OR_RETURN(const auto sightings,
                   directory::ReadSightings(parts_.database->latest(), parts_.self, id));
  const ShareSetPtr set = parts_.shares->Get();
  for (const directory::Sighting& sighting : sightings) {
    const OwnSharePtr share = set->Find(sighting.share);
    if (share == nullptr || sighting.kind != v1::ENTRY_KIND_ERASE) continue;
    RETURN_IF_ERROR(JudgeShare(*share, sighting.seq, erasure));
  }
  const auto& members = erasure->members();
  erasure->set_done(erasure->has_purge_time() &&
                    std::all_of(members.begin(), members.end(),
                                [](const v1::ErasureAtMember& member) { return member.done(); }));
  return absl::OkStatus();
}

absl::Status Erasures::JudgeShare(const OwnShare& share, uint64_t seq, v1::Erasure* erasure) const {
  std::vector<NodeId> holders = MembersOf(share.descriptor);
  for (const std::string& former : share.stored.former_members()) {
    if (!share.HasMember(NodeId(former))) holders.emplace_back(former);
  }
  const absl::Time erased = identity::FromTimestamp(erasure->erase_time());
  for (const NodeId& node : holders) {
    ASSIGN_OR_RETURN(const auto receipt,
                     ReceiptBook::Get(parts_.database->latest(), parts_.self, share.id, node));
    v1::ErasureAtMember* member = erasure->add_members();
    member->set_share(share.descriptor.title());
    member->set_member(parts_.alias_of(node));
    member->set_done(receipt.has_value() && SaysSo(*receipt, share.HasMember(node), seq, erased));
    if (!member->done()) {
      *member->mutable_pending_since() = erasure->erase_time();
      continue;
    }
    *member->mutable_receipt_time() = receipt->issued_at();
    if (receipt->has_backups_expire()) {
      *member->mutable_backups_expire() = receipt->backups_expire();
    }
  }
  return absl::OkStatus();
}

}  // namespace maillage::sharing
