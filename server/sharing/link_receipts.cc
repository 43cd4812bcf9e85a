#include "server/sharing/link_receipts.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/sealed.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/sharing/receipts.h"
#include "server/sharing/share_log.h"
#include "server/sharing/subscriber.h"
#include "server/storage/races.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr char kPrefix[] = "link-receipt/";

std::string KeyOf(const NodeId& from) { return absl::StrCat(kPrefix, from.bytes()); }

}  // namespace

absl::Status LinkReceipts::Give(const NodeId& from) const {
  return storage::RetryRaces([&] { return GiveOnce(from); });
}

absl::Status LinkReceipts::GiveOnce(const NodeId& from) const {
  const ShareId link = LinkId(from, self_->node());
  ASSIGN_OR_RETURN(const ReceivedShare held, ReceivedShare::Read(database_->latest(), from, link));
  ASSIGN_OR_RETURN(const Given given, ReadGiven(from));
  if (held.head.seq() <= given.seq) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool has_messages, HasMessages(from, given.seq));
  if (!has_messages) return absl::OkStatus();
  v1::Receipt receipt = ReceiptFor(from, link, held.stored.head().payload());
  receipt.set_member(std::string(self_->node().bytes()));
  *receipt.mutable_issued_at() = identity::ToTimestamp(clock_->Now());
  v1::LinkMessage message;
  *message.mutable_receipt() = identity::SignMessage(receipt, self_->signer());
  storage::Transaction transaction;
  RecordId id;
  RETURN_IF_ERROR(links_->AddTo(from, message, &transaction, &id));
  if (given.message.has_value()) {
    RETURN_IF_ERROR(links_->AddWithdrawal(from, *given.message, &transaction));
  }
  std::string row;
  AppendU64(&row, held.head.seq());
  absl::StrAppend(&row, id.bytes());
  transaction.preconditions.push_back({Family::kMeta, KeyOf(from), given.row});
  transaction.writes.Put(Family::kMeta, KeyOf(from), row);
  return writer_->Commit(std::move(transaction));
}

absl::StatusOr<LinkReceipts::Given> LinkReceipts::ReadGiven(const NodeId& from) const {
  Given given;
  ASSIGN_OR_RETURN(given.row, database_->latest().Get(Family::kMeta, KeyOf(from)));
  if (!given.row.has_value()) return given;
  if (given.row->size() != sizeof(uint64_t) + RecordId::kSize) {
    return DataLoss("BAD_ROW", "a receipt of a link cannot be read", "restore from a backup");
  }
  given.seq = ReadU64(*given.row);
  given.message = RecordId(absl::string_view(*given.row).substr(sizeof(uint64_t)));
  return given;
}

absl::StatusOr<bool> LinkReceipts::HasMessages(const NodeId& from, uint64_t after) const {
  bool has = false;
  RETURN_IF_ERROR(ForEachEntry(database_->latest(), from, LinkId(from, self_->node()), after,
                               UINT64_MAX, [&](v1::Entry* entry) {
                                 has = entry->kind() == v1::ENTRY_KIND_PUT &&
                                       !IsReceiptOfLink(from, entry->payload());
                                 return !has;
                               }));
  return has;
}

bool LinkReceipts::IsReceiptOfLink(const NodeId& from, absl::string_view sealed) const {
  const auto opened = identity::OpenSealed(sealed, self_->sealing_key());
  v1::LinkMessage message;
  v1::Receipt receipt;
  return opened.ok() && message.ParseFromString(*opened) &&
         receipt.ParseFromString(message.receipt().payload()) &&
         receipt.share() == LinkId(self_->node(), from).bytes();
}

}  // namespace maillage::sharing
