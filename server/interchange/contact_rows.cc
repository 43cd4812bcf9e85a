#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "client/base/status_macros.h"
#include "server/interchange/contact_builder.h"
#include "server/interchange/fold.h"
#include "server/interchange/formula_cells.h"
#include "server/interchange/realign.h"
#include "server/interchange/row_reader.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

// Of a heading that names both: "Nom Prénom" or "Prénom NOM".
NameOrder OrderOf(absl::string_view heading) {
  const std::string folded = Fold(heading);
  const size_t given = folded.find("prenom");
  const size_t family = absl::StartsWith(folded, "nom") ? 0 : folded.find(" nom");
  if (given == std::string::npos || family == std::string::npos) return NameOrder::kUnknown;
  return family < given ? NameOrder::kFamilyFirst : NameOrder::kGivenFirst;
}

class ContactRows : public RowReader {
 public:
  ContactRows(const v1::ImportSpec& spec, const HeadingOverrides& overrides,
              std::vector<std::string> headings, Sink* sink)
      : headings_(std::move(headings)),
        overrides_(overrides),
        fields_(ReadHeadings(headings_, overrides)),
        sink_(sink),
        report_(&headings_, sink) {
    rules_.category = spec.category();
    for (size_t i = 0; i < fields_.size(); ++i) {
      rules_.has_given_column |= fields_[i] == Field::kGiven;
      if (fields_[i] == Field::kFullName) rules_.order = OrderOf(headings_[i]);
    }
  }

  absl::Status OnRow(const TextRow& row) override {
    report_.StartLine(row.line);
    row_ = row;
    if (!row.torn && IsEmpty(row)) return absl::OkStatus();
    const bool fits = Realign(fields_, &row_, &joined_texts_, &joined_columns_);
    if (row.torn || !fits) {
      report_.Refuse(Report::kWholeLine, row.cells.empty() ? "" : FirstText(row),
                     row.torn ? "A quote in this record is not closed, or closed too late."
                              : "The record has more cells than there are headings: a separator "
                                "may stand inside a cell.");
      return absl::OkStatus();
    }
    if (IsHeadingAgain(row_)) {
      report_.Note(Report::kWholeLine, "", "The headings stand here again; the line was skipped.");
      return absl::OkStatus();
    }
    NoteMends(row_);
    Gather(row_);
    ContactBuilder builder(rules_, values_, &report_);
    std::optional<Draft> draft = builder.Build(row.line);
    return draft.has_value() ? sink_->OnDraft(*std::move(draft)) : absl::OkStatus();
  }

  std::vector<std::string> unused_columns() const override {
    std::vector<std::string> unused;
    for (size_t i = 0; i < fields_.size(); ++i) {
      const bool wish = overrides_.count(Fold(headings_[i])) > 0;
      const bool used = fields_[i] != Field::kUnknown && (fields_[i] != Field::kIgnored || wish);
      if (!used && !headings_[i].empty()) unused.push_back(headings_[i]);
    }
    return unused;
  }

 private:
  static bool IsEmpty(const TextRow& row) {
    return std::all_of(row.cells.begin(), row.cells.end(),
                       [](absl::string_view cell) { return cell.empty() || Clean(cell).empty(); });
  }

  static std::string FirstText(const TextRow& row) {
    for (const absl::string_view cell : row.cells) {
      if (!cell.empty()) return Clean(cell);
    }
    return "";
  }

  // Fills values_ with what the row tells.
  void Gather(const TextRow& row) {
    values_.Clear();
    for (size_t i = 0; i < row.cells.size() && i < fields_.size(); ++i) {
      if (row.cells[i].empty()) continue;
      const Field field = fields_[i];
      const absl::string_view raw = Rearm(row.cells[i]);
      std::string text = Clean(raw);
      if (headings_[i].empty() && !text.empty()) {
        report_.Note(i, text, "The column has no heading; it was not read.");
      }
      if (field == Field::kUnknown || field == Field::kIgnored || IsPlaceholder(text)) continue;
      values_.Add(field, {i, std::move(text), raw});
    }
  }

  bool IsHeadingAgain(const TextRow& row) const {
    size_t same = 0;
    for (size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i].empty()) continue;
      if (i >= headings_.size() || row.cells[i] != headings_[i]) return false;
      ++same;
    }
    return same > 1;
  }

  void NoteMends(const TextRow& row) {
    for (const size_t i : joined_columns_) {
      report_.Note(i, Clean(row.cells[i]),
                   "An unquoted separator stood in the cell; it was joined.");
    }
    for (size_t i = 0; i < row.mends.size() && i < fields_.size(); ++i) {
      if (row.mends[i] == Mend::kNone) continue;
      if (fields_[i] == Field::kUnknown || fields_[i] == Field::kIgnored) continue;
      report_.NoteMend(i, Clean(row.cells[i]), row.mends[i]);
    }
  }

  const std::vector<std::string> headings_;
  const HeadingOverrides overrides_;
  const std::vector<Field> fields_;
  Sink* const sink_;
  Report report_;
  ContactRules rules_;
  // Of the row at hand; kept for their memory.
  RowValues values_;
  TextRow row_;
  std::vector<std::string> joined_texts_;
  std::vector<size_t> joined_columns_;
};

}  // namespace

std::unique_ptr<RowReader> NewContactRows(const v1::ImportSpec& spec,
                                          const HeadingOverrides& overrides,
                                          std::vector<std::string> headings, Sink* sink) {
  return std::make_unique<ContactRows>(spec, overrides, std::move(headings), sink);
}

}  // namespace maillage::interchange
