#include "server/interchange/reader.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/interchange/row_reader.h"
#include "server/interchange/sniff.h"
#include "server/interchange/table.h"
#include "server/interchange/utf16.h"

namespace maillage::interchange {
namespace {

std::string SeparatorName(char separator) {
  return separator == '\t' ? "tab" : std::string(1, separator);
}

// Bytes to text, text to rows, rows to drafts.
class FileReader : public Reader {
 public:
  FileReader(const v1::ImportSpec& spec, HeadingOverrides overrides, Sink* sink)
      : spec_(spec), overrides_(std::move(overrides)), sink_(sink) {}

  absl::Status Write(absl::string_view bytes) override {
    RETURN_IF_ERROR(failure_);
    if (!started_) {
      const size_t wanted = kSniffedBytes - held_.size();
      const absl::string_view piece = bytes.substr(0, wanted);
      held_.append(piece.data(), piece.size());
      bytes.remove_prefix(piece.size());
      if (held_.size() < kSniffedBytes) return absl::OkStatus();
      failure_ = Start();
      RETURN_IF_ERROR(failure_);
    }
    return failure_ = Pass(bytes);
  }

  absl::Status Finish() override {
    RETURN_IF_ERROR(failure_);
    if (!started_) failure_ = Start();
    RETURN_IF_ERROR(failure_);
    RETURN_IF_ERROR(scanner_->Finish());
    return rows_ == nullptr ? absl::OkStatus() : rows_->Finish();
  }

  std::string dialect() const override {
    const Encoding encoding = marked_ == Encoding::kUndecided ? encoding_ : marked_;
    return absl::StrCat(EncodingName(encoding), ", ", SeparatorName(layout_.separator));
  }

  std::vector<std::string> unused_columns() const override {
    return rows_ == nullptr ? std::vector<std::string>() : rows_->unused_columns();
  }

 private:
  // Decides what the file is from the bytes held, and lets them through.
  absl::Status Start() {
    started_ = true;
    size_t mark = 0;
    marked_ = EncodingByMark(held_, &mark);
    std::string text = held_.substr(mark);
    held_.clear();
    held_.shrink_to_fit();
    if (marked_ == Encoding::kUtf16Le || marked_ == Encoding::kUtf16Be) {
      utf16_.emplace(marked_ == Encoding::kUtf16Be);
      std::string utf8;
      utf16_->Decode(text, &utf8);
      text = std::move(utf8);
    }
    encoding_ = marked_ != Encoding::kUndecided ? Encoding::kUtf8 : EncodingByContent(text);
    ASSIGN_OR_RETURN(layout_, FindLayout(text, encoding_, spec_.format(), overrides_));
    scanner_.emplace(layout_.separator, [this](const Row& row) { return OnRow(row); });
    return scanner_->Write(text);
  }

  absl::Status Pass(absl::string_view bytes) {
    if (!utf16_.has_value()) return scanner_->Write(bytes);
    std::string utf8;
    utf16_->Decode(bytes, &utf8);
    return scanner_->Write(utf8);
  }

  absl::Status OnRow(const Row& row) {
    if (row.line < layout_.heading_line) return absl::OkStatus();
    Decode(row);
    if (rows_ != nullptr) return rows_->OnRow(text_);
    std::vector<std::string> headings;
    for (const absl::string_view cell : text_.cells) headings.push_back(Clean(cell));
    rows_ = layout_.rne ? NewRneRows(std::move(headings), sink_)
                        : NewContactRows(spec_, overrides_, std::move(headings), sink_);
    return absl::OkStatus();
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
  Sink* const sink_;
  absl::Status failure_;
  bool started_ = false;
  std::string held_;  // the first bytes, until they decide
  Encoding marked_ = Encoding::kUndecided;
  Encoding encoding_ = Encoding::kUndecided;  // of what the scanner gets
  std::optional<Utf16Decoder> utf16_;
  Layout layout_;
  std::optional<TableScanner> scanner_;
  std::unique_ptr<RowReader> rows_;
  TextRow text_;
  std::vector<std::string> scratch_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> NewReader(const v1::ImportSpec& spec, Sink* sink) {
  ASSIGN_OR_RETURN(HeadingOverrides overrides,
                   ReadOverrides({spec.columns().begin(), spec.columns().end()}));
  return std::unique_ptr<Reader>(std::make_unique<FileReader>(spec, std::move(overrides), sink));
}

}  // namespace maillage::interchange
