// Commands of stories that tell of time, keys, old disks and damage.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/storage/schema.h"
#include "tests/sim/golden.h"

namespace maillage::sim {
namespace {

using storage::Family;

constexpr char kWho[] = "operators/sim";

int Number(const std::string& text) {
  int number = 0;
  (void)absl::SimpleAtoi(text, &number);
  return number;
}

}  // namespace

bool Golden::DoMore(const Words& words) {
  const std::string& verb = words[0];
  if (verb == "terms") Terms(words);
  if (verb == "days") Days(Number(words[1]));
  if (verb == "keep") Keep(Node(words[1]));
  if (verb == "back") Back(Node(words[1]));
  if (verb == "damage") Damage(words);
  if (verb == "repair") Repair(words);
  if (verb == "replay") replays_.insert(Node(words[1]));
  if (verb == "traces") Traces(Node(words[1]));
  if (verb == "clock") nodes_[Node(words[1])]->set_ahead(absl::Hours(Number(words[2])));
  const bool rotates = verb == "rotate" || verb == "revoke";
  if (rotates) {
    const absl::Status done = nodes_[Node(words[1])]->RotateSigning(verb == "revoke");
    if (!done.ok()) Say(done.ToString());
  }
  static const std::set<std::string> kMore = {"terms",  "days",   "keep",   "back",
                                              "damage", "repair", "replay", "traces",
                                              "clock",  "rotate", "revoke"};
  return kMore.contains(verb);
}

void Golden::Terms(const Words& words) {
  sharing::ShareChange change;
  change.filter = directory::Filter::Parse(FilterText(Number(words[3])), [](absl::string_view) {
                    return absl::StatusOr<NodeId>(absl::NotFoundError("no alias"));
                  }).value();
  const ShareId& id = shares_.at(words[2]).second;
  const auto updated = nodes_[Node(words[1])]->shares().Update(id, change, kWho);
  if (!updated.ok()) Say(updated.status().ToString());
}

void Golden::Days(int days) {
  for (int day = 0; day < days; ++day) {
    scheduler_.Skip(absl::Hours(24));
    for (auto& node : nodes_) {
      node->Renew();
      node->Tend();
      node->Purge();
    }
    Deliver();
  }
}

void Golden::Keep(size_t node) {
  Disk& copy = kept_[node] = nodes_[node]->disk();
  for (auto& rows : copy.families) rows = std::make_shared<Rows>(*rows);
}

void Golden::Back(size_t node) {
  network_->Down(node);
  nodes_[node]->Crash();
  nodes_[node]->disk().families = kept_.at(node).families;
  nodes_[node]->Start();
}

void Golden::Revive() {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i]->disk().dead) continue;
    network_->Down(i);
    nodes_[i]->Crash();
    nodes_[i]->Start();
  }
}

bool Golden::IsErased(size_t node) {
  const auto list = nodes_[node]->erasures().List();
  return list.ok() && !list->empty() &&
         std::all_of(list->begin(), list->end(), [](const v1::Erasure& one) { return one.done(); });
}

void Golden::Damage(const Words& words) {
  const auto& [origin, id] = shares_.at(words[2]);
  const NodeId& from = nodes_[origin]->id();
  const Family family = words[3] == "log"    ? Family::kLog
                        : words[3] == "tree" ? Family::kTree
                                             : Family::kWhere;
  Rows& rows = nodes_[Node(words[1])]->disk().Change(family);
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    const bool its = family == Family::kWhere
                         ? NodeId(row->first) == from && absl::EndsWith(row->first, id.bytes())
                         : absl::StartsWith(row->first, storage::LogPrefix(from, id));
    if (!its) continue;
    rows.erase(row);
    return;
  }
  Say("there is no such row");
}

void Golden::Repair(const Words& words) {
  const auto& [origin, id] = shares_.at(words[2]);
  nodes_[Node(words[1])]->streams()->Repair(
      {nodes_[origin]->id(), id},
      [this](const absl::Status& status, const sharing::CompareFigures&) {
        Say(status.ok() ? "  repaired" : absl::StrCat("  not repaired: ", ErrorReason(status)));
      });
}

void Golden::Traces(size_t node) {
  const Disk& disk = nodes_[node]->disk();
  int rows = 0;
  for (const auto& family : disk.families) {
    for (const auto& [key, value] : *family) rows += !TracesIn(key + value).empty() ? 1 : 0;
  }
  int files = 0;
  for (const Disk::Buried& row : disk.buried) files += !TracesIn(row.key + row.value).empty();
  Say(absl::StrCat("  ", rows, " rows, ", files, " in files"));
}

// A hostile node shows the oldest Head that it has.
void Golden::Alter(size_t from, v1::SyncMessage* message) {
  if (!message->has_run_end()) return;
  v1::Head head;
  head.ParseFromString(message->run_end().head().payload());
  if (head.seq() == 0) return;
  const auto known =
      first_heads_.try_emplace({from, head.share()}, message->run_end().head()).first;
  if (replays_.erase(from) > 0) *message->mutable_run_end()->mutable_head() = known->second;
}

}  // namespace maillage::sim
