// Rows and cells of a delimited text file, from bytes in pieces of any size.
#ifndef SERVER_INTERCHANGE_TABLE_H_
#define SERVER_INTERCHANGE_TABLE_H_

#include <csv.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace maillage::interchange {

// One record, as bytes. Valid during the call that hands it over.
struct Row {
  int64_t line = 0;  // where it starts, from 1
  std::vector<absl::string_view> cells;
  bool torn = false;  // a quote was not closed
};

// Not thread safe; not movable. Bounded: a cell holds at most 64 KiB, a record at most
// 500 cells and 1 MiB; more is an error that names the line.
class TableScanner {
 public:
  using OnRow = std::function<absl::Status(const Row&)>;

  static constexpr size_t kMaxCellBytes = 64 << 10;
  static constexpr size_t kMaxColumns = 500;

  // `on_row` gets every record that is not a blank line; its error stops the scan.
  TableScanner(char delimiter, OnRow on_row);
  ~TableScanner();
  TableScanner(const TableScanner&) = delete;
  TableScanner& operator=(const TableScanner&) = delete;

  // INVALID_ARGUMENT: CELL_TOO_LONG, TOO_MANY_COLUMNS, NUL_BYTE.
  absl::Status Write(absl::string_view bytes);
  // NUL_BYTE where there is one.
  static absl::Status RefuseNul(absl::string_view bytes);
  absl::Status Finish();

 private:
  static void OnCellThunk(void* cell, size_t size, void* self);
  static void OnRecordThunk(int terminator, void* self);
  void AddCell(absl::string_view cell);
  void EndRecord(bool torn);
  absl::Status TooLong() const;
  absl::Status WriteSegment(absl::string_view segment);

  const char delimiter_;
  const OnRow on_row_;
  csv_parser parser_;
  int64_t line_ = 1;
  char last_ = '\0';
  Row row_;
  std::string bytes_;         // the record's cells, one after the other
  std::vector<size_t> ends_;  // of each cell in bytes_
  absl::Status failure_;
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_TABLE_H_
