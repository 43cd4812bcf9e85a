// What lists show of the effects of a change of a share, and of its rows.
#include <string>

#include "absl/strings/str_cat.h"
#include "maillage/v1/share_service.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

std::string Whose(const v1::ShareCheck& check, const Locale& locale) {
  if (check.partner().empty()) return std::string(Translate(locale.language, "own"));
  return absl::StrCat(Translate(locale.language, check.supplying() ? "to" : "from"), " ",
                      check.partner());
}

}  // namespace

const std::vector<Column>& ShareEffectColumns() {
  static const auto& columns = *new std::vector<Column>{{"Member", "member", kWhole},
                                                        {"Effect", "effect"},
                                                        {"Category", "category"},
                                                        {"Actors", "count"}};
  return columns;
}

const std::vector<Column>& ShareEffectRecordColumns() {
  static const auto& columns = *new std::vector<Column>{{"Member", "member", kWhole},
                                                        {"Effect", "effect"},
                                                        {"Name", "display_name"},
                                                        {"ID", "actor", kOptional}};
  return columns;
}

const std::vector<Column>& ShareCheckColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Share", "title", kWhole},      {"With", "", kWhole, &Render<v1::ShareCheck, &Whose>},
      {"Looked at", "looked_at"},      {"State", "state"},
      {"Damaged records", "damaged"},  {"Reason", "reason", kOptional},
      {"Detail", "message", kOptional}};
  return columns;
}

}  // namespace maillage::cli
