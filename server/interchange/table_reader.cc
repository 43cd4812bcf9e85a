// Text to rows, rows to drafts.
#include <optional>
#include <utility>

#include "server/interchange/body_reader.h"
#include "server/interchange/row_reader.h"
#include "server/interchange/table.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

class TableReader : public BodyReader {
 public:
  TableReader(const v1::ImportSpec& spec, HeadingOverrides overrides, const Layout& layout,
              Encoding encoding, Sink* sink)
      : spec_(spec),
        overrides_(std::move(overrides)),
        layout_(layout),
        encoding_(encoding),
        sink_(sink),
        scanner_(layout.separator, [this](const Row& row) { return OnRow(row); }) {}

  absl::Status Write(absl::string_view bytes) override { return scanner_.Write(bytes); }

  absl::Status Finish() override {
    const absl::Status status = scanner_.Finish();
    return !status.ok() || rows_ == nullptr ? status : rows_->Finish();
  }

  Encoding encoding() const override { return encoding_; }

  std::string kind() const override {
    return layout_.separator == '\t' ? "tab" : std::string(1, layout_.separator);
  }

  std::vector<std::string> unused_columns() const override {
    return rows_ == nullptr ? std::vector<std::string>() : rows_->unused_columns();
  }

 private:
  absl::Status OnRow(const Row& row) {
    if (row.line < layout_.heading_line) return absl::OkStatus();
    Decode(row);
    if (rows_ != nullptr) return rows_->OnRow(text_);
    std::vector<std::string> headings;
    for (const absl::string_view cell : text_.cells) headings.push_back(Clean(cell));
    rows_ = NewRows(std::move(headings));
    return absl::OkStatus();
  }

  std::unique_ptr<RowReader> NewRows(std::vector<std::string> headings) {
    switch (layout_.table) {
      case v1::IMPORT_FORMAT_RNE:
        return NewRneRows(std::move(headings), sink_);
      case v1::IMPORT_FORMAT_RNA:
        return NewRnaRows(std::move(headings), sink_);
      case v1::IMPORT_FORMAT_DILA:
        return NewDilaRows(std::move(headings), sink_);
      default:
        return NewContactRows(spec_, overrides_, std::move(headings), sink_);
    }
  }

  void Decode(const Row& row) {
    text_.line = row.line;
    text_.torn = row.torn;
    text_.cells.resize(row.cells.size());
    text_.mends.resize(row.cells.size());
    if (scratch_.size() < row.cells.size()) scratch_.resize(row.cells.size());
    for (size_t i = 0; i < row.cells.size(); ++i) {
      text_.cells[i] = DecodeCell(row.cells[i], &encoding_, &scratch_[i], &text_.mends[i]);
    }
  }

  const v1::ImportSpec spec_;
  const HeadingOverrides overrides_;
  const Layout layout_;
  Encoding encoding_;
  Sink* const sink_;
  TableScanner scanner_;
  std::unique_ptr<RowReader> rows_;
  TextRow text_;
  std::vector<std::string> scratch_;
};

}  // namespace

std::unique_ptr<BodyReader> NewTableReader(const v1::ImportSpec& spec,
                                           const HeadingOverrides& overrides, const Layout& layout,
                                           Encoding encoding, Sink* sink) {
  return std::make_unique<TableReader>(spec, overrides, layout, encoding, sink);
}

}  // namespace maillage::interchange
