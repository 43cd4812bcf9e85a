#include "server/node/boot_stamp.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/ids.h"
#include "client/base/status_macros.h"
#include "server/identity/crypto.h"
#include "server/identity/files.h"

namespace maillage::node {
namespace {

constexpr char kFirstLine[] = "maillage-boot-stamp 1";
constexpr absl::string_view kStamp = "stamp ";
constexpr absl::string_view kRestored = "restored ";
constexpr size_t kStampBytes = 16;

// No row counts as the empty stamp.
bool Knows(const StampFile& file, const std::optional<std::string>& row) {
  const std::string stamp = row.value_or("");
  return std::find(file.stamps.begin(), file.stamps.end(), stamp) != file.stamps.end();
}

std::string WhyRecover(const std::optional<StampFile>& file, const std::optional<std::string>& row,
                       bool database_is_empty) {
  if (file.has_value() && !file->restored.empty()) return file->restored;
  if (database_is_empty) return "the node's database is missing or empty, its keys are there";
  // A home of before there were stamps has neither.
  const bool known = file.has_value() ? Knows(*file, row) : !row.has_value();
  if (known) return "";
  return "the database is not the one that this node ran with last";
}

}  // namespace

std::string EncodeStamp(const StampFile& file) {
  std::string text = absl::StrCat(kFirstLine, "\n");
  for (const std::string& stamp : file.stamps) {
    absl::StrAppend(&text, kStamp, Base32Encode(stamp), "\n");
  }
  if (!file.restored.empty()) absl::StrAppend(&text, kRestored, file.restored, "\n");
  return text;
}

absl::StatusOr<StampFile> DecodeStamp(absl::string_view text) {
  const absl::Status bad = DataLoss("BAD_STAMP", "the node's boot stamp cannot be read",
                                    "remove DIR/boot-stamp: the node recovers at its next start");
  StampFile file;
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
  if (lines.empty() || lines[0] != kFirstLine) return bad;
  for (size_t i = 1; i < lines.size(); ++i) {
    if (absl::StartsWith(lines[i], kRestored)) {
      file.restored = std::string(lines[i].substr(kRestored.size()));
      continue;
    }
    if (!absl::StartsWith(lines[i], kStamp)) return bad;
    auto stamp = Base32Decode(lines[i].substr(kStamp.size()));
    if (!stamp.ok() || (!stamp->empty() && stamp->size() != kStampBytes)) return bad;
    file.stamps.push_back(*std::move(stamp));
  }
  return file;
}

StampChange PlanStamp(const std::optional<StampFile>& file, const std::optional<std::string>& row,
                      bool database_is_empty, std::string next) {
  StampChange change;
  change.why = WhyRecover(file, row, database_is_empty);
  if (change.why.empty()) {
    change.first.stamps.push_back(row.value_or(""));
  } else if (file.has_value()) {
    // The row of before stays unknown until the recovery is on disk with the new
    // one: a crash must not make it good.
    change.first = *file;
    std::erase(change.first.stamps, row.value_or(""));
  }
  change.first.stamps.push_back(next);
  change.row = next;
  change.last.stamps = {std::move(next)};
  return change;
}

BootStamp::BootStamp(const std::string& dir) : path_(absl::StrCat(dir, "/boot-stamp")) {}

absl::Status BootStamp::Renew(const storage::Reader& reader, bool database_is_empty,
                              storage::Writer* writer, const OnMismatch& on_mismatch) const {
  return Renew(reader, database_is_empty, {}, writer, on_mismatch);
}

absl::Status BootStamp::Change(const storage::Reader& reader, storage::Writer* writer,
                               const std::string& who, const std::string& what) const {
  storage::Transaction transaction;
  transaction.who = who;
  transaction.what = what;
  return Renew(reader, /*database_is_empty=*/false, std::move(transaction), writer,
               [](const std::string& why, storage::Transaction*) {
                 return FailedPrecondition("STAMP_CHANGED", why, "restart the node");
               });
}

absl::Status BootStamp::Renew(const storage::Reader& reader, bool database_is_empty,
                              storage::Transaction transaction, storage::Writer* writer,
                              const OnMismatch& on_mismatch) const {
  ASSIGN_OR_RETURN(const std::optional<StampFile> file, Read());
  ASSIGN_OR_RETURN(const auto row, reader.Get(storage::Family::kMeta, kStampRow));
  const StampChange change =
      PlanStamp(file, row, database_is_empty, identity::RandomBytes(kStampBytes));
  if (!change.why.empty()) RETURN_IF_ERROR(on_mismatch(change.why, &transaction));
  RETURN_IF_ERROR(Write(change.first));
  transaction.writes.Put(storage::Family::kMeta, kStampRow, change.row);
  RETURN_IF_ERROR(writer->Commit(std::move(transaction)));
  return Write(change.last);
}

absl::Status BootStamp::NoteRestored(const std::string& sentence) const {
  ASSIGN_OR_RETURN(std::optional<StampFile> file, Read());
  if (!file.has_value()) file.emplace();
  file->restored = sentence;
  return Write(*file);
}

absl::StatusOr<std::optional<StampFile>> BootStamp::Read() const {
  const auto text = identity::ReadFile(path_);
  if (absl::IsNotFound(text.status())) return std::nullopt;
  RETURN_IF_ERROR(text.status());
  ASSIGN_OR_RETURN(StampFile file, DecodeStamp(*text));
  return file;
}

absl::Status BootStamp::Write(const StampFile& file) const {
  return identity::WriteFileAtomically(path_, EncodeStamp(file), 0600);
}

}  // namespace maillage::node
