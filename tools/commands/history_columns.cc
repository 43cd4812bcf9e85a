// What is shown of a record's history.
#include <algorithm>
#include <iterator>

#include "maillage/v1/history_service.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

using Texts = std::vector<std::string>;

// What a field is called: as where the actor is shown, but for those which are
// shown there in parts.
const char* LabelOf(const std::string& field) {
  if (field == "person_name" || field == "organisation_name") return "Name";
  if (field == "contact_points") return "Contact";
  if (field == "organisation_type") return "Type";
  for (const Column& column : ActorDetails()) {
    if (field == column.path) return column.heading;
  }
  return nullptr;
}

std::string FieldLabel(const v1::ActorChange& change, const Locale& locale) {
  if (change.fields().empty()) return "";
  const char* label = locale.raw ? nullptr : LabelOf(change.fields(0));
  return label == nullptr ? change.fields(0) : std::string(Translate(locale.language, label));
}

// The values of the row's field in `side` that `other` has not; all of them
// where only their order differs.
Texts Of(const v1::ActorChange& change, const v1::Actor& side, const v1::Actor& other,
         const Locale& locale) {
  if (change.fields().empty()) return {};
  const Column column = {.heading = "", .path = change.fields(0).c_str()};
  const Texts texts = Values(side, column, locale);
  Texts others = Values(other, column, locale);
  Texts own;
  for (const std::string& text : texts) {
    const auto same = std::find(others.begin(), others.end(), text);
    if (same == others.end()) {
      own.push_back(text);
    } else {
      others.erase(same);
    }
  }
  return own.empty() && others.empty() ? texts : own;
}

Texts Before(const Message& message, const Locale& locale) {
  const auto& change = static_cast<const v1::ActorChange&>(message);
  // At the creation there was nothing, not even a "no".
  if (!change.has_before()) return {};
  return Of(change, change.before(), change.after(), locale);
}

Texts After(const Message& message, const Locale& locale) {
  const auto& change = static_cast<const v1::ActorChange&>(message);
  return Of(change, change.after(), change.before(), locale);
}

// An import stands for who ran it; its source says more than its name.
std::string By(const v1::ActorChange& change, const Locale& locale) {
  if (locale.raw || change.import_batch().empty()) return change.who();
  return std::string(Translate(locale.language, "import"));
}

}  // namespace

const std::vector<Column>& ActorChangeColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Changed", "time"},
      {"By", "", 0, &Render<v1::ActorChange, &By>},
      {"Field", "", 0, &Render<v1::ActorChange, &FieldLabel>},
      {"Before", "", 0, &Before},
      {"After", "", 0, &After},
      {"Source", "source", kOptional},
      {"Import", "import_batch", kOptional},
  };
  return columns;
}

}  // namespace maillage::cli
