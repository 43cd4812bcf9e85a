#include "server/directory/provenance.h"

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "maillage/v1/interchange_service.pb.h"
#include "maillage/v1/stored_directory.pb.h"
#include "server/directory/record_values.h"

namespace maillage::directory {

using storage::Family;

namespace {

absl::StatusOr<std::vector<v1::StoredChange>> ReadChanges(const storage::Reader& reader,
                                                          const RecordId& id) {
  std::vector<v1::StoredChange> changes;
  bool sound = true;
  RETURN_IF_ERROR(reader.ScanPrefix(
      Family::kHistory, id.bytes(), [&](absl::string_view, absl::string_view row) {
        sound = changes.emplace_back().ParseFromArray(row.data(), static_cast<int>(row.size()));
        return sound;
      }));
  if (sound) return changes;
  return DataLoss("BAD_ROW", absl::StrCat("a change of actor ", ToText(id), " cannot be read"),
                  "restore from a backup");
}

}  // namespace

absl::StatusOr<std::string> SourceOfBatch(const storage::Reader& reader, absl::string_view batch,
                                          absl::string_view otherwise) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kObjects, batch));
  v1::ImportBatch parsed;
  if (row.has_value() && parsed.ParseFromString(*row)) return parsed.source();
  return std::string(otherwise);
}

absl::StatusOr<Provenance> Provenance::Read(const storage::Reader& reader, const RecordId& id,
                                            const v1::Actor& now, absl::string_view source) {
  ASSIGN_OR_RETURN(const std::vector<v1::StoredChange> changes, ReadChanges(reader, id));
  const auto author = [&](absl::string_view batch,
                          absl::string_view otherwise) -> absl::StatusOr<By> {
    if (batch.empty()) return By::kOther;
    ASSIGN_OR_RETURN(const std::string told, SourceOfBatch(reader, batch, otherwise));
    return told == source ? By::kSource : By::kOther;
  };
  Provenance provenance;
  const v1::Actor& first = changes.empty() ? now : changes.front().before();
  // The creation by an import has no row; what else the history begins with was
  // made by somebody.
  ASSIGN_OR_RETURN(const By creator, first.revision() == 1
                                         ? author(first.import_batch(), first.source())
                                         : absl::StatusOr<By>(By::kOther));
  provenance.Follow(first, creator);
  for (size_t i = 0; i < changes.size(); ++i) {
    ASSIGN_OR_RETURN(By by, author(changes[i].import_batch(), changes[i].source()));
    if (absl::StartsWith(changes[i].what(), "undo importBatches/")) by = By::kUndo;
    provenance.Follow(i + 1 < changes.size() ? changes[i + 1].before() : now, by);
  }
  return provenance;
}

// What came and what went from the state before to this one.
void Provenance::Follow(const v1::Actor& state, By by) {
  absl::flat_hash_set<std::string> here;
  ForEachValue(state, [&](const std::string& key) {
    here.insert(key);
    Value& value = values_[key];
    if (!value.present && by != By::kUndo) value.brought = by == By::kSource;
    value.present = true;
  });
  for (auto& [key, value] : values_) {
    if (!value.present || here.contains(key)) continue;
    value.present = false;
    value.gone_with_it = by != By::kOther;
  }
}

bool Provenance::Brought(const std::string& key) const {
  const auto value = values_.find(key);
  return value != values_.end() && value->second.present && value->second.brought;
}

bool Provenance::TakenAway(const std::string& key) const {
  const auto value = values_.find(key);
  return value != values_.end() && !value->second.present && !value->second.gone_with_it;
}

}  // namespace maillage::directory
