#include "server/sharing/compare_server.h"

#include <algorithm>

#include "client/base/status_macros.h"
#include "server/directory/shown.h"
#include "server/sharing/share_log.h"
#include "server/sharing/supplier.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// Log rows that one part of an answer looks at for stubs: a log may have none.
constexpr size_t kStubsLookedAt = 10'000;

bool IsNode(uint32_t node) {
  const uint32_t level = node >> 16;
  if (level > kTreeDepth) return false;
  // Bits below the level's nibbles say nothing.
  return level == kTreeDepth || (node & (0xffffu >> (4 * level))) == 0;
}

}  // namespace

bool CompareServer::IsAllowed(const v1::CompareRequest& request) {
  return request.nodes_size() <= kMaxCompareNodes && request.ids_size() <= kMaxCompareIds &&
         std::all_of(request.nodes().begin(), request.nodes().end(), IsNode) &&
         std::all_of(request.ids().begin(), request.ids().end(),
                     [](const std::string& id) { return id.size() == RecordId::kSize; });
}

v1::SyncMessage CompareServer::RefusalOf(const v1::CompareRequest& request,
                                         v1::Refusal::Reason reason) {
  v1::SyncMessage message;
  v1::CompareAnswer* answer = message.mutable_compare_answer();
  answer->set_origin(request.origin().substr(0, NodeId::kSize));
  answer->set_share(request.share().substr(0, ShareId::kSize));
  answer->set_refusal(reason);
  answer->set_last(true);
  return message;
}

void CompareServer::Handle(const v1::CompareRequest& request, const PublicationPtr& latest,
                           Outbox* outbox) {
  ShareKey key;
  if (!ShareKey::Of(request, &key)) return;
  if (request.done()) return Release(key);
  const auto refuse = [&](v1::Refusal::Reason reason) {
    Release(key);
    outbox->push_back(RefusalOf(request, reason));
  };
  if (!IsAllowed(request)) return refuse(v1::Refusal::BAD_REQUEST);
  const bool begins = request.nodes_size() == 1 && request.nodes(0) == 0;
  if (begins) {
    if (latest == nullptr || latest->tree == nullptr) return refuse(v1::Refusal::NOT_READY);
    Release(key);
    if (open_.size() >= kMaxComparisons) return refuse(v1::Refusal::NOT_READY);
    Open& open = open_[key];
    open.publication = latest;
    open.begins = true;
  }
  const auto it = open_.find(key);
  if (it == open_.end() || it->second.answering) return refuse(v1::Refusal::BAD_REQUEST);
  Open& open = it->second;
  open.answering = true;
  open.nodes.assign(request.nodes().begin(), request.nodes().end());
  for (const std::string& id : request.ids()) open.ids.emplace_back(id);
  if (request.has_stubs_after()) open.stubs_after = request.stubs_after();
}

bool CompareServer::Next(v1::SyncMessage* message) {
  if (open_.empty()) return false;
  auto it = open_.upper_bound(turn_);
  for (size_t i = 0; i < open_.size(); ++i, ++it) {
    if (it == open_.end()) it = open_.begin();
    if (!it->second.answering) continue;
    turn_ = it->first;
    v1::CompareAnswer* answer = message->mutable_compare_answer();
    it->first.NameIn(answer);
    // Rows that are damaged here end this comparison alone.
    if (!Fill(&it->second, answer).ok()) {
      answer->clear_nodes();
      answer->clear_entries();
      answer->set_refusal(v1::Refusal::NOT_READY);
      answer->set_last(true);
      open_.erase(it);
    }
    return true;
  }
  return false;
}

absl::Status CompareServer::Fill(Open* open, v1::CompareAnswer* answer) {
  if (std::exchange(open->begins, false)) {
    *answer->mutable_head() = open->publication->signed_head;
  }
  size_t bytes = 0;
  RETURN_IF_ERROR(AddNodes(open, answer, &bytes));
  RETURN_IF_ERROR(AddRecords(open, answer, &bytes));
  if (open->nodes.empty() && open->ids.empty()) RETURN_IF_ERROR(AddStubs(open, answer, &bytes));
  open->answering = !open->nodes.empty() || !open->ids.empty() || open->stubs_after.has_value();
  answer->set_last(!open->answering);
  return absl::OkStatus();
}

absl::Status CompareServer::AddNodes(Open* open, v1::CompareAnswer* answer, size_t* bytes) {
  const v1::Head& head = open->publication->head;
  for (; !open->nodes.empty() && *bytes < kMessageBytes; open->nodes.pop_front()) {
    const uint32_t node = open->nodes.front();
    ASSIGN_OR_RETURN(
        const auto row,
        open->publication->tree->Get(
            Family::kTree,
            storage::TreeKey(NodeId(head.origin()), ShareId(head.share()),
                             static_cast<uint8_t>(node >> 16), static_cast<uint16_t>(node))));
    v1::TreeNode* added = answer->add_nodes();
    added->set_node(node);
    if (row.has_value()) added->set_row(*row);
    *bytes += added->row().size() + sizeof(node);
  }
  return absl::OkStatus();
}

absl::Status CompareServer::AddRecords(Open* open, v1::CompareAnswer* answer, size_t* bytes) {
  const v1::Head& head = open->publication->head;
  const storage::Reader& reader = *open->publication->snapshot;
  const NodeId origin(head.origin());
  const ShareId share(head.share());
  for (; !open->ids.empty() && *bytes < kMessageBytes; open->ids.pop_front()) {
    const RecordId& id = open->ids.front();
    *bytes += RecordId::kSize;  // so that ids without a record have an end, too
    ASSIGN_OR_RETURN(const auto where,
                     reader.Get(Family::kWhere, storage::WhereKey(origin, id, share)));
    if (!where.has_value()) continue;
    ASSIGN_OR_RETURN(const directory::Sighting sighting, directory::DecodeSighting(share, *where));
    if (sighting.kind != v1::ENTRY_KIND_PUT || sighting.seq > head.seq()) continue;
    ASSIGN_OR_RETURN(const auto row,
                     reader.Get(Family::kLog, storage::LogKey(origin, share, sighting.seq)));
    v1::Entry entry;
    if (!row.has_value() || !entry.ParseFromString(*row)) continue;
    *bytes += row->size();
    answer->add_entries()->Swap(&entry);
  }
  return absl::OkStatus();
}

absl::Status CompareServer::AddStubs(Open* open, v1::CompareAnswer* answer, size_t* bytes) {
  if (!open->stubs_after.has_value()) return absl::OkStatus();
  const v1::Head& head = open->publication->head;
  size_t seen = 0;
  bool full = false;
  RETURN_IF_ERROR(ForEachEntry(*open->publication->snapshot, NodeId(head.origin()),
                               ShareId(head.share()), *open->stubs_after, head.seq(),
                               [&](v1::Entry* entry) {
                                 open->stubs_after = entry->seq();
                                 if (entry->kind() != v1::ENTRY_KIND_PUT) {
                                   *bytes += entry->ByteSizeLong();
                                   answer->add_entries()->Swap(entry);
                                 }
                                 full = *bytes >= kMessageBytes || ++seen >= kStubsLookedAt;
                                 return !full;
                               }));
  if (!full) open->stubs_after.reset();
  return absl::OkStatus();
}

}  // namespace maillage::sharing
