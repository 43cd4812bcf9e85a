#include "server/directory/directory.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/actor_name.h"
#include "server/directory/shown.h"

namespace maillage::directory {

using storage::Family;

Directory::Directory(const NodeId& self, storage::Database* database, storage::Writer* writer,
                     const Clock* clock, Nodes nodes, Gates gates)
    : self_(self),
      database_(database),
      writer_(writer),
      clock_(clock),
      nodes_(std::move(nodes)),
      gates_(std::move(gates)) {}

absl::StatusOr<std::shared_ptr<const v1::Actor>> ParseOwnRow(const NodeId& self, const RecordId& id,
                                                             absl::string_view bytes) {
  auto actor = std::make_shared<v1::Actor>();
  if (!actor->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss("BAD_ROW", absl::StrCat("actor ", ToText(id), " cannot be read"),
                    "restore from a backup");
  }
  FillNames(self, id, actor.get());
  return actor;
}

storage::Transaction ChangeOf(const NodeId& self, const RecordId& id,
                              std::shared_ptr<const v1::Actor> before,
                              std::shared_ptr<const v1::Actor> after) {
  storage::Transaction transaction;
  if (after == nullptr) {
    transaction.writes.Delete(Family::kActors, storage::ActorKey(id));
  } else if (after != before) {
    v1::Actor row = *after;  // its name follows from where it stands
    row.clear_name();
    row.clear_etag();
    transaction.writes.Put(Family::kActors, storage::ActorKey(id), row.SerializeAsString());
  }
  transaction.changes.push_back({self, id, std::move(before), std::move(after)});
  return transaction;
}

absl::StatusOr<ShownRecord> ReadByOrdinal(const storage::Reader& reader, const NodeId& self,
                                          uint32_t ordinal) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kOrdinals, storage::OrdinalKey(ordinal)));
  ShownRecord record;
  if (!row.has_value()) return record;
  if (row->size() != NodeId::kSize + RecordId::kSize) {
    return DataLoss("BAD_ROW", "a local number cannot be read", "restore from a backup");
  }
  record.origin = NodeId(absl::string_view(*row).substr(0, NodeId::kSize));
  record.id = RecordId(absl::string_view(*row).substr(NodeId::kSize));
  if (record.origin != self) {
    ASSIGN_OR_RETURN(record.actor, ReadShown(reader, record.origin, record.id));
    return record;
  }
  ASSIGN_OR_RETURN(const auto own, reader.Get(Family::kActors, storage::ActorKey(record.id)));
  if (own.has_value()) {
    ASSIGN_OR_RETURN(record.actor, ParseOwnRow(self, record.id, *own));
  }
  return record;
}

absl::StatusOr<std::shared_ptr<const v1::Actor>> Directory::Get(absl::string_view name) const {
  ASSIGN_OR_RETURN(const ParsedName parsed, ParseName(name));
  const auto snapshot = database_->Snapshot();
  if (parsed.bare || parsed.origin == self_) {
    ASSIGN_OR_RETURN(const auto row, snapshot->Get(Family::kActors, storage::ActorKey(parsed.id)));
    if (row.has_value()) return ParseOwnRow(self_, parsed.id, *row);
  }
  const std::vector<NodeId> origins =
      parsed.bare ? nodes_.all() : std::vector<NodeId>{parsed.origin};
  for (const NodeId& origin : origins) {
    ASSIGN_OR_RETURN(auto actor, ReadShown(*snapshot, origin, parsed.id));
    if (actor != nullptr) return actor;
  }
  return NoActor(name);
}

absl::StatusOr<Filter> Directory::ParseFilter(absl::string_view text) const {
  return Filter::Parse(text, nodes_.find);
}

absl::Status Directory::ForEach(const Filter& filter,
                                absl::FunctionRef<bool(const ShownRecord&)> visit) const {
  const auto snapshot = database_->Snapshot();
  ASSIGN_OR_RETURN(const Roaring matches, filter.Evaluate(*snapshot));
  for (const uint32_t ordinal : matches) {
    ASSIGN_OR_RETURN(const ShownRecord record, ReadByOrdinal(*snapshot, self_, ordinal));
    if (record.actor != nullptr && !visit(record)) break;
  }
  return absl::OkStatus();
}

}  // namespace maillage::directory
