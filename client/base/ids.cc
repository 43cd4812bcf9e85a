#include "client/base/ids.h"

#include <sodium.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage {
namespace {

template <typename Id>
absl::StatusOr<Id> ParseBase32(absl::string_view text, absl::string_view what) {
  const auto bytes = Base32Decode(text);
  Id id;
  if (!bytes.ok() || !Id::FromBytes(*bytes, &id)) {
    return InvalidArgument("BAD_ID", absl::StrCat("'", text, "' is no ", what));
  }
  return id;
}

std::string TimeAndRandom(absl::Time now, size_t time_bytes, size_t size) {
  std::string bytes;
  AppendU64(&bytes, static_cast<uint64_t>(absl::ToUnixMillis(now)));
  bytes.erase(0, 8 - time_bytes);
  bytes.resize(size);
  randombytes_buf(bytes.data() + time_bytes, size - time_bytes);
  return bytes;
}

}  // namespace

std::string ToText(const NodeId& id) { return Base32Encode(id.bytes()); }
std::string ToText(const ShareId& id) { return Base32Encode(id.bytes()); }

absl::StatusOr<NodeId> ParseNodeId(absl::string_view text) {
  return ParseBase32<NodeId>(text, "node id");
}

absl::StatusOr<ShareId> ParseShareId(absl::string_view text) {
  return ParseBase32<ShareId>(text, "share id");
}

std::string ToText(const RecordId& id) {
  const std::string hex = HexEncode(id.bytes());
  const absl::string_view h = hex;
  return absl::StrCat(h.substr(0, 8), "-", h.substr(8, 4), "-", h.substr(12, 4), "-",
                      h.substr(16, 4), "-", h.substr(20));
}

absl::StatusOr<RecordId> ParseRecordId(absl::string_view text) {
  std::string hex;
  bool good = text.size() == 36;
  for (size_t i = 0; good && i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    good = hyphen ? text[i] == '-' : absl::ascii_isxdigit(static_cast<unsigned char>(text[i]));
    if (!hyphen) hex.push_back(text[i]);
  }
  if (!good) return InvalidArgument("BAD_ID", absl::StrCat("'", text, "' is no UUID"));
  return RecordId(absl::HexStringToBytes(hex));
}

RecordId NewRecordId(absl::Time now) {
  std::string bytes = TimeAndRandom(now, 6, RecordId::kSize);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  return RecordId(bytes);
}

ShareId NewShareId() {
  std::string bytes(ShareId::kSize, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return ShareId(bytes);
}

Incarnation NewIncarnation(absl::Time now) {
  return Incarnation(TimeAndRandom(now, 8, Incarnation::kSize));
}

std::string ActorName(const NodeId& node, const RecordId& id) {
  return absl::StrCat("nodes/", ToText(node), "/actors/", ToText(id));
}

std::string ShareName(const NodeId& node, const ShareId& id) {
  return absl::StrCat("nodes/", ToText(node), "/shares/", ToText(id));
}

}  // namespace maillage
