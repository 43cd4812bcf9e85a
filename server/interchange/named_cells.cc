#include "server/interchange/named_cells.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "server/interchange/text.h"

namespace maillage::interchange {

NamedCells::NamedCells(std::vector<std::string> headings, const std::set<std::string>& known,
                       const std::set<std::string>& left_out)
    : width_(headings.size()) {
  for (size_t i = 0; i < headings.size(); ++i) {
    std::string name = absl::AsciiStrToLower(headings[i]);
    if (known.count(name) == 0) {
      if (!name.empty() && left_out.count(name) == 0) unused_.push_back(std::move(headings[i]));
      continue;
    }
    columns_.emplace(std::move(name), i);
  }
}

absl::string_view NamedCells::Raw(absl::string_view name) const {
  const auto column = columns_.find(name);
  if (column == columns_.end() || column->second >= row_->cells.size()) return "";
  return row_->cells[column->second];
}

std::string NamedCells::Text(absl::string_view name) const {
  std::string text = Clean(Raw(name));
  return IsPlaceholder(text) ? "" : text;
}

PropertyInfo NamedCells::Info(absl::string_view name) const {
  PropertyInfo info;
  info.line = row_->line;
  info.name = std::string(name);
  return info;
}

Mend NamedCells::MendOf(absl::string_view name) const {
  const auto column = columns_.find(name);
  const bool there = column != columns_.end() && column->second < row_->mends.size();
  return there ? row_->mends[column->second] : Mend::kNone;
}

bool NamedCells::Fits() const {
  const auto& cells = row_->cells;
  return !row_->torn && std::all_of(cells.begin() + std::min(width_, cells.size()), cells.end(),
                                    [](absl::string_view cell) { return cell.empty(); });
}

bool NamedCells::IsBlank() const {
  return std::all_of(row_->cells.begin(), row_->cells.end(),
                     [](absl::string_view cell) { return cell.empty() || Clean(cell).empty(); });
}

}  // namespace maillage::interchange
