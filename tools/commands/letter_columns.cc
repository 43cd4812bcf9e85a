// What is shown of letters on paper.
#include "tools/commands/columns.h"

namespace maillage::cli {

const std::vector<Column>& LetterBatchColumns() {
  static const auto& columns = *new std::vector<Column>{{"Batch", "number"},
                                                        {"Letters", "letters"},
                                                        {"State", "state"},
                                                        {"Prepared", "create_time"},
                                                        {"Posted", "post_date"}};
  return columns;
}

}  // namespace maillage::cli
