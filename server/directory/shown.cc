#include "server/directory/shown.h"

#include <tuple>
#include <utility>

#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"

namespace maillage::directory {

using storage::Family;

namespace {

constexpr size_t kSightingBytes = 8 + 1 + 8 + 1;

absl::Status BadRow(absl::string_view what) {
  return DataLoss("BAD_ROW", what, "unsubscribe from the share and subscribe again");
}

}  // namespace

std::string EncodeSighting(const Sighting& sighting) {
  std::string value;
  AppendU64(&value, sighting.seq);
  value.push_back(static_cast<char>(sighting.view));
  AppendU64(&value, sighting.revision);
  value.push_back(static_cast<char>(sighting.kind));
  return value;
}

absl::StatusOr<Sighting> DecodeSighting(const ShareId& share, absl::string_view value) {
  if (value.size() != kSightingBytes) return BadRow("a record's whereabouts cannot be read");
  Sighting sighting;
  sighting.share = share;
  sighting.seq = ReadU64(value);
  sighting.view = static_cast<v1::View>(value[8]);
  sighting.revision = ReadU64(value.substr(9));
  sighting.kind = static_cast<v1::EntryKind>(value[17]);
  return sighting;
}

absl::StatusOr<std::vector<Sighting>> ReadSightings(const storage::Reader& reader,
                                                    const NodeId& origin, const RecordId& id) {
  std::vector<Sighting> sightings;
  absl::Status bad;
  const std::string prefix = storage::WherePrefix(origin, id);
  RETURN_IF_ERROR(reader.ScanPrefix(Family::kWhere, prefix,
                                    [&](absl::string_view key, absl::string_view value) {
                                      ShareId share;
                                      if (!ShareId::FromBytes(key.substr(prefix.size()), &share))
                                        return true;
                                      auto sighting = DecodeSighting(share, value);
                                      bad = sighting.status();
                                      if (sighting.ok()) sightings.push_back(*sighting);
                                      return bad.ok();
                                    }));
  RETURN_IF_ERROR(bad);
  return sightings;
}

const Sighting* WidestLive(const std::vector<Sighting>& sightings) {
  const Sighting* widest = nullptr;
  for (const Sighting& sighting : sightings) {
    if (sighting.view == v1::VIEW_UNSPECIFIED) continue;  // a link's message
    // Erased in one share is erased in all, before the others say so.
    if (sighting.kind == v1::ENTRY_KIND_ERASE) return nullptr;
    if (sighting.kind != v1::ENTRY_KIND_PUT) continue;
    if (widest == nullptr ||
        std::tie(sighting.view, sighting.revision) > std::tie(widest->view, widest->revision)) {
      widest = &sighting;
    }
  }
  return widest;
}

bool ReadActorOfEntry(const NodeId& origin, const v1::Entry& entry, v1::Actor* actor) {
  RecordId id;
  if (!actor->ParseFromString(entry.payload()) || !RecordId::FromBytes(entry.id(), &id)) {
    return false;
  }
  actor->set_revision(entry.revision());
  actor->set_view(entry.view());
  FillNames(origin, id, actor);
  return true;
}

std::shared_ptr<const v1::Actor> ActorOfEntry(const NodeId& origin, const v1::Entry& entry) {
  auto actor = std::make_shared<v1::Actor>();
  return ReadActorOfEntry(origin, entry, actor.get()) ? actor : nullptr;
}

absl::StatusOr<std::shared_ptr<const v1::Actor>> ReadShown(const storage::Reader& reader,
                                                           const NodeId& origin,
                                                           const RecordId& id) {
  ASSIGN_OR_RETURN(const std::vector<Sighting> sightings, ReadSightings(reader, origin, id));
  const Sighting* widest = WidestLive(sightings);
  if (widest == nullptr) return nullptr;
  ASSIGN_OR_RETURN(const auto row,
                   reader.Get(Family::kLog, storage::LogKey(origin, widest->share, widest->seq)));
  v1::Entry entry;
  if (!row.has_value() || !entry.ParseFromString(*row)) {
    return BadRow("an entry of a share log cannot be read");
  }
  std::shared_ptr<const v1::Actor> actor = ActorOfEntry(origin, entry);
  if (actor == nullptr) return BadRow("the payload of an entry cannot be read");
  return actor;
}

}  // namespace maillage::directory
