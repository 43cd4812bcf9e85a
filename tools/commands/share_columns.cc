// What lists show of the effects of a change of a share.
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

}  // namespace maillage::cli
