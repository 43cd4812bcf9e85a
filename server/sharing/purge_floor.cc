#include "server/sharing/purge_floor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/sharing/inbox.h"
#include "server/sharing/links.h"
#include "server/sharing/receipts.h"
#include "server/sharing/share_edit.h"
#include "server/sharing/share_log.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr char kStubsPrefix[] = "stubs-due/";
constexpr char kTickKey[] = "floor-tick";
constexpr size_t kMarkBytes = 12;
constexpr int64_t kShortestDays = 30;
constexpr int64_t kLongestDays = 400;
constexpr size_t kMaxMarks = kLongestDays + 1;
constexpr absl::Duration kTickInterval = absl::Hours(24);
constexpr absl::Duration kLongestJump = absl::Hours(48);
constexpr size_t kStubsAtOnce = 500;

int64_t DayOf(absl::Time time) { return absl::ToUnixSeconds(time) / 86'400; }

absl::Status BadRow(absl::string_view what) {
  return DataLoss("BAD_ROW", absl::StrCat(what, " cannot be read"), "restore from a backup");
}

}  // namespace

std::string DaysKey(const ShareId& share) { return absl::StrCat("share-days/", share.bytes()); }
std::string FloorKey(const ShareId& share) { return absl::StrCat("share-floor/", share.bytes()); }

std::string EncodeDays(const std::vector<DayMark>& marks) {
  std::string row;
  for (const DayMark& mark : marks) {
    AppendU32(&row, mark.day);
    AppendU64(&row, mark.seq);
  }
  return row;
}

absl::StatusOr<std::vector<DayMark>> DecodeDays(const std::optional<std::string>& row) {
  std::vector<DayMark> marks;
  if (!row.has_value()) return marks;
  if (row->size() % kMarkBytes != 0) return BadRow("the days of a share");
  for (size_t at = 0; at < row->size(); at += kMarkBytes) {
    const absl::string_view mark = absl::string_view(*row).substr(at);
    marks.push_back({ReadU32(mark), ReadU64(mark.substr(4))});
  }
  return marks;
}

bool NoteDay(absl::Time now, uint64_t seq, std::vector<DayMark>* marks) {
  const int64_t today = DayOf(now);
  while (!marks->empty() && marks->back().day > today) marks->pop_back();
  if (!marks->empty() && marks->back().day == today) return false;
  marks->push_back({static_cast<uint32_t>(today), seq});
  if (marks->size() > kMaxMarks) marks->erase(marks->begin());
  return true;
}

uint64_t FloorFrom(const std::vector<DayMark>& marks, absl::Time now, uint64_t receipted) {
  const int64_t today = DayOf(now);
  uint64_t floor = 0;
  for (const DayMark& mark : marks) {
    const int64_t age = today - mark.day;
    const bool held = age >= kShortestDays && mark.seq <= receipted;
    if (held || age >= kLongestDays) floor = std::max(floor, mark.seq);
  }
  return floor;
}

void OweStubs(const NodeId& origin, const ShareId& share, uint64_t floor,
              storage::Transaction* transaction) {
  transaction->writes.Put(Family::kMeta, absl::StrCat(kStubsPrefix, origin.bytes(), share.bytes()),
                          EncodeSeq(floor));
}

absl::Status FloorKeeper::Tick(absl::Time now) {
  ASSIGN_OR_RETURN(const bool due, IsDue(now));
  if (!due) return absl::OkStatus();
  std::set<ShareId> raised;
  const ShareSetPtr set = shares_->Get();
  for (const auto& [id, share] : set->shares) {
    if (!share->IsServed()) continue;
    ASSIGN_OR_RETURN(const bool higher, Raise(*share, now));
    if (higher) raised.insert(id);
  }
  if (!raised.empty()) republish_(raised);
  return absl::OkStatus();
}

absl::StatusOr<bool> FloorKeeper::IsDue(absl::Time now) {
  ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kMeta, kTickKey));
  const bool known = row.has_value() && row->size() == 8;
  const absl::Duration since =
      known ? now - absl::FromUnixMillis(static_cast<int64_t>(ReadU64(*row))) : absl::Duration();
  if (known && since >= absl::ZeroDuration() && since < kTickInterval) return false;
  std::string value;
  AppendU64(&value, static_cast<uint64_t>(absl::ToUnixMillis(now)));
  storage::Transaction transaction;
  transaction.writes.Put(Family::kMeta, kTickKey, value);
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  // A clock that jumped says nothing about how old anything is.
  return known && since >= -kLongestJump && since <= kLongestJump && since > absl::ZeroDuration();
}

absl::StatusOr<uint64_t> FloorKeeper::Receipted(const OwnShare& share) const {
  // Receipts of links are acknowledgements; whoever only carries one may begin anew.
  if (share.is_link()) return Links::Acked(database_->latest(), share.id);
  uint64_t receipted = UINT64_MAX;
  std::vector<NodeId> holders = MembersOf(share.descriptor);
  for (const std::string& former : share.stored.former_members()) holders.emplace_back(former);
  for (const NodeId& member : holders) {
    ASSIGN_OR_RETURN(const auto receipt,
                     ReceiptBook::Get(database_->latest(), self_, share.id, member));
    // Whoever holds nothing begins from 0 and needs no stub.
    if (receipt.has_value() && receipt->dropped()) continue;
    receipted = std::min(receipted, receipt.has_value() ? receipt->seq() : 0);
  }
  return receipted;
}

absl::StatusOr<bool> FloorKeeper::Raise(const OwnShare& share, absl::Time now) {
  const storage::Reader& reader = database_->latest();
  ASSIGN_OR_RETURN(const auto days, reader.Get(Family::kMeta, DaysKey(share.id)));
  ASSIGN_OR_RETURN(const std::vector<DayMark> marks, DecodeDays(days));
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kMeta, FloorKey(share.id)));
  ASSIGN_OR_RETURN(const uint64_t before, DecodeSeq(row));
  ASSIGN_OR_RETURN(const uint64_t receipted, Receipted(share));
  const uint64_t floor = FloorFrom(marks, now, receipted);
  if (floor <= before) return false;
  // The floor first: whoever sees that stubs are missing sees the floor, too.
  storage::Transaction transaction;
  transaction.writes.Put(Family::kMeta, FloorKey(share.id), EncodeSeq(floor));
  OweStubs(self_, share.id, floor, &transaction);
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  return true;
}

absl::Status FloorKeeper::RemoveStubs(const std::atomic<bool>& stopping) {
  std::vector<std::pair<std::string, std::string>> due;
  RETURN_IF_ERROR(database_->latest().ScanPrefix(Family::kMeta, kStubsPrefix,
                                                 [&](absl::string_view key, absl::string_view row) {
                                                   due.emplace_back(key, row);
                                                   return true;
                                                 }));
  for (const auto& [key, row] : due) {
    const absl::string_view place = absl::string_view(key).substr(sizeof(kStubsPrefix) - 1);
    if (place.size() != NodeId::kSize + ShareId::kSize) return BadRow("what is to be removed");
    ASSIGN_OR_RETURN(const uint64_t floor, DecodeSeq(row));
    RETURN_IF_ERROR(RemoveStubsOf(NodeId(place.substr(0, NodeId::kSize)),
                                  ShareId(place.substr(NodeId::kSize)), floor, stopping));
    if (stopping) return absl::OkStatus();
    storage::Transaction transaction;
    transaction.preconditions.push_back({Family::kMeta, key, row});
    transaction.writes.Delete(Family::kMeta, key);
    // A higher floor came meanwhile: next time.
    const absl::Status status = writer_->Commit(std::move(transaction));
    if (!status.ok() && !absl::IsAborted(status)) return status;
  }
  return absl::OkStatus();
}

absl::Status FloorKeeper::RemoveStubsOf(const NodeId& origin, const ShareId& share, uint64_t floor,
                                        const std::atomic<bool>& stopping) {
  uint64_t after = 0;
  while (after < floor && !stopping) {
    storage::Transaction transaction;
    transaction.priority = storage::Priority::kBulk;
    ASSIGN_OR_RETURN(const uint64_t last, AddStubs(origin, share, after, floor, &transaction));
    const absl::Status status = writer_->Commit(std::move(transaction));
    if (absl::IsAborted(status)) continue;
    RETURN_IF_ERROR(status);
    after = last;
  }
  return absl::OkStatus();
}

absl::Status FloorKeeper::ForgetHandled(const NodeId& origin, const RecordId& id,
                                        storage::Transaction* transaction) const {
  const std::string key = storage::InboxKey(origin, id);
  ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kInbox, key));
  if (!row.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const InboxRow inbox, DecodeInbox(*row));
  // What still waits is not forgotten, though its sender did long ago.
  if (inbox.waiting) return absl::OkStatus();
  transaction->preconditions.push_back({Family::kInbox, key, row});
  transaction->writes.Delete(Family::kInbox, key);
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> FloorKeeper::AddStubs(const NodeId& origin, const ShareId& share,
                                               uint64_t after, uint64_t floor,
                                               storage::Transaction* transaction) const {
  const storage::Reader& reader = database_->latest();
  std::vector<std::pair<RecordId, uint64_t>> stubs;
  RETURN_IF_ERROR(ForEachEntry(reader, origin, share, after, floor, [&](v1::Entry* entry) {
    if (entry->kind() == v1::ENTRY_KIND_WITHDRAW) stubs.emplace_back(entry->id(), entry->seq());
    return stubs.size() < kStubsAtOnce;
  }));
  for (const auto& [id, seq] : stubs) {
    const std::string where = storage::WhereKey(origin, id, share);
    ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kWhere, where));
    if (!row.has_value()) continue;
    ASSIGN_OR_RETURN(const auto sighting, directory::DecodeSighting(share, *row));
    // The record came back at this very moment.
    if (sighting.seq != seq) continue;
    transaction->preconditions.push_back({Family::kWhere, where, row});
    transaction->writes.Delete(Family::kWhere, where);
    transaction->writes.Delete(Family::kLog, storage::LogKey(origin, share, seq));
    if (share == LinkId(origin, self_)) RETURN_IF_ERROR(ForgetHandled(origin, id, transaction));
  }
  return stubs.size() < kStubsAtOnce ? floor : stubs.back().second;
}

}  // namespace maillage::sharing
