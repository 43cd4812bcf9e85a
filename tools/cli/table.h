// Tables of text that fit a terminal.
#ifndef TOOLS_CLI_TABLE_H_
#define TOOLS_CLI_TABLE_H_

#include <string>
#include <utility>
#include <vector>

namespace maillage::cli {

// A column as the layout sees it.
struct TableColumn {
  std::string heading;
  bool right = false;     // aligned to the right, never cut
  bool whole = false;     // never cut
  bool optional = false;  // may be left out
};

// Displayed widths by column; 0 for a column left out. `natural` are the widths
// that would cut nothing, `limit` the terminal's (0: none). Optional columns go
// first, the last before the others; then the widest are cut, alike, to no less
// than a few columns each.
std::vector<int> LayOut(const std::vector<TableColumn>& columns, const std::vector<int>& natural,
                        int limit);

// Collects rows and writes them as aligned lines. Cells are cleaned text.
class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  size_t size() const { return rows_.size(); }
  // Headings and rows, each line ended; empties the table. A second call goes
  // on with the widths of the first, without headings.
  std::string Flush(int limit);

 private:
  std::string Line(const std::vector<std::string>& cells, bool cut) const;

  const std::vector<TableColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<int> widths_;
};

// Labels and values one below the other; a value of several lines keeps its
// place. `pairs` are (label, lines).
std::string VerticalTable(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& pairs);

}  // namespace maillage::cli

#endif  // TOOLS_CLI_TABLE_H_
