// What a command says: results on standard output as a table, JSON or CSV,
// remarks on standard error.
#ifndef TOOLS_CLI_OUTPUT_H_
#define TOOLS_CLI_OUTPUT_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/cli/column.h"
#include "tools/cli/locale.h"
#include "tools/cli/table.h"

namespace maillage::cli {

enum class Format { kTable, kJson, kCsv };

// What a list counts, as keys of the catalogue.
struct Noun {
  const char* one;
  const char* many;
};

struct OutputOptions {
  Format format = Format::kTable;
  Locale locale = {};
  bool quiet = false;     // no remarks, no row counts
  int width = 0;          // of the terminal behind `out`; 0: no limit
  bool terminal = false;  // whether `err` is a terminal
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
};

// Holds the streams by reference. Not thread safe.
class Output {
 public:
  explicit Output(const OutputOptions& options) : options_(options) {}

  Format format() const { return options_.format; }
  bool table() const { return options_.format == Format::kTable; }
  const Locale& locale() const { return options_.locale; }
  const OutputOptions& options() const { return options_; }

  // The text in the language, with $0, $1, ... replaced by the arguments.
  std::string Text(absl::string_view english, const std::vector<std::string>& arguments = {}) const;
  // "1 actor", "1,234 actors".
  std::string Count(int64_t number, const Noun& noun) const;

  // One thing: a table of labels, an indented JSON object, or CSV of one row.
  void One(const Message& message, const std::vector<Column>& columns) const;
  // One JSON object on a line; not flushed.
  void JsonLine(const Message& message) const;
  // A heading above a part of a result; tables alone have it.
  void Heading(absl::string_view english) const;
  // Text as it is but for what a terminal would obey.
  void Print(absl::string_view text) const;
  // A remark: to standard error, unless quiet.
  void Remark(absl::string_view text) const;

 private:
  const OutputOptions options_;
};

// Writes a list while it arrives: JSON and CSV at once, a table when its widths
// are known, that is at the end or after many rows.
class ListWriter {
 public:
  // `output` and `columns` must outlive it.
  ListWriter(const Output* output, const std::vector<Column>* columns);

  void Add(const Message& message);
  int64_t rows() const { return rows_; }
  // Ends the list.
  void End();
  // Ends the list, and says how many rows there were, and of how many in all
  // where `total` is larger.
  void End(const Noun& noun, int64_t total = 0);

 private:
  void AddToTable(const Message& message);
  void AddToCsv(const Message& message);

  const Output* const output_;
  const std::vector<Column>* const columns_;
  std::vector<Table> table_;  // one from the first row on
  int64_t rows_ = 0;
};

// Field of a CSV line (RFC 4180), quoted where it must be.
std::string CsvField(absl::string_view text);

}  // namespace maillage::cli

#endif  // TOOLS_CLI_OUTPUT_H_
