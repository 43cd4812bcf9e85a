// The cells of a row by the names that open data gives its columns.
#ifndef SERVER_INTERCHANGE_NAMED_CELLS_H_
#define SERVER_INTERCHANGE_NAMED_CELLS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/interchange/entry.h"
#include "server/interchange/row_reader.h"

namespace maillage::interchange {

// Knows where the columns are, and which of them nobody asked for.
class NamedCells {
 public:
  // `left_out`: columns that are passed over on purpose.
  NamedCells(std::vector<std::string> headings, const std::set<std::string>& known,
             const std::set<std::string>& left_out);

  // The row must outlive the calls that follow.
  void SetRow(const TextRow* row) { row_ = row; }
  // With its line breaks; empty where the column or the cell is not there.
  absl::string_view Raw(absl::string_view name) const;
  // On one line; empty for what stands for nothing.
  std::string Text(absl::string_view name) const;
  PropertyInfo Info(absl::string_view name) const;
  Mend MendOf(absl::string_view name) const;
  // A torn row, or one with more cells than there are columns.
  bool Fits() const;
  bool IsBlank() const;

  const std::vector<std::string>& unused() const { return unused_; }

 private:
  std::map<std::string, size_t, std::less<>> columns_;
  size_t width_;
  std::vector<std::string> unused_;
  const TextRow* row_ = nullptr;
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_NAMED_CELLS_H_
