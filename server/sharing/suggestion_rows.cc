#include "server/sharing/suggestion_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {

std::string SuggestionPrefix(const NodeId& author) {
  return absl::StrCat(kSuggestionPrefix, ToText(author), "/");
}

storage::KeyRange SuggestionRange() {
  std::string limit = kSuggestionPrefix;
  ++limit.back();
  return {storage::Family::kObjects, kSuggestionPrefix, limit};
}

std::string SuggestionKey(const NodeId& author, const RecordId& id) {
  return absl::StrCat(SuggestionPrefix(author), ToText(id));
}

std::string SuggestionName(const NodeId& author, const RecordId& id) {
  return absl::StrCat("nodes/", ToText(author), "/suggestions/", ToText(id));
}

bool IsOpen(const v1::StoredSuggestion& stored) {
  return stored.state() == v1::SUGGESTION_STATE_OPEN || stored.state() == v1::SUGGESTION_STATE_SENT;
}

absl::Status ForEachSuggestion(const storage::Reader& reader, absl::string_view prefix,
                               absl::FunctionRef<void(SuggestionRow)> visit) {
  absl::Status bad;
  RETURN_IF_ERROR(reader.ScanPrefix(
      storage::Family::kObjects, prefix, [&](absl::string_view key, absl::string_view value) {
        SuggestionRow row;
        const auto id = ParseRecordId(key.substr(key.rfind('/') + 1));
        if (!id.ok() || !row.stored.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          bad = DataLoss("BAD_ROW", "a suggestion cannot be read", "restore from a backup");
          return false;
        }
        row.value = std::string(value);
        row.author = NodeId(row.stored.author());
        row.id = *id;
        visit(std::move(row));
        return true;
      }));
  return bad;
}

}  // namespace maillage::sharing
