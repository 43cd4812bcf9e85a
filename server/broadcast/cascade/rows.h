// The rows of a node's cascades. Formats: stored_cascade.proto.
#ifndef SERVER_BROADCAST_CASCADE_ROWS_H_
#define SERVER_BROADCAST_CASCADE_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/cascade.pb.h"
#include "maillage/v1/stored_cascade.pb.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

// With the issuer.
inline constexpr int kMaxCascadeNodes = 200;
// Of what one node says, of each kind.
inline constexpr uint32_t kMaxCascadeParts = 1000;
inline constexpr size_t kCascadeKeyBytes = 32;
// INVALID_ARGUMENT (BAD_CASCADE): a message is of no use, now or later.
absl::Status Useless(absl::string_view what);

// What was said in a cascade, as its rows are called.
inline constexpr absl::string_view kClaims = "claims";
inline constexpr absl::string_view kReleases = "releases";
inline constexpr absl::string_view kGrants = "grants";
inline constexpr absl::string_view kCounts = "counts";
inline constexpr absl::string_view kReplies = "replies";

// A cascade as it is stored.
struct KeptCascade {
  std::string invitation;  // its resource name
  std::string row;         // the stored bytes; empty: not stored yet
  v1::StoredCascade stored;
  v1::CascadeTerms terms;  // of stored.terms()

  NodeId issuer() const { return NodeId(terms.issuer()); }
  // Its place in the order; nothing where it takes no part.
  std::optional<size_t> PlaceOf(const NodeId& node) const;
  // Rows of a kind, of a node where one is named.
  std::string PartsPrefix(absl::string_view kind) const;
  std::string PartName(absl::string_view kind, const NodeId& node) const;
  std::string PartName(absl::string_view kind, const NodeId& node, uint32_t part) const;
  // Of a reply of which a partner told the issuer.
  std::string ReplyName(absl::string_view tag) const;
  // Adds the row, which must not have changed meanwhile. An empty verb is not audited.
  void Write(absl::string_view verb, absl::string_view who,
             storage::Transaction* transaction) const;
};

// Nothing where there is none. DATA_LOSS (BAD_ROW), for the next two as well.
absl::StatusOr<std::optional<KeptCascade>> ReadCascade(const storage::Reader& reader,
                                                       absl::string_view invitation);
absl::StatusOr<std::vector<KeptCascade>> ReadAllCascades(const storage::Reader& reader);
// FAILED_PRECONDITION (NO_CASCADE) where there is none.
absl::StatusOr<KeptCascade> FindCascade(const storage::Reader& reader,
                                        absl::string_view invitation);

// Visits what nodes said, node by node and part by part. `Message` is what such rows
// hold. Rows of nodes that take no part are passed over.
template <typename Message>
absl::Status ForEachPart(const storage::Reader& reader, const KeptCascade& kept,
                         absl::string_view kind,
                         absl::FunctionRef<void(size_t place, const Message&)> visit);

namespace internal {
absl::Status ForEachRow(const storage::Reader& reader, const KeptCascade& kept,
                        absl::string_view kind,
                        absl::FunctionRef<bool(size_t place, absl::string_view row)> visit_parsed);
}  // namespace internal

template <typename Message>
absl::Status ForEachPart(const storage::Reader& reader, const KeptCascade& kept,
                         absl::string_view kind,
                         absl::FunctionRef<void(size_t place, const Message&)> visit) {
  return internal::ForEachRow(reader, kept, kind, [&](size_t place, absl::string_view row) {
    Message message;
    if (!message.ParseFromArray(row.data(), static_cast<int>(row.size()))) return false;
    visit(place, message);
    return true;
  });
}

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CASCADE_ROWS_H_
