#include "server/storage/schema.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"

namespace maillage::storage {
namespace {

constexpr std::array<absl::string_view, kFamilyCount> kNames = {
    "actors", "log",     "where",   "ordinals", "postings", "sorted", "tree", "heads",
    "inbox",  "history", "objects", "ledger",   "due",      "audit",  "meta"};

template <typename... Parts>
std::string Join(const Parts&... parts) {
  std::string key;
  (absl::StrAppend(&key, parts.bytes()), ...);
  return key;
}

}  // namespace

absl::string_view FamilyName(Family family) { return kNames[static_cast<size_t>(family)]; }

namespace {

void AppendEscaped(std::string* key, absl::string_view text) {
  for (size_t zero = text.find('\0'); zero != text.npos; zero = text.find('\0')) {
    key->append(text.data(), zero + 1);
    key->push_back('\xff');
    text.remove_prefix(zero + 1);
  }
  key->append(text.data(), text.size());
}

}  // namespace

void AppendText(std::string* key, absl::string_view text) {
  AppendEscaped(key, text);
  key->append(2, '\0');
}

std::string ActorKey(const RecordId& id) { return Join(id); }

std::string LogPrefix(const NodeId& node, const ShareId& share) { return Join(node, share); }

std::string LogKey(const NodeId& node, const ShareId& share, uint64_t seq) {
  std::string key = Join(node, share);
  AppendU64(&key, seq);
  return key;
}

std::string WherePrefix(const NodeId& node, const RecordId& id) { return Join(node, id); }

std::string WhereKey(const NodeId& node, const RecordId& id, const ShareId& share) {
  return Join(node, id, share);
}

std::string OrdinalKey(uint32_t ordinal) {
  std::string key = "o";
  AppendU32(&key, ordinal);
  return key;
}

std::string ReverseOrdinalKey(const NodeId& node, const RecordId& id) {
  return absl::StrCat("r", Join(node, id));
}

std::string PostingPrefix(uint8_t field, absl::string_view text) {
  std::string key(1, static_cast<char>(field));
  AppendText(&key, text);
  return key;
}

std::string PostingStart(uint8_t field, absl::string_view text) {
  std::string key(1, static_cast<char>(field));
  AppendEscaped(&key, text);
  return key;
}

void AppendPostingKey(std::string* key, uint8_t field, absl::string_view text, uint16_t chunk) {
  key->push_back(static_cast<char>(field));
  AppendText(key, text);
  key->push_back(static_cast<char>(chunk >> 8));
  key->push_back(static_cast<char>(chunk));
}

std::string PostingKey(uint8_t field, absl::string_view text, uint16_t chunk) {
  std::string key;
  AppendPostingKey(&key, field, text, chunk);
  return key;
}

std::string SortedKey(absl::string_view collation_key, uint32_t ordinal) {
  std::string key;
  AppendText(&key, collation_key);
  AppendU32(&key, ordinal);
  return key;
}

std::string TreePrefix(const NodeId& node, const ShareId& share) { return Join(node, share); }

std::string TreeKey(const NodeId& node, const ShareId& share, uint8_t level, uint16_t prefix) {
  std::string key = Join(node, share);
  key.push_back(static_cast<char>(level));
  key.push_back(static_cast<char>(prefix >> 8));
  key.push_back(static_cast<char>(prefix));
  return key;
}

std::string HeadKey(const NodeId& node, const ShareId& share) { return Join(node, share); }

std::string InboxKey(const NodeId& node, const RecordId& message) { return Join(node, message); }

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(end.back() + 1);
  return end;
}

}  // namespace maillage::storage
