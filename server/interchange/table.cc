#include "server/interchange/table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMaxRecordBytes = 1 << 20;
// States of libcsv: between records, inside a cell.
constexpr int kRowNotBegun = 0;
constexpr int kCellBegun = 2;

}  // namespace

TableScanner::TableScanner(char delimiter, OnRow on_row)
    : delimiter_(delimiter), on_row_(std::move(on_row)) {
  csv_init(&parser_, 0);
  csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
  csv_set_blk_size(&parser_, 4096);
}

TableScanner::~TableScanner() { csv_free(&parser_); }

void TableScanner::OnCellThunk(void* cell, size_t size, void* self) {
  static_cast<TableScanner*>(self)->AddCell({static_cast<const char*>(cell), size});
}

void TableScanner::OnRecordThunk(int, void* self) {
  static_cast<TableScanner*>(self)->EndRecord(/*torn=*/false);
}

absl::Status TableScanner::TooLong() const {
  return InvalidArgument("CELL_TOO_LONG",
                         absl::StrCat("the record at line ", row_.line,
                                      " has a cell longer than 64 KiB: a quote may not be closed"),
                         "Close the quote in that line, or shorten the cell.");
}

void TableScanner::AddCell(absl::string_view cell) {
  if (!failure_.ok()) return;
  if (ends_.size() == kMaxColumns) {
    failure_ = InvalidArgument(
        "TOO_MANY_COLUMNS",
        absl::StrCat("line ", row_.line, " has more than ", kMaxColumns, " columns"),
        "Check the separator of the file, or leave columns out.");
    return;
  }
  if (cell.size() > kMaxCellBytes || bytes_.size() + cell.size() > kMaxRecordBytes) {
    failure_ = TooLong();
    return;
  }
  bytes_.append(cell.data(), cell.size());
  ends_.push_back(bytes_.size());
}

void TableScanner::EndRecord(bool torn) {
  if (!failure_.ok() || (ends_.empty() && !torn)) return;
  row_.cells.clear();
  row_.torn = torn;
  size_t begin = 0;
  for (const size_t end : ends_) {
    const absl::string_view cell(bytes_.data() + begin, end - begin);
    row_.cells.push_back(cell);
    // A cell with line breaks that holds as many separators as a record has is
    // a quote that closed too late and took whole records in.
    if (cell.find('\n') != absl::string_view::npos && ends_.size() > 2) {
      const auto separators = std::count(cell.begin(), cell.end(), delimiter_);
      row_.torn |= static_cast<size_t>(separators) >= ends_.size() - 1;
    }
    begin = end;
  }
  failure_ = on_row_(row_);
  bytes_.clear();
  ends_.clear();
}

absl::Status TableScanner::WriteSegment(absl::string_view segment) {
  if (parser_.pstate == kRowNotBegun) row_.line = line_;
  csv_parse(&parser_, segment.data(), segment.size(), &OnCellThunk, &OnRecordThunk, this);
  RETURN_IF_ERROR(failure_);
  const bool ends_line = segment.back() == '\r' ||
                         (segment.back() == '\n' &&
                          (segment.size() > 1 ? segment[segment.size() - 2] : last_) != '\r');
  if (ends_line) ++line_;
  last_ = segment.back();
  return parser_.entry_pos > kMaxCellBytes ? TooLong() : absl::OkStatus();
}

absl::Status TableScanner::RefuseNul(absl::string_view bytes) {
  if (bytes.find('\0') == absl::string_view::npos) return absl::OkStatus();
  return InvalidArgument("NUL_BYTE", "the file holds NUL bytes: it is not text",
                         "Save the spreadsheet as CSV (UTF-8).");
}

absl::Status TableScanner::Write(absl::string_view bytes) {
  // What stands before a NUL is read all the same, however the file is cut.
  if (const size_t nul = bytes.find('\0'); nul != absl::string_view::npos) {
    RETURN_IF_ERROR(Write(bytes.substr(0, nul)));
    return RefuseNul(bytes);
  }
  while (!bytes.empty()) {
    size_t size = std::min(bytes.size(), kMaxCellBytes);
    if (const void* lf = std::memchr(bytes.data(), '\n', size)) {
      size = static_cast<const char*>(lf) - bytes.data() + 1;
    }
    // A carriage return alone ends a line too.
    const void* cr = std::memchr(bytes.data(), '\r', size);
    if (cr != nullptr) size = static_cast<const char*>(cr) - bytes.data() + 1;
    RETURN_IF_ERROR(WriteSegment(bytes.substr(0, size)));
    bytes.remove_prefix(size);
  }
  return absl::OkStatus();
}

absl::Status TableScanner::Finish() {
  if (parser_.pstate == kCellBegun && parser_.quoted != 0) {
    EndRecord(/*torn=*/true);
  } else {
    csv_fini(&parser_, &OnCellThunk, &OnRecordThunk, this);
  }
  return failure_;
}

}  // namespace maillage::interchange
