#include "tools/cli/table.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/cli/text.h"

namespace maillage::cli {
namespace {

constexpr int kGap = 2;
// A text column narrower than this says nothing.
constexpr int kLegible = 12;

bool Rigid(const TableColumn& column) { return column.right || column.whole; }

int Total(const std::vector<int>& widths) {
  int total = -kGap;
  for (const int width : widths) total += width == 0 ? 0 : width + kGap;
  return total;
}

// The widths with every flexible column cut to `cap`.
std::vector<int> Capped(const std::vector<TableColumn>& columns, std::vector<int> widths, int cap) {
  for (size_t i = 0; i < widths.size(); ++i) {
    if (!Rigid(columns[i])) widths[i] = std::min(widths[i], cap);
  }
  return widths;
}

std::string RightTrimmed(std::string line) {
  absl::StripTrailingAsciiWhitespace(&line);
  return line + "\n";
}

}  // namespace

std::vector<int> LayOut(const std::vector<TableColumn>& columns, const std::vector<int>& natural,
                        int limit) {
  std::vector<int> widths = natural;
  if (limit <= 0 || Total(widths) <= limit) return widths;
  for (size_t i = columns.size(); i-- > 0;) {
    if (Total(Capped(columns, widths, kLegible)) <= limit) break;
    if (columns[i].optional) widths[i] = 0;
  }
  const int widest = *std::max_element(widths.begin(), widths.end());
  for (int cap = widest; cap > 1; --cap) {
    if (auto cut = Capped(columns, widths, cap); Total(cut) <= limit) return cut;
  }
  return Capped(columns, widths, 1);
}

std::string Table::Line(const std::vector<std::string>& cells, bool cut) const {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (widths_[i] == 0) continue;
    if (!line.empty()) line.append(kGap, ' ');
    const bool fit = cut && !Rigid(columns_[i]);
    absl::StrAppend(&line,
                    Pad(fit ? Fit(cells[i], widths_[i]) : cells[i], widths_[i], columns_[i].right));
  }
  return RightTrimmed(std::move(line));
}

std::string Table::Flush(int limit) {
  std::string text;
  if (widths_.empty()) {
    std::vector<int> natural;
    std::vector<std::string> headings;
    for (size_t i = 0; i < columns_.size(); ++i) {
      headings.push_back(columns_[i].heading);
      natural.push_back(DisplayWidth(headings.back()));
      for (const auto& row : rows_) natural[i] = std::max(natural[i], DisplayWidth(row[i]));
    }
    widths_ = LayOut(columns_, natural, limit);
    text = Line(headings, limit > 0);
  }
  for (const auto& row : rows_) absl::StrAppend(&text, Line(row, limit > 0));
  rows_.clear();
  return text;
}

std::string VerticalTable(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& pairs) {
  int width = 0;
  for (const auto& [label, lines] : pairs) {
    if (!lines.empty()) width = std::max(width, DisplayWidth(label));
  }
  std::string text;
  for (const auto& [label, lines] : pairs) {
    for (size_t i = 0; i < lines.size(); ++i) {
      const std::string head = Pad(i == 0 ? label : "", width + kGap, /*right=*/false);
      absl::StrAppend(&text, RightTrimmed(head + lines[i]));
    }
  }
  return text;
}

}  // namespace maillage::cli
