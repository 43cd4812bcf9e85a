#include "server/sharing/shown_change.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/sharing/share_log.h"

namespace maillage::sharing {

using storage::Family;

absl::Status ReadPayload(const NodeId& origin, const v1::Entry& entry, v1::Actor* actor) {
  if (!directory::ReadActorOfEntry(origin, entry, actor)) {
    return InvalidArgument("BAD_PAYLOAD",
                           absl::StrCat("the record of entry ", entry.seq(), " cannot be read"));
  }
  if (const absl::Status bounds = directory::CheckBounds(*actor); !bounds.ok()) {
    return InvalidArgument(
        "BAD_PAYLOAD", absl::StrCat("the record of entry ", entry.seq(), ": ", bounds.message()));
  }
  return absl::OkStatus();
}

ShownChanges::ShownChanges(const storage::Reader& reader, const NodeId& origin,
                           const ShareId& share, bool actors)
    : reader_(reader), origin_(origin), share_(share), actors_(actors) {}

absl::Status ShownChanges::Set(const RecordId& id, const v1::Entry* entry,
                               storage::Transaction* transaction) {
  if (!origin_is_new_.has_value()) {
    origin_is_new_ = true;
    RETURN_IF_ERROR(reader_.ScanPrefix(Family::kWhere, origin_.bytes(),
                                       [&](absl::string_view, absl::string_view) {
                                         origin_is_new_ = false;
                                         return false;
                                       }));
  }
  Sightings before;
  if (!*origin_is_new_) {
    ASSIGN_OR_RETURN(before, directory::ReadSightings(reader_, origin_, id));
  }
  return SetFrom(before, id, entry, transaction);
}

absl::Status ShownChanges::SetFrom(const Sightings& before, const RecordId& id,
                                   const v1::Entry* entry, storage::Transaction* transaction) {
  storage::Batch& writes = transaction->writes;
  for (const directory::Sighting& sighting : before) {
    if (sighting.share != share_) continue;
    writes.Delete(Family::kLog, storage::LogKey(origin_, share_, sighting.seq));
  }
  AddRows(id, entry, &writes);
  return actors_ ? AddChange(id, entry, before, transaction) : absl::OkStatus();
}

void ShownChanges::AddRows(const RecordId& id, const v1::Entry* entry,
                           storage::Batch* writes) const {
  const std::string where = storage::WhereKey(origin_, id, share_);
  if (entry == nullptr) {
    writes->Delete(Family::kWhere, where);
  } else {
    writes->Put(Family::kLog, storage::LogKey(origin_, share_, entry->seq()),
                entry->SerializeAsString());
    directory::Sighting sighting = SightingOf(share_, *entry);
    // A message shows nothing, even under the id of a record.
    if (!actors_) sighting.view = v1::VIEW_UNSPECIFIED;
    writes->Put(Family::kWhere, where, directory::EncodeSighting(sighting));
  }
}

absl::Status ShownChanges::Replace(const RecordId& id, const std::vector<uint64_t>& seqs,
                                   const v1::Entry* entry, storage::Transaction* transaction) {
  for (const uint64_t seq : seqs) {
    transaction->writes.Delete(Family::kLog, storage::LogKey(origin_, share_, seq));
  }
  AddRows(id, entry, &transaction->writes);
  if (!actors_) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto put, ReadPut(entry));
  ASSIGN_OR_RETURN(const Sightings others, Others(id));
  const Sightings after = After(others, entry);
  const directory::Sighting* will_show = directory::WidestLive(after);
  if (will_show == nullptr) return absl::OkStatus();
  storage::RecordChange change{origin_, id, nullptr, nullptr};
  if (will_show->share == share_) {
    change.after = std::move(put);
  } else if (auto loaded = Load(*will_show); loaded.ok()) {
    change.after = *std::move(loaded);
  }
  if (change.after != nullptr) transaction->changes.push_back(std::move(change));
  return absl::OkStatus();
}

absl::StatusOr<ShownChanges::Sightings> ShownChanges::Others(const RecordId& id) const {
  Sightings others;
  const std::string prefix = storage::WherePrefix(origin_, id);
  RETURN_IF_ERROR(reader_.ScanPrefix(
      Family::kWhere, prefix, [&](absl::string_view key, absl::string_view value) {
        ShareId share;
        if (!ShareId::FromBytes(key.substr(prefix.size()), &share) || share == share_) return true;
        const auto sighting = directory::DecodeSighting(share, value);
        if (sighting.ok()) others.push_back(*sighting);
        return true;
      }));
  return others;
}

absl::StatusOr<std::shared_ptr<const v1::Actor>> ShownChanges::ReadPut(
    const v1::Entry* entry) const {
  if (entry == nullptr || entry->kind() != v1::ENTRY_KIND_PUT) return nullptr;
  auto put = std::make_shared<v1::Actor>();
  RETURN_IF_ERROR(ReadPayload(origin_, *entry, put.get()));
  return put;
}

absl::Status ShownChanges::AddChange(const RecordId& id, const v1::Entry* entry,
                                     const Sightings& before, storage::Transaction* transaction) {
  ASSIGN_OR_RETURN(auto put, ReadPut(entry));
  const Sightings after = After(before, entry);
  const directory::Sighting* shown = directory::WidestLive(before);
  const directory::Sighting* will_show = directory::WidestLive(after);
  storage::RecordChange change{origin_, id, nullptr, nullptr};
  if (shown != nullptr) {
    ASSIGN_OR_RETURN(change.before, Load(*shown));
  }
  if (will_show != nullptr) {
    if (will_show->share == share_) {
      change.after = std::move(put);
    } else if (shown != nullptr && shown->share == will_show->share) {
      return absl::OkStatus();  // another share shows it, as before
    } else {
      ASSIGN_OR_RETURN(change.after, Load(*will_show));
    }
  }
  if (change.before == nullptr && change.after == nullptr) return absl::OkStatus();
  transaction->changes.push_back(std::move(change));
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const v1::Actor>> ShownChanges::Load(
    const directory::Sighting& sighting) const {
  ASSIGN_OR_RETURN(
      const auto row,
      reader_.Get(Family::kLog, storage::LogKey(origin_, sighting.share, sighting.seq)));
  v1::Entry entry;
  if (row.has_value() && entry.ParseFromString(*row)) {
    auto actor = directory::ActorOfEntry(origin_, entry);
    if (actor != nullptr) return actor;
  }
  return DataLoss("BAD_ROW", "an entry of a share log cannot be read",
                  "unsubscribe from the share and subscribe again");
}

ShownChanges::Sightings ShownChanges::After(const Sightings& sightings,
                                            const v1::Entry* entry) const {
  Sightings after;
  for (const directory::Sighting& sighting : sightings) {
    if (sighting.share != share_) after.push_back(sighting);
  }
  if (entry != nullptr) after.push_back(SightingOf(share_, *entry));
  return after;
}

}  // namespace maillage::sharing
