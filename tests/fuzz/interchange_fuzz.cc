// Arbitrary bytes as a file of contacts. A reader must not crash nor hold on to
// them without bound; what it hands over must be sound messages; and pieces of any
// size must give what one piece gives.
//
// `--reader=vcard` and the like choose one; without, the content does.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/interchange/body_reader.h"
#include "server/interchange/encoding.h"
#include "server/interchange/reader.h"
#include "server/interchange/sniff.h"

namespace maillage::interchange {
namespace {

v1::ImportFormat format = v1::IMPORT_FORMAT_UNSPECIFIED;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// All that a reader tells, as one text.
class TellingSink : public Sink {
 public:
  absl::Status OnDraft(Draft draft) override {
    Require(draft.actor.kind() != v1::ACTOR_KIND_UNSPECIFIED, "a draft has a kind");
    Require(draft.line > 0, "a draft has a line");
    Keep(draft.actor);
    absl::StrAppend(&told, draft.line, draft.insee, draft.locality, draft.postal_code, "\n");
    return absl::OkStatus();
  }
  void OnProblem(v1::ImportProblem problem) override {
    Require(!problem.reason().empty(), "a problem has a reason");
    Require(problem.value().size() <= 400, "a problem shows 80 characters");
    Keep(problem);
  }

  std::string told;

 private:
  // A parser refuses text that is not UTF-8.
  template <typename Message>
  void Keep(const Message& message) {
    const std::string bytes = message.SerializeAsString();
    Message again;
    Require(again.ParseFromString(bytes), "what is handed over can be parsed");
    absl::StrAppend(&told, bytes, "\n");
  }
};

template <typename AnyReader>
void Feed(absl::string_view bytes, uint32_t seed, AnyReader* reader, std::string* told) {
  absl::Status status;
  while (!bytes.empty() && status.ok()) {
    size_t size = bytes.size();
    if (seed != 0) {
      seed = seed * 1664525 + 1013904223;
      size = std::min<size_t>(size, 1 + (seed >> 24) % 40);
    }
    status = reader->Write(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  if (status.ok()) status = reader->Finish();
  absl::StrAppend(told, static_cast<int>(status.code()), status.message());
}

// Past the front, which holds the first bytes to find out what the file is: small
// inputs would end there.
class Body {
 public:
  explicit Body(absl::string_view bytes) : bytes_(bytes) {
    size_t mark = 0;
    const Encoding marked = EncodingByMark(bytes_, &mark);
    bytes_.remove_prefix(mark);
    encoding_ = marked == Encoding::kUtf8 ? Encoding::kUtf8 : EncodingByContent(bytes_);
    found_ = FindFormat(bytes_, format).value_or(v1::IMPORT_FORMAT_UNSPECIFIED);
    const bool table = found_ != v1::IMPORT_FORMAT_VCARD && found_ != v1::IMPORT_FORMAT_LDIF &&
                       found_ != v1::IMPORT_FORMAT_JSON;
    if (table) layout_ = FindLayout(bytes_, encoding_, format, {});
  }

  // In one piece, or in such as the seed gives. What it tells.
  std::string Read(uint32_t seed) const {
    TellingSink sink;
    const std::unique_ptr<BodyReader> reader = NewBody(&sink);
    if (reader == nullptr) return "";
    Feed(bytes_, seed, reader.get(), &sink.told);
    return absl::StrCat(sink.told, reader->kind(), EncodingName(reader->encoding()));
  }

 private:
  std::unique_ptr<BodyReader> NewBody(Sink* sink) const {
    switch (found_) {
      case v1::IMPORT_FORMAT_VCARD:
        return NewVcardReader(v1::AUDIENCE_CATEGORY_UNSPECIFIED, encoding_, sink);
      case v1::IMPORT_FORMAT_LDIF:
        return NewLdifReader(v1::AUDIENCE_CATEGORY_UNSPECIFIED, encoding_, sink);
      case v1::IMPORT_FORMAT_JSON:
        return NewJsonReader(sink);
      default:
        return layout_.ok() ? NewTableReader({}, {}, *layout_, encoding_, sink) : nullptr;
    }
  }

  absl::string_view bytes_;
  Encoding encoding_;
  v1::ImportFormat found_;
  absl::StatusOr<Layout> layout_ = absl::UnknownError("no table");
};

void ReadWhole(absl::string_view bytes) {
  v1::ImportSpec spec;
  spec.set_format(format);
  TellingSink sink;
  auto reader = NewReader(spec, &sink);
  Require(reader.ok(), "a spec with a format is sound");
  Feed(bytes, 0, reader->get(), &sink.told);
}

}  // namespace

void ChooseReader(absl::string_view name) {
  const std::string word = absl::StrCat("IMPORT_FORMAT_", absl::AsciiStrToUpper(name));
  Require(v1::ImportFormat_Parse(word, &format) || name == "auto", "there is such a reader");
}

void FuzzOnce(absl::string_view bytes) {
  ReadWhole(bytes);
  const Body body(bytes);
  Require(body.Read(0) == body.Read(static_cast<uint32_t>(bytes.size()) + 1),
          "pieces give what one piece gives");
}

}  // namespace maillage::interchange

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  for (int i = 1; i < *argc; ++i) {
    absl::string_view argument = (*argv)[i];
    if (absl::ConsumePrefix(&argument, "--reader=")) maillage::interchange::ChooseReader(argument);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  maillage::interchange::FuzzOnce({reinterpret_cast<const char*>(data), size});
  return 0;
}
