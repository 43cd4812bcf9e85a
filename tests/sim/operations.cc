// What people do at the nodes of a simulation, at random.
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/directory/directory.h"
#include "tests/sim/simulation.h"

namespace maillage::sim {
namespace {

using storage::Family;

constexpr char kWho[] = "operators/sim";
constexpr size_t kMaxRecords = 30;

std::shared_ptr<const v1::Actor> Stored(const SimNode& node, const RecordId& id) {
  const Rows& rows = node.disk().rows(Family::kActors);
  const auto row = rows.find(storage::ActorKey(id));
  if (row == rows.end()) return nullptr;
  return directory::ParseOwnRow(node.id(), id, row->second).value();
}

v1::StoredShare StoredShareOf(const SimNode& node, const NodeId& origin, const ShareId& share) {
  v1::StoredShare stored;
  const Rows& rows = node.disk().rows(Family::kHeads);
  const auto row = rows.find(storage::HeadKey(origin, share));
  if (row != rows.end()) stored.ParseFromString(row->second);
  return stored;
}

}  // namespace

void Simulation::OperateLater() {
  scheduler_.After(random_.UpTo(absl::Milliseconds(900)), [this] {
    Operate();
    if (--left_ > 0) OperateLater();
  });
}

void Simulation::Operate() {
  const size_t node = random_.Below(nodes_.size());
  if (!nodes_[node]->is_up() || nodes_[node]->disk().dead) return;
  const uint64_t roll = random_.Below(100);
  if (roll < 22) return Create(node);
  if (roll < 44) return Change(node);
  if (roll < 51) return Remove(node, /*erase=*/false);
  if (roll < 58) return Remove(node, /*erase=*/true);
  if (roll < 65) return MakeShare(node);
  if (roll < 68) return DeleteShare(node);
  if (roll < 81) return Subscribe(node);
  if (roll < 84) return Unsubscribe(node);
  if (roll < 93) return Send(node);
  if (roll < 97) return Crash(node);
  Note(node, "a day goes by");
  scheduler_.Skip(absl::Hours(24));
  for (const auto& other : nodes_) {
    if (other->is_up() && !other->disk().dead) other->Renew();
  }
}

void Simulation::Note(size_t node, const std::string& what) {
  Step(absl::StrCat("node ", node, ": ", what));
  ++outcome_.operations[what.substr(0, what.find(' '))];
}

bool Simulation::PickRecord(size_t node, RecordId* id) {
  const Model::Records& records = model_.records[node];
  if (records.empty()) return false;
  *id = std::next(records.begin(), random_.Below(records.size()))->first;
  return true;
}

void Simulation::Create(size_t node) {
  if (model_.records[node].size() >= kMaxRecords) return;
  const Content content{Sort(random_.Below(kSorts)), random_.Chance(0.5), ++model_.last_number};
  Note(node, absl::StrCat("create ", content.number));
  Commit(node, NewRecordId(scheduler_.Now()), &content, false);
}

void Simulation::Change(size_t node) {
  RecordId id;
  if (!PickRecord(node, &id)) return;
  Content content = model_.records[node][id];
  if (random_.Chance(0.3)) content.sort = Sort(random_.Below(kSorts));
  if (random_.Chance(0.3)) content.in_saint_omer = random_.Chance(0.5);
  const uint64_t before = std::exchange(content.number, ++model_.last_number);
  Note(node, absl::StrCat("change ", before, " to ", content.number));
  Commit(node, id, &content, false);
}

void Simulation::Remove(size_t node, bool erase) {
  RecordId id;
  if (!PickRecord(node, &id)) return;
  Note(node, absl::StrCat(erase ? "erase " : "delete ", model_.records[node][id].number));
  Commit(node, id, nullptr, erase);
}

// The model follows the disk where the node died over it: then it is either as
// it was or as it was to be.
void Simulation::Commit(size_t node, const RecordId& id, const Content* after, bool erase) {
  SimNode& at = *nodes_[node];
  const auto before = Stored(at, id);
  std::shared_ptr<v1::Actor> actor;
  if (after != nullptr) {
    actor = std::make_shared<v1::Actor>(ActorOf(*after));
    actor->set_revision(before == nullptr ? 1 : before->revision() + 1);
  }
  auto transaction = directory::ChangeOf(at.id(), id, before, actor);
  transaction.changes.front().erase = erase;
  const Rows& rows = at.disk().rows(Family::kActors);
  const auto row = rows.find(storage::ActorKey(id));
  std::optional<std::string> known;
  if (row != rows.end()) known = row->second;
  transaction.preconditions.push_back({Family::kActors, storage::ActorKey(id), known});
  const absl::Status status = at.writer().Commit(std::move(transaction));
  bool done = status.ok();
  if (at.disk().dead) {
    const auto now = Stored(at, id);
    done = after == nullptr ? now == nullptr
                            : now != nullptr && now->notes() == Mark(Part::kNote, after->number);
  } else if (!done && !absl::IsAborted(status)) {
    Violation(status.ToString());
  }
  if (!done) return;
  if (after != nullptr) {
    model_.records[node][id] = *after;
  } else {
    model_.records[node].erase(id);
  }
}

void Simulation::MakeShare(size_t node) {
  ModelShare share;
  share.origin = node;
  share.title = absl::StrCat("share ", ++model_.last_number);
  share.filter = static_cast<int>(random_.Below(kFilters));
  share.view = v1::View(1 + random_.Below(3));
  sharing::ShareSpec spec;
  spec.title = share.title;
  spec.view = share.view;
  spec.filter = directory::Filter::Parse(FilterText(share.filter), [](absl::string_view) {
                  return absl::StatusOr<NodeId>(absl::NotFoundError("no alias"));
                }).value();
  for (size_t other = 0; other < nodes_.size(); ++other) {
    if (other == node || !random_.Chance(0.7)) continue;
    share.members.insert(other);
    spec.members.push_back(nodes_[other]->id());
  }
  if (spec.members.empty()) return;
  Note(node, absl::StrCat("share ", share.title, " filter ", share.filter, " view ", share.view));
  const auto made = nodes_[node]->shares().Create(spec, kWho);
  if (made.ok()) model_.shares[(*made)->id] = share;
  if (made.ok() || nodes_[node]->disk().dead == false) {
    if (!made.ok()) Violation(made.status().ToString());
    return;
  }
  for (const auto& [key, row] : nodes_[node]->disk().rows(Family::kObjects)) {
    v1::StoredOwnShare stored;
    v1::ShareDescriptor descriptor;
    if (absl::StartsWith(key, "sim/") || !stored.ParseFromString(row)) continue;
    descriptor.ParseFromString(stored.share_descriptor().payload());
    if (descriptor.title() == share.title) model_.shares[ShareId(descriptor.share())] = share;
  }
}

void Simulation::DeleteShare(size_t node) {
  for (auto& [id, share] : model_.shares) {
    if (share.origin != node || share.deleted || random_.Chance(0.5)) continue;
    Note(node, absl::StrCat("unshare ", share.title));
    share.deleted = nodes_[node]->shares().Delete(id, kWho).ok();
    if (nodes_[node]->disk().dead) {
      v1::StoredOwnShare stored;
      stored.ParseFromString(
          nodes_[node]->disk().rows(Family::kObjects).at(ShareName(nodes_[node]->id(), id)));
      share.deleted = stored.deleted();
    }
    return;
  }
}

void Simulation::Subscribe(size_t node) {
  for (const auto& [id, share] : model_.shares) {
    if (!share.members.contains(node) || share.deleted || random_.Chance(0.3)) continue;
    if (model_.subscribed.contains({node, id})) continue;
    const NodeId& origin = nodes_[share.origin]->id();
    bool done = nodes_[node]->streams()->Subscribe(origin, id, kWho).ok();
    if (nodes_[node]->disk().dead) done = StoredShareOf(*nodes_[node], origin, id).subscribed();
    if (done) {
      Note(node, absl::StrCat("subscribe ", share.title));
      model_.subscribed.insert({node, id});
    }
    if (done || nodes_[node]->disk().dead) return;
  }
}

void Simulation::Unsubscribe(size_t node) {
  for (const auto& [id, share] : model_.shares) {
    if (!model_.subscribed.contains({node, id}) || random_.Chance(0.5)) continue;
    const NodeId& origin = nodes_[share.origin]->id();
    Note(node, absl::StrCat("unsubscribe ", share.title));
    bool done = nodes_[node]->streams()->Unsubscribe(origin, id, kWho).ok();
    if (nodes_[node]->disk().dead) done = !StoredShareOf(*nodes_[node], origin, id).subscribed();
    if (done) model_.subscribed.erase({node, id});
    return;
  }
}

void Simulation::Send(size_t node) {
  const size_t to = (node + 1 + random_.Below(nodes_.size() - 1)) % nodes_.size();
  const uint64_t number = ++model_.last_number;
  Note(node, absl::StrCat("send ", number, " to ", to));
  v1::LinkMessage message;
  message.mutable_cosign_request()->set_payload(absl::StrCat(number));
  model_.messages[number] = {node, to, false};
  const absl::Status sent = nodes_[node]->links().Send(nodes_[to]->id(), message);
  model_.messages[number].certain = sent.ok();
  if (!sent.ok() && !nodes_[node]->disk().dead) Violation(sent.ToString());
}

absl::Status Simulation::Handle(size_t node, const v1::LinkMessage& message,
                                storage::Transaction* transaction) {
  if (chaos_ && random_.Chance(0.2)) return Unavailable("LATER", "not now");
  const std::string key = absl::StrCat("sim/", message.cosign_request().payload());
  const Rows& rows = nodes_[node]->disk().rows(Family::kObjects);
  const auto row = rows.find(key);
  int times = 0;
  if (row != rows.end()) (void)absl::SimpleAtoi(row->second, &times);
  transaction->writes.Put(Family::kObjects, key, absl::StrCat(times + 1));
  return absl::OkStatus();
}

void Simulation::Crash(size_t node) {
  if (!crashes_) return;
  Disk& disk = nodes_[node]->disk();
  disk.last_is_kept = random_.Chance(0.5);
  disk.commits_to_live = static_cast<int>(random_.Below(6));
  if (random_.Chance(0.3)) disk.dead = true;
  Note(node, absl::StrCat("crash soon, after ", disk.commits_to_live, " commits"));
}

}  // namespace maillage::sim
