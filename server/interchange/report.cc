#include "server/interchange/row_reader.h"

#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

constexpr size_t kValueCharacters = 80;      // of a value in a report
constexpr size_t kFlaggedCharacters = 1000;  // of a value kept on a record

}  // namespace

absl::string_view Report::heading(size_t column) const {
  return column < headings_.size() ? absl::string_view(headings_[column]) : absl::string_view();
}

void Report::Tell(v1::ImportProblem::Severity severity, size_t column, absl::string_view value,
                  absl::string_view reason) {
  v1::ImportProblem problem;
  const bool own_line = lines_ != nullptr && column < lines_->size();
  problem.set_line(own_line ? (*lines_)[column] : line_);
  problem.set_column(std::string(heading(column)));
  problem.set_value(Cut(value, kValueCharacters));
  problem.set_reason(std::string(reason));
  problem.set_severity(severity);
  sink_->OnProblem(std::move(problem));
}

void Report::Note(size_t column, absl::string_view value, absl::string_view reason) {
  Tell(v1::ImportProblem::NOTE, column, value, reason);
}

void Report::Flag(size_t column, absl::string_view value, absl::string_view reason,
                  v1::Actor* actor) {
  v1::FlaggedValue* flagged = actor->add_flagged_values();
  flagged->set_field(std::string(heading(column)));
  flagged->set_raw(Cut(value, kFlaggedCharacters));
  flagged->set_reason(std::string(reason));
  Tell(v1::ImportProblem::FLAGGED, column, value, reason);
}

void Report::Refuse(size_t column, absl::string_view value, absl::string_view reason) {
  Tell(v1::ImportProblem::REFUSED, column, value, reason);
}

void Report::NoteMend(size_t column, absl::string_view value, Mend mend) {
  switch (mend) {
    case Mend::kNone:
      return;
    case Mend::kMangled:
      return Note(column, value, "The text had been read in a wrong encoding; it is mended.");
    case Mend::kForeignBytes:
      return Note(column, value,
                  "The cell is not in the encoding of the file; it was read in its own.");
    case Mend::kNoCharacter:
      return Note(column, value, "Bytes that are no character were replaced.");
  }
}

}  // namespace maillage::interchange
