#include "absl/strings/str_cat.h"
#include "maillage/v1/suggestion_service.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

// "email: a@example.org -> b@example.org", a line a field.
std::vector<std::string> Changes(const Message& message, const Locale& locale) {
  std::vector<std::string> lines;
  const auto& suggestion = static_cast<const v1::ProposedChange&>(message);
  for (const v1::FieldChange& change : suggestion.changes()) {
    const auto text = [&](const std::string& value) {
      return value.empty() ? std::string(Translate(locale.language, "nothing")) : value;
    };
    lines.push_back(
        absl::StrCat(change.field(), ": ", text(change.before()), " -> ", text(change.after())));
  }
  // What is decided keeps no values.
  if (lines.empty()) lines.assign(suggestion.paths().begin(), suggestion.paths().end());
  return lines;
}

}  // namespace

const std::vector<Column>& SuggestionColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"No.", "number", kPlain},
                               {"State", "state"},
                               {"Of", "author", kOptional},
                               {"To", "origin", kOptional},
                               {"Name", "display_name"},
                               {"Changes", "", 0, &Changes},
                               {"Changed since", "changed_since", kOptional},
                               {"Answer", "answer_why", kOptional}};
  return columns;
}

const std::vector<Column>& SuggestionDetails() {
  static const auto& columns = *new std::vector<Column>{{"No.", "number", kPlain},
                                                        {"State", "state"},
                                                        {"Of", "author"},
                                                        {"To", "origin"},
                                                        {"Name", "display_name"},
                                                        {"Changes", "", 0, &Changes},
                                                        {"Changed since", "changed_since"},
                                                        {"Recovered", "recovered"},
                                                        {"Why", "why"},
                                                        {"Created", "create_time"},
                                                        {"Decided", "decide_time"},
                                                        {"Decided by", "decided_by"},
                                                        {"Answer", "answer_why"}};
  return columns;
}

}  // namespace maillage::cli
