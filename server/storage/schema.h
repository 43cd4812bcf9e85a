// Every column family and every key format of the node's database.
//
// Keys are big-endian and of fixed width, so that ranges mean something. NODE
// is a 10-byte node id, SHARE an 8-byte share id, id a 16-byte UUIDv7, ordinal
// a 32-bit local number of an actor that never leaves the node. TEXT is bytes
// with 00 escaped as 00 ff, closed by 00 00, so that no text is the beginning
// of another and order is kept.
//
//   family    key                                       value
//   actors    id                                        Actor, own, whole
//   log       NODE SHARE seq(8)                         Entry; a row a live entry or stub
//   where     NODE id SHARE                             seq(8) view(1) revision(8) kind(1)
//   ordinals  'o' ordinal(4)                            NODE id
//             'r' NODE id                               ordinal(4)
//   postings  field(1) TEXT chunk(2)                    Roaring bitmap of the low 16 bits of the
//                                                       ordinals whose high 16 are chunk
//   sorted    TEXT(French collation key) ordinal(4)     empty
//   tree      NODE SHARE level(1) prefix(2)             level 4: (id leaf(32))*, by id;
//                                                       0 to 3: 16 hashes of 32
//   heads     NODE SHARE                                see server/sharing/README.md: newest proved
//                                                       signed head and descriptor, cursor
//   inbox     NODE id                                   waiting or handled: server/sharing/inbox.h
//   history   id revision(8)                            StoredChange: what changed
//   objects   resource name                             the resource's message
//   ledger    job(16) recipient key(16)                 delivery state
//   due       lane(8) time_ms(8) job(16) recipient key  empty
//   audit     time_ms(8) n(8)                           AuditLine, hash-chained
//   meta      name                                      by name
//
// `prefix` is the first `level` nibbles of SHA-256(id), left-aligned in 16 bits.
#ifndef SERVER_STORAGE_SCHEMA_H_
#define SERVER_STORAGE_SCHEMA_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "client/base/ids.h"

namespace maillage::storage {

// Raised when a format changes; a database with a higher one is refused.
inline constexpr uint32_t kSchemaVersion = 1;

enum class Family : uint8_t {
  kActors,
  kLog,
  kWhere,
  kOrdinals,
  kPostings,
  kSorted,
  kTree,
  kHeads,
  kInbox,
  kHistory,
  kObjects,
  kLedger,
  kDue,
  kAudit,
  kMeta,
};
inline constexpr int kFamilyCount = static_cast<int>(Family::kMeta) + 1;

// Name of the column family in RocksDB.
absl::string_view FamilyName(Family family);

// Appends TEXT.
void AppendText(std::string* key, absl::string_view text);

std::string ActorKey(const RecordId& id);
std::string LogPrefix(const NodeId& node, const ShareId& share);
std::string LogKey(const NodeId& node, const ShareId& share, uint64_t seq);
std::string WherePrefix(const NodeId& node, const RecordId& id);
std::string WhereKey(const NodeId& node, const RecordId& id, const ShareId& share);
std::string OrdinalKey(uint32_t ordinal);
std::string ReverseOrdinalKey(const NodeId& node, const RecordId& id);
// All chunks of one term.
std::string PostingPrefix(uint8_t field, absl::string_view text);
// Where the terms with a text from `text` on begin.
std::string PostingStart(uint8_t field, absl::string_view text);
void AppendPostingKey(std::string* key, uint8_t field, absl::string_view text, uint16_t chunk);
std::string PostingKey(uint8_t field, absl::string_view text, uint16_t chunk);
std::string SortedKey(absl::string_view collation_key, uint32_t ordinal);
std::string TreePrefix(const NodeId& node, const ShareId& share);
std::string TreeKey(const NodeId& node, const ShareId& share, uint8_t level, uint16_t prefix);
std::string HeadKey(const NodeId& node, const ShareId& share);
std::string InboxKey(const NodeId& node, const RecordId& message);

// The least key above every key that begins with `prefix`; empty (no limit)
// where there is none.
std::string PrefixEnd(absl::string_view prefix);

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_SCHEMA_H_
