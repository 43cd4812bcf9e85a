// What people do with records, messages and partners, at random.
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/directory/directory.h"
#include "tests/sim/simulation.h"

namespace maillage::sim {
namespace {

using storage::Family;

constexpr size_t kMaxRecords = 30;

std::shared_ptr<const v1::Actor> Stored(const SimNode& node, const RecordId& id) {
  const Rows& rows = node.disk().rows(Family::kActors);
  const auto row = rows.find(storage::ActorKey(id));
  if (row == rows.end()) return nullptr;
  return directory::ParseOwnRow(node.id(), id, row->second).value();
}

}  // namespace

void Simulation::OperateLater() {
  const auto& operations = options_.script.operations;
  if (next_ == operations.size()) return;
  scheduler_.After(operations[next_].pause, [this, &operations] {
    Operate(operations[next_]);
    ++next_;
    OperateLater();
  });
}

// What is drawn is the operation's own: leaving one out changes no other.
void Simulation::Operate(const Operation& operation) {
  if (!IsUp(operation.node)) return;
  random_ = Random(operation.chance);
  Scheduler::SeedBytes(Random(operation.chance + 1));
  if (operation.deed < Deed::kDay) return Work(operation);
  GoWrong(operation);
}

void Simulation::Work(const Operation& operation) {
  const size_t node = operation.node;
  switch (operation.deed) {
    case Deed::kCreate:
      return Create(node);
    case Deed::kChange:
      return Change(node);
    case Deed::kDelete:
    case Deed::kErase:
      return Remove(node, operation.deed == Deed::kErase);
    case Deed::kShare:
      return MakeShare(node);
    case Deed::kUnshare:
      return DeleteShare(node);
    case Deed::kTerms:
      return ChangeTerms(node);
    case Deed::kSubscribe:
      return Subscribe(node);
    case Deed::kUnsubscribe:
      return Unsubscribe(node);
    case Deed::kSend:
      return Send(node);
    case Deed::kUnpair:
      return Unpair(node);
    case Deed::kRotate:
      return Rotate(node);
    case Deed::kSuggest:
      return Suggest(node);
    case Deed::kDecide:
      return Decide(node);
    default:
      return Pair(node);
  }
}

void Simulation::Note(size_t node, const std::string& what) {
  Step(absl::StrCat("node ", node, ": ", what));
  ++outcome_.operations[what.substr(0, what.find(' '))];
  outcome_.deeds.push_back(absl::StrCat("node ", node, ": ", what));
}

bool Simulation::PickRecord(size_t node, RecordId* id) {
  const Model::Records& records = model_.records[node];
  if (records.empty()) return false;
  *id = std::next(records.begin(), static_cast<int64_t>(random_.Below(records.size())))->first;
  return true;
}

void Simulation::Create(size_t node) {
  if (model_.records[node].size() >= kMaxRecords) return;
  const Content content{Sort(random_.Below(kSorts)), random_.Chance(0.5), ++model_.last_number};
  Note(node, absl::StrCat("create ", content.number));
  Commit(node, NewRecordId(nodes_[node]->Now()), &content);
}

void Simulation::Change(size_t node) {
  RecordId id;
  if (!PickRecord(node, &id)) return;
  Content content = model_.records[node][id];
  if (random_.Chance(0.3)) content.sort = Sort(random_.Below(kSorts));
  if (random_.Chance(0.3)) content.in_saint_omer = random_.Chance(0.5);
  const uint64_t before = std::exchange(content.number, ++model_.last_number);
  Note(node, absl::StrCat("change ", before, " to ", content.number));
  Commit(node, id, &content);
}

void Simulation::Remove(size_t node, bool erase) {
  RecordId id;
  if (!PickRecord(node, &id)) return;
  Note(node, absl::StrCat(erase ? "erase " : "delete ", model_.records[node][id].number));
  if (erase) return Erase(node, id);
  Commit(node, id, nullptr);
}

void Simulation::Erase(size_t node, const RecordId& id) {
  SimNode& at = *nodes_[node];
  const auto erased = at.erasures().Erase(id, "asked for", "operators/sim");
  const bool done = Stored(at, id) == nullptr;
  // Where the node dies first, its next start erases what the log names.
  if (!done && !at.disk().dead) Violation(erased.status().ToString());
  if (!done) return;
  model_.records[node].erase(id);
  NoteErased(node, id);
}

// Who was just deleted when it came to it is not erased.
void Simulation::NoteErased(size_t node, const RecordId& id) {
  const std::string name =
      absl::StrCat("nodes/", ToText(nodes_[node]->id()), "/erasures/", ToText(id));
  if (nodes_[node]->disk().rows(Family::kObjects).contains(name)) model_.erased.insert(id);
}

void Simulation::FollowErasures(size_t node) {
  for (const RecordId& id : nodes_[node]->disk().erased) {
    if (Stored(*nodes_[node], id) != nullptr) Violation("what was erased is there again");
    model_.records[node].erase(id);
    NoteErased(node, id);
  }
}

// The model follows the disk where the node died over it: then it is either as
// it was or as it was to be.
void Simulation::Commit(size_t node, const RecordId& id, const Content* after) {
  SimNode& at = *nodes_[node];
  if (after != nullptr) model_.numbers[id].insert(after->number);
  const auto before = Stored(at, id);
  std::shared_ptr<v1::Actor> actor;
  if (after != nullptr) {
    actor = std::make_shared<v1::Actor>(ActorOf(*after));
    actor->set_revision(before == nullptr ? 1 : before->revision() + 1);
  }
  auto transaction = directory::ChangeOf(at.id(), id, before, actor);
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

void Simulation::Send(size_t node) {
  const size_t to = (node + 1 + random_.Below(nodes_.size() - 1)) % nodes_.size();
  if (!nodes_[node]->IsPairedWith(nodes_[to]->id())) return;
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
  const std::string key = absl::StrCat("sim/", message.cosign_request().payload());
  Random later = scheduler_.Stream(key, {++refusals_[key]});
  if (chaos_ && later.Chance(0.2)) return Unavailable("LATER", "not now");
  const Rows& rows = nodes_[node]->disk().rows(Family::kObjects);
  const auto row = rows.find(key);
  int times = 0;
  if (row != rows.end()) (void)absl::SimpleAtoi(row->second, &times);
  transaction->writes.Put(Family::kObjects, key, absl::StrCat(times + 1));
  return absl::OkStatus();
}

// The partner's shares go, and it leaves all of this node's; what it has not
// fetched is not sent any more.
void Simulation::Unpair(size_t node) {
  const size_t from = (node + 1 + random_.Below(nodes_.size() - 1)) % nodes_.size();
  SimNode& at = *nodes_[node];
  if (!at.IsPairedWith(nodes_[from]->id())) return;
  Note(node, absl::StrCat("unpair from ", from));
  model_.parted.insert(std::minmax(node, from));
  at.Unpair(nodes_[from]->id());
  const bool gone =
      !at.disk().rows(Family::kMeta).contains(absl::StrCat("partner/", ToText(nodes_[from]->id())));
  if (!gone) return;
  for (auto& [id, share] : model_.shares) {
    if (share.origin == node) model_.Leave(from, id);
    if (share.origin == from) model_.subscribed.erase({node, id});
  }
  for (auto& [number, message] : model_.messages) {
    if (message.from == node && message.to == from) message.certain = false;
  }
}

void Simulation::Pair(size_t node) {
  for (size_t other = 0; other < nodes_.size(); ++other) {
    if (other == node || nodes_[node]->IsPairedWith(nodes_[other]->id())) continue;
    if (!IsUp(other)) continue;
    Note(node, absl::StrCat("pair with ", other));
    return nodes_[node]->Pair(*nodes_[other]);
  }
}

}  // namespace maillage::sim
