#include "server/directory/bulk_index.h"

#include <algorithm>

#include "client/base/encoding.h"
#include "server/directory/actor.h"
#include "server/directory/collation.h"
#include "server/storage/schema.h"

namespace maillage::directory {

using storage::Family;

void BulkIndex::Add(const RecordId& id, const v1::Actor& actor, uint32_t ordinal,
                    storage::PackedRows* rows) {
  if (ordinal >> 16 != chunk_) known_.clear();
  chunk_ = ordinal >> 16;
  AddTerms(actor, ordinal);
  if (origin_ == self_) {
    for (const std::string& key : ImportKeys(actor)) {
      postings_.Add(static_cast<uint8_t>(Field::kImportKey), key, ordinal);
    }
  }
  rows->Put(Family::kSorted, storage::SortedKey(CollationKey(SortName(actor)), ordinal), "");
  std::string bytes;
  AppendU32(&bytes, ordinal);
  rows->Put(Family::kOrdinals, storage::ReverseOrdinalKey(origin_, id), bytes);
  rows->Put(Family::kOrdinals, storage::OrdinalKey(ordinal), storage::WherePrefix(origin_, id));
}

void BulkIndex::AddTerms(const v1::Actor& actor, uint32_t ordinal) {
  const TermParts parts = PartsOf(self_, origin_, actor);
  const auto after = std::find_if(parts.begin(), parts.end(), [](const TermPart& part) {
    return part.group > TermGroup::kTerritory;
  });
  const auto common = static_cast<size_t>(after - parts.begin());
  // What sort of actor, of where: looked up as one.
  AddShared(absl::MakeConstSpan(parts).subspan(0, common), ordinal);
  for (const TermPart& part : absl::MakeConstSpan(parts).subspan(common)) {
    if (IsShared(part)) {
      AddShared({&part, 1}, ordinal);
    } else {
      ForEachTerm(part, [&](Field field, absl::string_view text) {
        postings_.Add(static_cast<uint8_t>(field), text, ordinal);
      });
    }
  }
}

void BulkIndex::AddShared(absl::Span<const TermPart> parts, uint32_t ordinal) {
  key_.clear();
  for (const TermPart& part : parts) AppendKey(part, &key_);
  const auto [known, is_new] = known_.try_emplace(key_);
  Rows& rows = known->second;
  if (is_new) {
    for (const TermPart& part : parts) {
      ForEachTerm(part, [&](Field field, absl::string_view text) {
        rows.push_back(postings_.RowOf(static_cast<uint8_t>(field), text, ordinal));
      });
    }
  }
  for (const storage::PostingDelta::Row row : rows) postings_.Set(row, ordinal, /*present=*/true);
}

void BulkIndex::FlushTo(storage::PackedRows* rows) {
  postings_.FlushTo(rows);
  known_.clear();
}

}  // namespace maillage::directory
