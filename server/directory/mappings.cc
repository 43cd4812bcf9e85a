#include "server/directory/mappings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/interchange/headings.h"

namespace maillage::directory {
namespace {

using storage::Family;

constexpr absl::string_view kPrefix = "mappings/";
constexpr size_t kMaxNameBytes = 64;

std::string KeyOf(absl::string_view name) {
  return absl::StrCat(kPrefix, absl::StripPrefix(name, kPrefix));
}

absl::Status CheckName(absl::string_view key) {
  const absl::string_view name = absl::StripPrefix(key, kPrefix);
  const bool sound = !name.empty() && name.size() <= kMaxNameBytes &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return absl::ascii_isalnum(c) || absl::StrContains("-_.", c);
                     });
  return sound ? absl::OkStatus()
               : InvalidArgument("BAD_MAPPING", absl::StrCat("'", name, "' cannot name a mapping"),
                                 "1 to 64 letters without accents, digits, '-', '_' or '.'");
}

absl::StatusOr<v1::Mapping> Parse(absl::string_view key, absl::string_view row) {
  v1::Mapping mapping;
  if (!mapping.ParseFromArray(row.data(), static_cast<int>(row.size()))) {
    return DataLoss("BAD_ROW", absl::StrCat(key, " cannot be read"), "save it again");
  }
  return mapping;
}

}  // namespace

absl::StatusOr<v1::Mapping> ReadMapping(const storage::Reader& reader, absl::string_view name) {
  const std::string key = KeyOf(name);
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kObjects, key));
  if (row.has_value()) return Parse(key, *row);
  return NotFound("NO_MAPPING",
                  absl::StrCat("no mapping is called ", absl::StripPrefix(key, kPrefix)),
                  "list them with `maillage mapping list`");
}

absl::StatusOr<std::vector<v1::Mapping>> Mappings::List() const {
  std::vector<v1::Mapping> mappings;
  absl::Status status;
  RETURN_IF_ERROR(database_->latest().ScanPrefix(Family::kObjects, kPrefix,
                                                 [&](absl::string_view key, absl::string_view row) {
                                                   auto mapping = Parse(key, row);
                                                   status = mapping.status();
                                                   if (status.ok())
                                                     mappings.push_back(*std::move(mapping));
                                                   return status.ok();
                                                 }));
  RETURN_IF_ERROR(status);
  return mappings;
}

absl::StatusOr<v1::Mapping> Mappings::Save(v1::Mapping mapping, absl::string_view who) {
  mapping.set_name(KeyOf(mapping.name()));
  RETURN_IF_ERROR(CheckName(mapping.name()));
  if (mapping.columns().empty()) {
    return InvalidArgument("BAD_MAPPING", "the mapping has no columns", "--map COLUMN=FIELD");
  }
  RETURN_IF_ERROR(
      interchange::ReadOverrides({mapping.columns().begin(), mapping.columns().end()}).status());
  storage::Transaction transaction;
  transaction.writes.Put(Family::kObjects, mapping.name(), mapping.SerializeAsString());
  transaction.who = std::string(who);
  transaction.what = absl::StrCat("save ", mapping.name());
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  return mapping;
}

absl::Status Mappings::Delete(absl::string_view name, absl::string_view who) {
  RETURN_IF_ERROR(ReadMapping(database_->latest(), name).status());
  storage::Transaction transaction;
  transaction.writes.Delete(Family::kObjects, KeyOf(name));
  transaction.who = std::string(who);
  transaction.what = absl::StrCat("delete ", KeyOf(name));
  return writer_->Commit(std::move(transaction));
}

}  // namespace maillage::directory
