#include <algorithm>

#include "absl/strings/str_cat.h"
#include "maillage/v1/interchange_service.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

// The last part of a resource name.
std::string BatchId(const v1::ImportBatch& batch, const Locale&) {
  return batch.name().substr(batch.name().rfind('/') + 1);
}

std::string MappingName(const v1::Mapping& mapping, const Locale&) {
  return mapping.name().substr(mapping.name().rfind('/') + 1);
}

std::string LeftId(const v1::UndoImportResponse& told, const Locale&) {
  return told.left().substr(told.left().rfind('/') + 1);
}

std::vector<std::string> MappedColumns(const Message& message, const Locale&) {
  std::vector<std::string> columns;
  for (const auto& [heading, field] : static_cast<const v1::Mapping&>(message).columns()) {
    columns.push_back(absl::StrCat(heading, "=", field));
  }
  std::sort(columns.begin(), columns.end());
  return columns;
}

}  // namespace

const std::vector<Column>& ImportBatchColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Begun", "start_time"},          {"File", "file_name"},
      {"Created", "summary.created"},   {"Changed", "summary.updated"},
      {"Ended", "end_time", kOptional}, {"Taken back", "undo_time"},
      {"By", "who", kOptional},         {"ID", "", kWhole, &Render<v1::ImportBatch, &BatchId>}};
  return columns;
}

const std::vector<Column>& UndoLeftColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Changed since, left as it is", "", kWhole, &Render<v1::UndoImportResponse, &LeftId>}};
  return columns;
}

const std::vector<Column>& UndoSummaryDetails() {
  static const auto& columns = *new std::vector<Column>{{"Import", "import_batch"},
                                                        {"Deleted", "deleted"},
                                                        {"As before", "restored"},
                                                        {"Left as they are", "left"}};
  return columns;
}

const std::vector<Column>& MappingColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Name", "", kWhole, &Render<v1::Mapping, &MappingName>}, {"Columns", "", 0, &MappedColumns}};
  return columns;
}

}  // namespace maillage::cli
