// What lists show of the effects of a change of a share, and of its rows.
#include "tools/commands/columns.h"

namespace maillage::cli {

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
  static const auto& columns =
      *new std::vector<Column>{{"Share", "title", kWhole},      {"From", "partner", kOptional},
                               {"Looked at", "looked_at"},      {"State", "state"},
                               {"Damaged records", "damaged"},  {"Reason", "reason", kOptional},
                               {"Detail", "message", kOptional}};
  return columns;
}

}  // namespace maillage::cli
