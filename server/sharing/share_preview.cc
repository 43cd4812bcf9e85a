#include "server/sharing/share_preview.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "client/base/status_macros.h"
#include "roaring/roaring.hh"
#include "server/directory/actor.h"
#include "server/directory/directory.h"
#include "server/storage/postings.h"

namespace maillage::sharing {
namespace {

using directory::Field;

// Which own records somebody sees at least in that view: by view.
using Seen = std::array<Roaring, v1::VIEW_FULL + 1>;
// By effect.
using Effects = std::map<v1::ShareEffect, Roaring>;

Effects Compare(const Seen& before, const Seen& after) {
  Effects effects;
  effects[v1::SHARE_EFFECT_ENTER] = after[v1::VIEW_CARD] - before[v1::VIEW_CARD];
  effects[v1::SHARE_EFFECT_LEAVE] = before[v1::VIEW_CARD] - after[v1::VIEW_CARD];
  const Roaring stays = before[v1::VIEW_CARD] & after[v1::VIEW_CARD];
  for (int view = v1::VIEW_CARD + 1; view <= v1::VIEW_FULL; ++view) {
    effects[v1::SHARE_EFFECT_WIDEN] |= (after[view] - before[view]) & stays;
    effects[v1::SHARE_EFFECT_NARROW] |= (before[view] - after[view]) & stays;
  }
  return effects;
}

// Lives as long as PreviewShare().
class Preview {
 public:
  Preview(const PreviewGround& ground, const ShareId& share, const EditedShare& edited)
      : reader_(ground.reader),
        self_(ground.self),
        set_(ground.set),
        gates_(ground.gates),
        share_(share),
        edited_(edited) {}

  absl::Status Load();
  std::set<NodeId> Members() const;
  Effects EffectsOn(const NodeId& member) const;
  void Count(const std::string& member, v1::ShareEffect effect, const Roaring& records,
             v1::PreviewShareResponse* response) const;
  void CountHeld(v1::PreviewShareResponse* response) const;
  absl::Status Name(const std::string& member, v1::ShareEffect effect, const Roaring& records,
                    size_t limit, v1::PreviewShareResponse* response) const;

 private:
  using Held = std::map<v1::HeldBack, Roaring>;
  // Own records that match and may leave the node; the others go to `held`.
  absl::StatusOr<Roaring> Own(const directory::Filter& filter, Held* held) const;
  static void Add(const Roaring& records, v1::View view, Seen* seen);
  Seen SeenBy(const NodeId& member, bool after) const;

  const storage::Reader& reader_;
  const NodeId self_;
  const ShareSet& set_;
  const directory::Gates& gates_;
  const ShareId share_;
  const EditedShare& edited_;
  Roaring own_;
  std::map<v1::AudienceCategory, Roaring> categories_;
  std::map<ShareId, Roaring> before_;
  Roaring after_;  // of the edited share
  Held held_;
};

absl::Status Preview::Load() {
  ASSIGN_OR_RETURN(
      own_, storage::ReadPosting(reader_, static_cast<uint8_t>(Field::kOrigin), self_.bytes()));
  for (int c = v1::AUDIENCE_CATEGORY_INSTITUTION; c <= v1::AUDIENCE_CATEGORY_CITIZEN; ++c) {
    const auto category = static_cast<v1::AudienceCategory>(c);
    ASSIGN_OR_RETURN(categories_[category],
                     storage::ReadPosting(reader_, static_cast<uint8_t>(Field::kPrimary),
                                          directory::CategoryWord(category)));
  }
  for (const auto& [id, share] : set_.shares) {
    if (!share->TakesRecords()) continue;
    Held held;
    ASSIGN_OR_RETURN(before_[id], Own(share->filter, &held));
  }
  ASSIGN_OR_RETURN(after_, Own(edited_.filter, &held_));
  return absl::OkStatus();
}

absl::StatusOr<Roaring> Preview::Own(const directory::Filter& filter, Held* held) const {
  ASSIGN_OR_RETURN(Roaring matches, filter.Evaluate(reader_));
  matches &= own_;
  ASSIGN_OR_RETURN(*held, gates_.HoldBack(reader_, self_, filter, &matches));
  return matches;
}

void Preview::CountHeld(v1::PreviewShareResponse* response) const {
  for (const auto& [why, records] : held_) {
    if (records.isEmpty()) continue;
    v1::HeldBackCount* count = response->add_held_back();
    count->set_why(why);
    count->set_count(static_cast<int64_t>(records.cardinality()));
  }
}

std::set<NodeId> Preview::Members() const {
  std::set<NodeId> members;
  for (const auto& descriptor : {set_.Find(share_)->descriptor, edited_.descriptor}) {
    for (const NodeId& member : MembersOf(descriptor)) members.insert(member);
  }
  return members;
}

void Preview::Add(const Roaring& records, v1::View view, Seen* seen) {
  for (int v = v1::VIEW_CARD; v <= view; ++v) (*seen)[v] |= records;
}

Seen Preview::SeenBy(const NodeId& member, bool after) const {
  Seen seen;
  for (const auto& [id, records] : before_) {
    const OwnShare& share = *set_.Find(id);
    if (after && id == share_) continue;
    if (share.HasMember(member)) Add(records, share.descriptor.view(), &seen);
  }
  if (!after) return seen;
  const std::vector<NodeId> members = MembersOf(edited_.descriptor);
  if (std::find(members.begin(), members.end(), member) != members.end()) {
    Add(after_, edited_.descriptor.view(), &seen);
  }
  return seen;
}

Effects Preview::EffectsOn(const NodeId& member) const {
  return Compare(SeenBy(member, false), SeenBy(member, true));
}

void Preview::Count(const std::string& member, v1::ShareEffect effect, const Roaring& records,
                    v1::PreviewShareResponse* response) const {
  for (const auto& [category, of_category] : categories_) {
    const auto number = static_cast<int64_t>(records.and_cardinality(of_category));
    if (number == 0) continue;
    v1::ShareEffectCount* count = response->add_counts();
    count->set_member(member);
    count->set_effect(effect);
    count->set_category(category);
    count->set_count(number);
  }
}

absl::Status Preview::Name(const std::string& member, v1::ShareEffect effect,
                           const Roaring& records, size_t limit,
                           v1::PreviewShareResponse* response) const {
  size_t left = limit;
  for (auto it = records.begin(); it != records.end() && left > 0; ++it, --left) {
    ASSIGN_OR_RETURN(const directory::ShownRecord shown,
                     directory::ReadByOrdinal(reader_, self_, *it));
    if (shown.actor == nullptr) continue;
    v1::ShareEffectRecord* record = response->add_records();
    record->set_member(member);
    record->set_effect(effect);
    record->set_actor(shown.actor->name());
    record->set_display_name(directory::SortName(*shown.actor));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::PreviewShareResponse> PreviewShare(
    const PreviewGround& ground, const ShareId& share, const EditedShare& edited, size_t records,
    const std::function<std::string(const NodeId&)>& alias_of) {
  Preview preview(ground, share, edited);
  RETURN_IF_ERROR(preview.Load());
  v1::PreviewShareResponse response;
  for (const NodeId& member : preview.Members()) {
    const std::string alias = alias_of(member);
    for (const auto& [effect, bitmap] : preview.EffectsOn(member)) {
      preview.Count(alias, effect, bitmap, &response);
      RETURN_IF_ERROR(preview.Name(alias, effect, bitmap, records, &response));
    }
  }
  preview.CountHeld(&response);
  return response;
}

}  // namespace maillage::sharing
