// Actors as this program exports them: protobuf JSON, one a line.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/interchange/body_reader.h"
#include "server/interchange/lines.h"
#include "server/interchange/row_reader.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

namespace pb = google::protobuf;

constexpr size_t kMaxLineBytes = 1 << 20;
constexpr int kMaxUnknownFields = 20;  // told a line

// The parser leaves out a word that an enumeration does not have, without a word.
bool IsUnknownWord(const pb::FieldDescriptor& field, const pb::Value& value) {
  if (field.enum_type() == nullptr) return false;
  const auto unknown = [&field](const pb::Value& one) {
    return one.has_string_value() &&
           field.enum_type()->FindValueByName(one.string_value()) == nullptr;
  };
  const auto& items = value.list_value().values();
  return unknown(value) || std::any_of(items.begin(), items.end(), unknown);
}

// Calls `tell` with the path of each field that the message does not have, or
// whose value it does not.
template <typename Tell>
void VisitUnknown(const pb::Struct& object, const pb::Descriptor& type, const std::string& path,
                  const Tell& tell) {
  for (const auto& [name, value] : object.fields()) {
    const pb::FieldDescriptor* field = type.FindFieldByCamelcaseName(name);
    if (field == nullptr) field = type.FindFieldByName(name);
    const std::string here = path.empty() ? name : absl::StrCat(path, ".", name);
    if (field == nullptr) {
      tell(here);
      continue;
    }
    if (IsUnknownWord(*field, value)) tell(here);
    // Well-known types have a form of their own.
    if (field->message_type() == nullptr || field->message_type()->file() != type.file()) continue;
    if (value.has_struct_value()) {
      VisitUnknown(value.struct_value(), *field->message_type(), here, tell);
    }
    for (const pb::Value& item : value.list_value().values()) {
      if (item.has_struct_value()) {
        VisitUnknown(item.struct_value(), *field->message_type(), here, tell);
      }
    }
  }
}

// What the origin assigns is the importing node's to assign.
void ClearAssigned(v1::Actor* actor) {
  actor->clear_name();
  actor->clear_categories();
  actor->clear_revision();
  actor->clear_etag();
  actor->clear_create_time();
  actor->clear_update_time();
  actor->clear_import_batch();
  actor->clear_view();
  actor->clear_import_hash();
}

class JsonReader : public BodyReader {
 public:
  explicit JsonReader(Sink* sink)
      : sink_(sink),
        report_(&fields_, sink),
        scanner_(kMaxLineBytes, [this](const Line& line) { return OnLine(line); }) {}

  absl::Status Write(absl::string_view bytes) override { return scanner_.Write(bytes); }
  absl::Status Finish() override { return scanner_.Finish(); }
  Encoding encoding() const override { return Encoding::kUtf8; }
  std::string kind() const override { return "JSON"; }
  std::vector<std::string> unused_columns() const override { return {}; }

 private:
  absl::Status OnLine(const Line& line) {
    const absl::string_view text = absl::StripAsciiWhitespace(line.text);
    if (text.empty()) return absl::OkStatus();
    report_.StartLine(line.number);
    if (line.cut) return Refuse("The line is longer than 1 MiB.");
    if (!IsUtf8(text)) return Refuse("The line is not UTF-8.");
    pb::Struct object;
    const auto parsed = pb::util::JsonStringToMessage({text.data(), text.size()}, &object);
    if (!parsed.ok()) return Refuse("The line is no JSON object.");
    NoteUnknown(object);
    Draft draft;
    draft.line = line.number;
    pb::util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    const auto read =
        pb::util::JsonStringToMessage({text.data(), text.size()}, &draft.actor, options);
    if (!read.ok()) return Refuse(absl::StrCat("The object is no actor: ", ToText(read)));
    ClearAssigned(&draft.actor);
    if (draft.actor.kind() == v1::ACTOR_KIND_UNSPECIFIED) {
      return Refuse("The actor has no kind: ACTOR_KIND_PERSON or ACTOR_KIND_ORGANISATION.");
    }
    return sink_->OnDraft(std::move(draft));
  }

  static std::string ToText(const pb::util::Status& status) {
    return Cut(Clean(absl::string_view(status.message().data(), status.message().size())), 200);
  }

  absl::Status Refuse(absl::string_view reason) {
    report_.Refuse(Report::kWholeLine, "", reason);
    return absl::OkStatus();
  }

  // Says the names alone: a field that is not ours may hold what must not be shown.
  void NoteUnknown(const pb::Struct& object) {
    fields_.clear();
    int told = 0;
    VisitUnknown(object, *v1::Actor::descriptor(), "", [&](const std::string& path) {
      if (told++ < kMaxUnknownFields) fields_.push_back(Cut(Clean(path), 80));
    });
    std::sort(fields_.begin(), fields_.end());
    for (size_t i = 0; i < fields_.size(); ++i) {
      report_.Note(i, "", "An actor has no such field or value; it was left out.");
    }
    fields_.clear();
  }

  Sink* const sink_;
  std::vector<std::string> fields_;
  Report report_;
  LineScanner scanner_;
};

}  // namespace

std::unique_ptr<BodyReader> NewJsonReader(Sink* sink) { return std::make_unique<JsonReader>(sink); }

}  // namespace maillage::interchange
