// What people do with shares, at random.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/base/error.h"
#include "tests/sim/simulation.h"

namespace maillage::sim {
namespace {

using storage::Family;

constexpr char kWho[] = "operators/sim";

directory::Filter FilterOf(int filter) {
  return directory::Filter::Parse(FilterText(filter),
                                  [](absl::string_view) {
                                    return absl::StatusOr<NodeId>(absl::NotFoundError("no alias"));
                                  })
      .value();
}

uint64_t VersionOf(const SimNode& node, const ShareId& id) {
  v1::StoredOwnShare stored;
  v1::ShareDescriptor descriptor;
  stored.ParseFromString(node.disk().rows(Family::kObjects).at(ShareName(node.id(), id)));
  descriptor.ParseFromString(stored.share_descriptor().payload());
  return descriptor.version();
}

}  // namespace

void Simulation::MakeShare(size_t node) {
  ModelShare share;
  share.origin = node;
  share.title = absl::StrCat("share ", ++model_.last_number);
  share.filter = static_cast<int>(random_.Below(kFilters));
  share.view = v1::View(1 + random_.Below(3));
  sharing::ShareSpec spec;
  spec.title = share.title;
  spec.view = share.view;
  spec.filter = FilterOf(share.filter);
  spec.relayable = random_.Chance(0.6);
  for (size_t other = 0; other < nodes_.size(); ++other) {
    const bool joins = random_.Chance(0.7);
    if (!joins || other == node || !nodes_[node]->IsPairedWith(nodes_[other]->id())) continue;
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

void Simulation::ChangeTerms(size_t node) {
  for (const auto& [id, share] : model_.shares) {
    if (share.origin != node || share.deleted || random_.Chance(0.5)) continue;
    ModelShare after = share;
    const sharing::ShareChange change = DrawTerms(&after);
    if (after.members.empty()) return;
    Note(node, absl::StrCat("terms of ", after.title, ": filter ", after.filter, " view ",
                            after.view, " members ", absl::StrJoin(after.members, " ")));
    const uint64_t before = VersionOf(*nodes_[node], id);
    const auto updated = nodes_[node]->shares().Update(id, change, kWho);
    if (!updated.ok() && !nodes_[node]->disk().dead) Violation(updated.status().ToString());
    if (VersionOf(*nodes_[node], id) == before) return;
    for (size_t member = 0; member < nodes_.size(); ++member) {
      if (!after.members.contains(member)) model_.Leave(member, id);
    }
    model_.shares[id] = after;
    return;
  }
}

// Draws what changes in the terms of a share.
sharing::ShareChange Simulation::DrawTerms(ModelShare* share) {
  sharing::ShareChange change;
  if (random_.Chance(0.4)) {
    share->filter = static_cast<int>(random_.Below(kFilters));
    change.filter = FilterOf(share->filter);
  }
  if (random_.Chance(0.4)) {
    share->view = v1::View(1 + random_.Below(3));
    change.view = share->view;
  }
  for (size_t other = 0; other < nodes_.size(); ++other) {
    const bool turns = random_.Chance(0.2);
    if (!turns || other == share->origin) continue;
    if (!nodes_[share->origin]->IsPairedWith(nodes_[other]->id())) continue;
    const bool leaves = share->members.contains(other);
    (leaves ? change.remove : change.add).push_back(nodes_[other]->id());
    if (leaves) share->members.erase(other);
    if (!leaves) share->members.insert(other);
  }
  return change;
}

void Simulation::Subscribe(size_t node) {
  for (const auto& [id, share] : model_.shares) {
    if (!share.members.contains(node) || share.deleted || random_.Chance(0.3)) continue;
    if (model_.subscribed.contains({node, id})) continue;
    if (!nodes_[node]->IsPairedWith(nodes_[share.origin]->id())) continue;
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

}  // namespace maillage::sim
