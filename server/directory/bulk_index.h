// The index rows of many records that are new here, made together.
#ifndef SERVER_DIRECTORY_BULK_INDEX_H_
#define SERVER_DIRECTORY_BULK_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "server/directory/term_parts.h"
#include "server/storage/packed_rows.h"
#include "server/storage/postings.h"

namespace maillage::directory {

// Not thread safe. Makes the rows of AddIndexRows, and knows again what many
// records share.
class BulkIndex {
 public:
  // `self` tells own records.
  BulkIndex(const NodeId& self, const NodeId& origin) : self_(self), origin_(origin) {}

  // All rows but those of postings, which are gathered.
  void Add(const RecordId& id, const v1::Actor& actor, uint32_t ordinal, storage::PackedRows* rows);
  // What is gathered; others may add to it.
  storage::PostingDelta* postings() { return &postings_; }
  void FlushTo(storage::PackedRows* rows);

 private:
  using Rows = std::vector<storage::PostingDelta::Row>;
  void AddTerms(const v1::Actor& actor, uint32_t ordinal);
  // Parts that many records have together.
  void AddShared(absl::Span<const TermPart> parts, uint32_t ordinal);

  const NodeId self_;
  const NodeId origin_;
  storage::PostingDelta postings_;
  // The rows of parts that are shared, in one chunk of ordinals, until they are flushed.
  absl::flat_hash_map<std::string, Rows> known_;
  uint32_t chunk_ = 0;
  std::string key_;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_BULK_INDEX_H_
