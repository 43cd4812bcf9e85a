#include "server/sharing/erase_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/gates.h"
#include "server/identity/crypto.h"
#include "server/identity/files.h"

namespace maillage::sharing {
namespace {

constexpr char kHeading[] = "maillage-erase-log 1\n";
constexpr char kKeyStart[] = "maillage-key 1 tag ";
constexpr size_t kKeyBytes = 32;
constexpr size_t kCheckDigits = 8;

std::string CheckOf(absl::string_view line) {
  return HexEncode(identity::Sha256(line)).substr(0, kCheckDigits);
}

std::string LineText(const EraseLog::Line& line) {
  std::string tags;
  for (const std::string& tag : line.tags) {
    absl::StrAppend(&tags, tags.empty() ? "" : ",", HexEncode(tag));
  }
  const std::string text = absl::StrCat(absl::ToUnixMillis(line.time), " ", ToText(line.id), " ",
                                        tags.empty() ? "-" : tags);
  return absl::StrCat(text, " ", CheckOf(text), "\n");
}

bool ParseTags(absl::string_view text, std::vector<std::string>* tags) {
  if (text == "-") return true;
  for (const absl::string_view hex : absl::StrSplit(text, ',')) {
    const bool sound = hex.size() == 2 * identity::kHashBytes &&
                       std::all_of(hex.begin(), hex.end(), absl::ascii_isxdigit);
    if (!sound) return false;
    tags->push_back(absl::HexStringToBytes(hex));
  }
  return true;
}

bool ParseLine(absl::string_view text, EraseLog::Line* line) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ');
  int64_t ms = 0;
  if (words.size() != 4 || !absl::SimpleAtoi(words[0], &ms)) return false;
  if (CheckOf(text.substr(0, text.rfind(' '))) != words[3]) return false;
  const auto id = ParseRecordId(words[1]);
  if (!id.ok()) return false;
  line->time = absl::FromUnixMillis(ms);
  line->id = *id;
  return ParseTags(words[2], &line->tags);
}

absl::Status Damaged(const std::string& path, size_t number) {
  return DataLoss("ERASE_LOG_DAMAGED",
                  absl::StrCat("line ", number, " of ", path, " cannot be read"),
                  "put the file back from a copy; without it a restore may bring back who was"
                  " erased");
}

}  // namespace

absl::StatusOr<std::string> LoadTagKey(const std::string& path) {
  const auto line = identity::ReadPrivateFile(path);
  if (absl::IsNotFound(line.status())) {
    std::string key = identity::RandomBytes(kKeyBytes);
    RETURN_IF_ERROR(identity::WriteFileAtomically(
        path, absl::StrCat(kKeyStart, Base32Encode(key), "\n"), 0600));
    return key;
  }
  RETURN_IF_ERROR(line.status());
  absl::string_view text = *line;
  if (absl::ConsumePrefix(&text, kKeyStart) && absl::ConsumeSuffix(&text, "\n")) {
    auto key = Base32Decode(text);
    if (key.ok() && key->size() == kKeyBytes) return *std::move(key);
  }
  return DataLoss("BAD_KEY_FILE", absl::StrCat(path, " does not hold the node's tag key"),
                  "Put the file back from a backup of the node's keys.");
}

absl::StatusOr<std::unique_ptr<EraseLog>> EraseLog::Open(const std::string& path, std::string key) {
  std::unique_ptr<EraseLog> log(new EraseLog(path, std::move(key)));
  const auto read = identity::ReadFile(path);
  if (absl::IsNotFound(read.status())) {
    RETURN_IF_ERROR(identity::WriteFileAtomically(path, kHeading, 0600));
    return log;
  }
  RETURN_IF_ERROR(read.status());
  // What was torn off goes, or the next line would be added to it.
  const std::string whole = read->substr(0, read->rfind('\n') + 1);
  const MutexLock lock(&log->mutex_);
  RETURN_IF_ERROR(log->Parse(whole));
  if (whole.size() < read->size()) {
    RETURN_IF_ERROR(identity::WriteFileAtomically(path, whole, 0600));
  }
  return log;
}

absl::Status EraseLog::Parse(absl::string_view content) {
  if (!absl::ConsumePrefix(&content, kHeading)) return Damaged(path_, 1);
  size_t number = 1;
  while (!content.empty()) {
    const size_t end = content.find('\n');
    Line line;
    ++number;
    if (!ParseLine(content.substr(0, end), &line)) return Damaged(path_, number);
    Add(std::move(line));
    content.remove_prefix(end + 1);
  }
  return absl::OkStatus();
}

void EraseLog::Add(Line line) {
  tags_.insert(line.tags.begin(), line.tags.end());
  ids_.insert(line.id);
  lines_.push_back(std::move(line));
}

absl::Status EraseLog::Append(absl::Time time, const RecordId& id, const v1::Actor& actor) {
  Line line{time, id, {}};
  for (const v1::ContactPoint& contact : actor.contact_points()) {
    // Postal addresses have no value.
    if (!contact.value().empty()) line.tags.push_back(identity::HmacSha256(key_, contact.value()));
  }
  for (const std::string& key : directory::TellingKeys(actor)) {
    line.tags.push_back(identity::HmacSha256(key_, key));
  }
  const MutexLock lock(&mutex_);
  RETURN_IF_ERROR(identity::AppendToFile(path_, LineText(line), 0600));
  Add(std::move(line));
  return absl::OkStatus();
}

std::vector<EraseLog::Line> EraseLog::Lines() const {
  const MutexLock lock(&mutex_);
  return lines_;
}

bool EraseLog::Has(const RecordId& id) const {
  const MutexLock lock(&mutex_);
  return ids_.contains(id);
}

bool EraseLog::Contains(absl::string_view address) const {
  const MutexLock lock(&mutex_);
  return tags_.contains(identity::HmacSha256(key_, address));
}

}  // namespace maillage::sharing
