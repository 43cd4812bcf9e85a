// How the node mends its own shares: records whose rows are damaged get new
// entries, and the tree is made anew from the log.
#include <algorithm>
#include <utility>

#include "client/base/status_macros.h"
#include "server/directory/directory.h"
#include "server/sharing/share_log.h"
#include "server/sharing/tree.h"
#include "server/sharing/verifier.h"

namespace maillage::sharing {

using storage::Family;

absl::Status Verifier::RebuildOwn(const OwnShare& share, const OwnCount& count) {
  storage::Transaction transaction;
  transaction.priority = storage::Priority::kBulk;
  transaction.who = "system";
  transaction.what = "rebuild " + ShareName(parts_.self, share.id);
  std::map<RecordId, std::vector<uint64_t>> damaged = count.recount.unsound;
  const storage::Reader& latest = parts_.database->latest();
  if (count.contradicts && damaged.empty() && !share.is_link()) {
    // Two roots at one seq would be a fork: any record gets a new one.
    RETURN_IF_ERROR(
        ForEachEntry(latest, parts_.self, share.id, 0, UINT64_MAX, [&](v1::Entry* entry) {
          if (entry->kind() != v1::ENTRY_KIND_PUT) return true;
          damaged[RecordId(entry->id())] = {entry->seq()};
          return false;
        }));
  }
  for (const uint64_t seq : count.recount.unreadable) {
    transaction.writes.Delete(Family::kLog, storage::LogKey(parts_.self, share.id, seq));
  }
  for (const auto& [id, seqs] : damaged) {
    RETURN_IF_ERROR(share.is_link() ? LocateMessage(share.id, id, seqs, &transaction)
                                    : PutAgain(share, id, seqs, &transaction));
  }
  RETURN_IF_ERROR(DeleteTree(latest, parts_.self, share.id, &transaction.writes));
  const std::string key = storage::HeadKey(parts_.self, share.id);
  v1::StoredShare stored = count.stored;
  stored.clear_head();
  transaction.preconditions.push_back({Family::kHeads, key, count.head_row});
  transaction.writes.Put(Family::kHeads, key, stored.SerializeAsString());
  RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
  parts_.refresh({share.id});
  return absl::OkStatus();
}

// Looked at again without a trace in the share, it enters as if it were new; one
// that the share no longer has leaves no trace, which members find by comparing.
absl::Status Verifier::PutAgain(const OwnShare& share, const RecordId& id,
                                const std::vector<uint64_t>& seqs,
                                storage::Transaction* transaction) {
  const storage::Reader& latest = parts_.database->latest();
  const std::string where = storage::WhereKey(parts_.self, id, share.id);
  ASSIGN_OR_RETURN(const auto sighting, latest.Get(Family::kWhere, where));
  transaction->preconditions.push_back({Family::kWhere, where, sighting});
  transaction->writes.Delete(Family::kWhere, where);
  std::set<uint64_t> rows(seqs.begin(), seqs.end());
  if (sighting.has_value()) {
    const auto known = directory::DecodeSighting(share.id, *sighting);
    ASSIGN_OR_RETURN(const auto row,
                     latest.Get(Family::kLog, storage::LogKey(parts_.self, share.id,
                                                              known.ok() ? known->seq : 0)));
    v1::Entry entry;
    if (row.has_value() && entry.ParseFromString(*row) &&
        absl::string_view(entry.id()) == id.bytes()) {
      rows.insert(known->seq);
    }
  }
  for (const uint64_t seq : rows) {
    transaction->writes.Delete(Family::kLog, storage::LogKey(parts_.self, share.id, seq));
  }
  ASSIGN_OR_RETURN(const auto row, latest.Get(Family::kActors, storage::ActorKey(id)));
  if (!row.has_value()) return absl::OkStatus();
  transaction->preconditions.push_back({Family::kActors, storage::ActorKey(id), row});
  ASSIGN_OR_RETURN(const auto actor, directory::ParseOwnRow(parts_.self, id, *row));
  transaction->changes.push_back({parts_.self, id, actor, actor});
  return absl::OkStatus();
}

// Messages cannot be made again: the newest row that can be read counts.
absl::Status Verifier::LocateMessage(const ShareId& link, const RecordId& id,
                                     const std::vector<uint64_t>& seqs,
                                     storage::Transaction* transaction) {
  const std::string where = storage::WhereKey(parts_.self, id, link);
  if (seqs.empty()) {
    transaction->writes.Delete(Family::kWhere, where);
    return absl::OkStatus();
  }
  const uint64_t newest = *std::max_element(seqs.begin(), seqs.end());
  for (const uint64_t seq : seqs) {
    if (seq == newest) continue;
    transaction->writes.Delete(Family::kLog, storage::LogKey(parts_.self, link, seq));
  }
  ASSIGN_OR_RETURN(const auto row, parts_.database->latest().Get(
                                       Family::kLog, storage::LogKey(parts_.self, link, newest)));
  v1::Entry entry;
  if (row.has_value() && entry.ParseFromString(*row)) {
    transaction->writes.Put(Family::kWhere, where,
                            directory::EncodeSighting(SightingOf(link, entry)));
  }
  return absl::OkStatus();
}

}  // namespace maillage::sharing
