#include "tools/commands/columns.h"

namespace maillage::cli {

const std::vector<Column>& PartnershipColumns() {
  static const auto& columns = *new std::vector<Column>{{"Title", "title"},
                                                        {"State", "state"},
                                                        {"Coordinator", "coordinator"},
                                                        {"Members", "members"},
                                                        {"Roster version", "version", kPlain}};
  return columns;
}

const std::vector<Column>& PartnershipDetails() {
  static const auto& columns = *new std::vector<Column>{{"Partnership", "name"},
                                                        {"Title", "title"},
                                                        {"State", "state"},
                                                        {"Coordinator", "coordinator"},
                                                        {"Deputy", "deputy", kOptional},
                                                        {"Members", "members"},
                                                        {"Relays", "relays", kOptional},
                                                        {"Roster version", "version", kPlain},
                                                        {"Signed at", "issue_time"}};
  return columns;
}

}  // namespace maillage::cli
