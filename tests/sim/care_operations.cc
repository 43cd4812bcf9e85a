// What people do with keys and suggestions, at random.
#include <iterator>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/directory/directory.h"
#include "tests/sim/simulation.h"

namespace maillage::sim {
namespace {

using storage::Family;

constexpr char kWho[] = "operators/sim";
constexpr char kInside[] = "62765";
constexpr char kOutside[] = "62119";

}  // namespace

void Simulation::Rotate(size_t node) {
  const bool revoke = random_.Chance(0.3);
  Note(node, absl::StrCat("rotate the signing key", revoke ? ", revoking the old one" : ""));
  const absl::Status rotated = nodes_[node]->RotateSigning(revoke);
  if (!rotated.ok() && !nodes_[node]->disk().dead) Violation(rotated.ToString());
}

// Proposes that somebody lives elsewhere.
void Simulation::Suggest(size_t node) {
  const size_t origin = (node + 1 + random_.Below(nodes_.size() - 1)) % nodes_.size();
  const auto visible = model_.Visible(node, origin);
  if (visible.empty() || !nodes_[node]->IsPairedWith(nodes_[origin]->id())) return;
  const auto at = std::next(visible.begin(), static_cast<int64_t>(random_.Below(visible.size())));
  const auto shown = nodes_[node]->directory().Get(
      absl::StrCat("nodes/", ToText(nodes_[origin]->id()), "/actors/", ToText(at->first)));
  // It may still be on its way.
  if (!shown.ok()) return;
  v1::Actor actor = **shown;
  v1::TerritoryRef* place = actor.mutable_territories(0);
  place->set_code(place->code() == kInside ? kOutside : kInside);
  Note(node, absl::StrCat("suggest a change of ", model_.records[origin][at->first].number));
  const auto made = nodes_[node]->suggestions().Make(actor, {"territories"}, "it moved", kWho);
  if (!made.ok() && !nodes_[node]->disk().dead) Violation(made.status().ToString());
}

void Simulation::Decide(size_t node) {
  const auto list = nodes_[node]->suggestions().List();
  if (!list.ok()) return Violation(list.status().ToString());
  for (const v1::ProposedChange& each : *list) {
    if (each.state() != v1::SUGGESTION_STATE_OPEN || random_.Chance(0.5)) continue;
    const bool accept = random_.Chance(0.7);
    Note(node, absl::StrCat(accept ? "accept " : "refuse ", "suggestion ", each.number()));
    if (accept) (void)nodes_[node]->suggestions().Accept(each.name(), kWho);
    if (!accept) (void)nodes_[node]->suggestions().Refuse(each.name(), "no", kWho);
    return FollowPlaces(node);
  }
}

// What was accepted changed a record, or did not where the node died over it.
void Simulation::FollowPlaces(size_t node) {
  const Rows& rows = nodes_[node]->disk().rows(Family::kActors);
  for (auto& [id, content] : model_.records[node]) {
    const auto row = rows.find(storage::ActorKey(id));
    if (row == rows.end()) continue;
    const auto actor = directory::ParseOwnRow(nodes_[node]->id(), id, row->second).value();
    content.in_saint_omer = actor->territories(0).code() == kInside;
  }
}

}  // namespace maillage::sim
