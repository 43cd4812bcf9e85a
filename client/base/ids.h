// Identifiers of fixed length, each a type of its own.
#ifndef CLIENT_BASE_IDS_H_
#define CLIENT_BASE_IDS_H_

#include <array>
#include <compare>
#include <cstring>
#include <string>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace maillage {

// N bytes, ordered as bytes. `Tag` keeps the kinds apart.
template <size_t N, typename Tag>
class FixedId {
 public:
  static constexpr size_t kSize = N;

  // All zero.
  FixedId() : bytes_{} {}
  // `bytes` has exactly N bytes; check hostile input with FromBytes.
  explicit FixedId(absl::string_view bytes) : bytes_{} {
    std::memcpy(bytes_.data(), bytes.data(), bytes.size() < N ? bytes.size() : N);
  }
  // Returns false, and leaves `id`, where the length is not N.
  [[nodiscard]] static bool FromBytes(absl::string_view bytes, FixedId* id) {
    if (bytes.size() != N) return false;
    *id = FixedId(bytes);
    return true;
  }

  absl::string_view bytes() const { return {bytes_.data(), N}; }
  bool is_zero() const { return *this == FixedId(); }

  friend bool operator==(const FixedId&, const FixedId&) = default;
  friend std::strong_ordering operator<=>(const FixedId& a, const FixedId& b) {
    return a.bytes().compare(b.bytes()) <=> 0;
  }
  template <typename H>
  friend H AbslHashValue(H h, const FixedId& id) {
    return H::combine(std::move(h), id.bytes());
  }

 private:
  std::array<char, N> bytes_;
};

// First 10 bytes of SHA-256(first root public key).
using NodeId = FixedId<10, struct NodeIdTag>;
// UUIDv7 of an actor, message or invitation.
using RecordId = FixedId<16, struct RecordIdTag>;
// A share of an origin.
using ShareId = FixedId<8, struct ShareIdTag>;
// Life of a node's logs: start in ms (8), random (8).
using Incarnation = FixedId<16, struct IncarnationTag>;

// 16 characters of base32.
std::string ToText(const NodeId& id);
absl::StatusOr<NodeId> ParseNodeId(absl::string_view text);

// A UUID with hyphens.
std::string ToText(const RecordId& id);
absl::StatusOr<RecordId> ParseRecordId(absl::string_view text);

// 13 characters of base32.
std::string ToText(const ShareId& id);
absl::StatusOr<ShareId> ParseShareId(absl::string_view text);

// A new UUIDv7 (RFC 9562): ms since 1970 and 74 random bits. Thread safe.
RecordId NewRecordId(absl::Time now);
ShareId NewShareId();
Incarnation NewIncarnation(absl::Time now);

// nodes/{node}/actors/{uuid}
std::string ActorName(const NodeId& node, const RecordId& id);
// nodes/{node}/shares/{share}
std::string ShareName(const NodeId& node, const ShareId& id);

}  // namespace maillage

#endif  // CLIENT_BASE_IDS_H_
