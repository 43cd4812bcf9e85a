// What is shown of erasures.
#include <string>

#include "maillage/v1/erasure_service.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

// The last part of the name, which is that of the actor's, too.
std::string ShortId(const v1::Erasure& erasure, const Locale&) {
  return erasure.name().substr(erasure.name().rfind('/') + 1);
}

}  // namespace

const std::vector<Column>& ErasureColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Erased", "erase_time"},
                               {"Done everywhere", "done"},
                               {"Why", "why"},
                               {"By", "who", kOptional},
                               {"ID", "", kWhole, &Render<v1::Erasure, &ShortId>}};
  return columns;
}

const std::vector<Column>& ErasureDetails() {
  static const auto& columns = *new std::vector<Column>{{"ID", "name"},
                                                        {"Erased", "erase_time"},
                                                        {"By", "who"},
                                                        {"Why", "why"},
                                                        {"In no file here since", "purge_time"},
                                                        {"Done everywhere", "done"}};
  return columns;
}

const std::vector<Column>& ErasureMemberColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Share", "share"},
                               {"Member", "member", kWhole},
                               {"Done", "done"},
                               {"Receipt", "receipt_time"},
                               {"Awaited since", "pending_since"},
                               {"Backups expire", "backups_expire", kOptional}};
  return columns;
}

}  // namespace maillage::cli
