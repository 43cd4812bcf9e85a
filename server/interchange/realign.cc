#include "server/interchange/realign.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

bool LooksLike(Field field, absl::string_view cell) {
  if (field == Field::kEmail) return absl::StrContains(cell, '@');
  if (field != Field::kPhone || cell.find_first_of("0123456789") == absl::string_view::npos) {
    return false;
  }
  const std::vector<Found> phones = FindPhones(cell);
  return !phones.empty() &&
         std::all_of(phones.begin(), phones.end(), [](const Found& f) { return f.ok(); });
}

// The first column of addresses or numbers whose neighbour holds more of them
// under another heading; fields.size() if there is none.
size_t FirstSplit(const std::vector<Field>& fields, const TextRow& row) {
  for (size_t i = 0; i + 1 < row.cells.size() && i < fields.size(); ++i) {
    const bool neighbour_too = i + 1 < fields.size() && fields[i + 1] == fields[i];
    if (!neighbour_too && LooksLike(fields[i], row.cells[i]) &&
        LooksLike(fields[i], row.cells[i + 1])) {
      return i;
    }
  }
  return fields.size();
}

}  // namespace

bool Realign(const std::vector<Field>& fields, TextRow* row, std::vector<std::string>* storage,
             std::vector<size_t>* joined) {
  storage->clear();
  joined->clear();
  if (row->cells.size() <= fields.size()) return true;
  storage->reserve(row->cells.size());  // views into it must stay
  while (row->cells.size() > fields.size()) {
    const size_t i = FirstSplit(fields, *row);
    if (i == fields.size()) break;
    storage->push_back(absl::StrCat(row->cells[i], "\n", row->cells[i + 1]));
    row->cells[i] = storage->back();
    row->cells.erase(row->cells.begin() + i + 1);
    row->mends[i] = std::max(row->mends[i], row->mends[i + 1]);
    row->mends.erase(row->mends.begin() + i + 1);
    joined->push_back(i);
  }
  return std::all_of(row->cells.begin() + std::min(fields.size(), row->cells.size()),
                     row->cells.end(), [](absl::string_view cell) { return cell.empty(); });
}

}  // namespace maillage::interchange
