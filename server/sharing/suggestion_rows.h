// Rows of suggestions: suggestions/{author}/{uuid} of the family objects.
#ifndef SERVER_SHARING_SUGGESTION_ROWS_H_
#define SERVER_SHARING_SUGGESTION_ROWS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "client/base/ids.h"
#include "maillage/v1/stored.pb.h"
#include "server/storage/database.h"
#include "server/storage/reader.h"

namespace maillage::sharing {

struct SuggestionRow {
  std::string value;  // as stored
  NodeId author;
  RecordId id;
  v1::StoredSuggestion stored;

  NodeId origin() const { return NodeId(stored.origin()); }
};

// Of all suggestions, and of those of one author.
inline constexpr char kSuggestionPrefix[] = "suggestions/";
std::string SuggestionPrefix(const NodeId& author);
// Where all suggestions stand.
storage::KeyRange SuggestionRange();
std::string SuggestionKey(const NodeId& author, const RecordId& id);
// nodes/{author}/suggestions/{uuid}.
std::string SuggestionName(const NodeId& author, const RecordId& id);

// Not decided yet.
bool IsOpen(const v1::StoredSuggestion& stored);

// DATA_LOSS (BAD_ROW).
absl::Status ForEachSuggestion(const storage::Reader& reader, absl::string_view prefix,
                               absl::FunctionRef<void(SuggestionRow)> visit);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SUGGESTION_ROWS_H_
