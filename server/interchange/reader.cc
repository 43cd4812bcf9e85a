#include "server/interchange/reader.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/interchange/body_reader.h"
#include "server/interchange/sniff.h"
#include "server/interchange/utf16.h"

namespace maillage::interchange {
namespace {

// Holds the first bytes until they tell what the file is; then hands on.
class FileReader : public Reader {
 public:
  FileReader(const v1::ImportSpec& spec, HeadingOverrides overrides, Sink* sink)
      : spec_(spec), overrides_(std::move(overrides)), sink_(sink) {}

  absl::Status Write(absl::string_view bytes) override {
    RETURN_IF_ERROR(failure_);
    if (body_ == nullptr) {
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
    if (body_ == nullptr) failure_ = Start();
    RETURN_IF_ERROR(failure_);
    return failure_ = body_->Finish();
  }

  std::string dialect() const override {
    if (body_ == nullptr) return "";
    const Encoding encoding = marked_ == Encoding::kUndecided ? body_->encoding() : marked_;
    return absl::StrCat(EncodingName(encoding), ", ", body_->kind());
  }

  std::vector<std::string> unused_columns() const override {
    return body_ == nullptr ? std::vector<std::string>() : body_->unused_columns();
  }

 private:
  // Decides what the file is from the bytes held, and lets them through.
  absl::Status Start() {
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
    const Encoding encoding =
        marked_ != Encoding::kUndecided ? Encoding::kUtf8 : EncodingByContent(text);
    ASSIGN_OR_RETURN(body_, NewBody(text, encoding));
    return body_->Write(text);
  }

  absl::StatusOr<std::unique_ptr<BodyReader>> NewBody(absl::string_view text, Encoding encoding) {
    ASSIGN_OR_RETURN(const v1::ImportFormat format, FindFormat(text, spec_.format()));
    switch (format) {
      case v1::IMPORT_FORMAT_VCARD:
        return NewVcardReader(spec_.category(), encoding, sink_);
      case v1::IMPORT_FORMAT_LDIF:
        return NewLdifReader(spec_.category(), encoding, sink_);
      case v1::IMPORT_FORMAT_JSON:
        return NewJsonReader(sink_);
      default:
        break;
    }
    ASSIGN_OR_RETURN(const Layout layout, FindLayout(text, encoding, format, overrides_));
    return NewTableReader(spec_, overrides_, layout, encoding, sink_);
  }

  absl::Status Pass(absl::string_view bytes) {
    if (!utf16_.has_value()) return body_->Write(bytes);
    std::string utf8;
    utf16_->Decode(bytes, &utf8);
    return body_->Write(utf8);
  }

  const v1::ImportSpec spec_;
  const HeadingOverrides overrides_;
  Sink* const sink_;
  absl::Status failure_;
  std::string held_;  // the first bytes, until they decide
  Encoding marked_ = Encoding::kUndecided;
  std::optional<Utf16Decoder> utf16_;
  std::unique_ptr<BodyReader> body_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> NewReader(const v1::ImportSpec& spec, Sink* sink) {
  ASSIGN_OR_RETURN(HeadingOverrides overrides,
                   ReadOverrides({spec.columns().begin(), spec.columns().end()}));
  return std::unique_ptr<Reader>(std::make_unique<FileReader>(spec, std::move(overrides), sink));
}

}  // namespace maillage::interchange
