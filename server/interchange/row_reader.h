// Rows of text, and what a kind of file makes of them.
#ifndef SERVER_INTERCHANGE_ROW_READER_H_
#define SERVER_INTERCHANGE_ROW_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/interchange/encoding.h"
#include "server/interchange/headings.h"
#include "server/interchange/reader.h"

namespace maillage::interchange {

// A record as UTF-8. Valid during the call that hands it over.
struct TextRow {
  int64_t line = 0;
  bool torn = false;
  std::vector<absl::string_view> cells;
  std::vector<Mend> mends;  // one a cell
};

// Makes drafts of the rows below the headings.
class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual absl::Status OnRow(const TextRow& row) = 0;
  virtual absl::Status Finish() { return absl::OkStatus(); }
  // Headings that nothing was read from.
  virtual std::vector<std::string> unused_columns() const = 0;
};

// For a spreadsheet of contacts. `sink` and `spec` must outlive it.
std::unique_ptr<RowReader> NewContactRows(const v1::ImportSpec& spec,
                                          const HeadingOverrides& overrides,
                                          std::vector<std::string> headings, Sink* sink);

// For a file of the Répertoire national des élus.
bool AreRneHeadings(const std::vector<std::string>& headings);
std::unique_ptr<RowReader> NewRneRows(std::vector<std::string> headings, Sink* sink);

// For a file of the Répertoire national des associations.
bool AreRnaHeadings(const std::vector<std::string>& headings);
std::unique_ptr<RowReader> NewRnaRows(std::vector<std::string> headings, Sink* sink);

// For the directory of the public administrations, of the DILA.
bool AreDilaHeadings(const std::vector<std::string>& headings);
std::unique_ptr<RowReader> NewDilaRows(std::vector<std::string> headings, Sink* sink);

// Tells the sink what is wrong in one record, and flags values on its actor.
class Report {
 public:
  Report(const std::vector<std::string>* headings, Sink* sink)
      : headings_(*headings), sink_(sink) {}
  void StartLine(int64_t line) { line_ = line; }
  // Where columns stand on lines of their own; beyond them, and without, it is the
  // line that was started.
  void SetColumnLines(const std::vector<int64_t>* lines) { lines_ = lines; }
  // `column` counts from 0; kWholeLine for none.
  static constexpr size_t kWholeLine = static_cast<size_t>(-1);
  void Note(size_t column, absl::string_view value, absl::string_view reason);
  void Flag(size_t column, absl::string_view value, absl::string_view reason, v1::Actor* actor);
  void Refuse(size_t column, absl::string_view value, absl::string_view reason);
  // Says what had to be mended in a cell, if anything.
  void NoteMend(size_t column, absl::string_view value, Mend mend);
  absl::string_view heading(size_t column) const;

 private:
  void Tell(v1::ImportProblem::Severity severity, size_t column, absl::string_view value,
            absl::string_view reason);

  const std::vector<std::string>& headings_;
  Sink* const sink_;
  int64_t line_ = 0;
  const std::vector<int64_t>* lines_ = nullptr;
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_ROW_READER_H_
