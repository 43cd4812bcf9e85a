#include "server/broadcast/ledger/ledger.h"

#include <numeric>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/sha256.h"
#include "client/base/status_macros.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

constexpr uint64_t kSmarthostLane = 0;

v1::DeliveryState Stored(Delivery state) {
  switch (state) {
    case Delivery::kPending:
    case Delivery::kLeased:
      return v1::DELIVERY_STATE_PENDING;
    case Delivery::kDot:
      return v1::DELIVERY_STATE_DOT;
    case Delivery::kSent:
      return v1::DELIVERY_STATE_SENT;
    case Delivery::kDeferred:
      return v1::DELIVERY_STATE_DEFERRED;
    case Delivery::kBounced:
      return v1::DELIVERY_STATE_BOUNCED;
    case Delivery::kSuppressed:
      return v1::DELIVERY_STATE_SUPPRESSED;
    case Delivery::kUncertain:
      return v1::DELIVERY_STATE_UNCERTAIN;
  }
  return v1::DELIVERY_STATE_UNSPECIFIED;
}

std::optional<Delivery> FromStored(v1::DeliveryState state) {
  for (Delivery delivery :
       {Delivery::kPending, Delivery::kDot, Delivery::kSent, Delivery::kDeferred,
        Delivery::kBounced, Delivery::kSuppressed, Delivery::kUncertain}) {
    if (Stored(delivery) == state) return delivery;
  }
  return std::nullopt;
}

absl::StatusOr<Recipient> Decode(absl::string_view key, absl::string_view value) {
  Recipient recipient;
  const bool parsed = key.size() == RecordId::kSize + RecipientKey::kSize &&
                      recipient.row.ParseFromArray(value.data(), static_cast<int>(value.size()));
  const std::optional<Delivery> state = FromStored(recipient.row.state());
  if (!parsed || !state.has_value()) {
    return DataLoss("BAD_ROW", absl::StrCat("ledger row ", HexEncode(key), " cannot be read"),
                    "restore from a backup");
  }
  recipient.key = RecipientKey(key.substr(RecordId::kSize));
  recipient.state = *state;
  return recipient;
}

// One bad row must not stop the others; nobody knows whether its mail left.
Recipient Unreadable(absl::string_view key) {
  Recipient recipient;
  recipient.key = RecipientKey(key.substr(key.size() - RecipientKey::kSize));
  recipient.state = Delivery::kSuppressed;
  recipient.row.set_state(v1::DELIVERY_STATE_SUPPRESSED);
  recipient.row.set_detail("its row in the ledger cannot be read");
  return recipient;
}

}  // namespace

RecipientKey KeyOf(absl::string_view address, Channel channel) {
  std::string input(1, static_cast<char>(channel));
  absl::StrAppend(&input, address);
  return RecipientKey(Sha256::Of(input).bytes().substr(0, RecipientKey::kSize));
}

void LedgerCounts::Add(const Recipient& recipient, int64_t n) {
  const int category = recipient.row.category();
  const bool known = category >= 0 && category < kCategories;
  counts_[static_cast<int>(recipient.state)][known ? category : 0] += n;
}

int64_t LedgerCounts::In(Delivery state) const {
  const auto& row = counts_[static_cast<int>(state)];
  return std::accumulate(row.begin(), row.end(), int64_t{0});
}

int64_t LedgerCounts::In(Delivery state, v1::AudienceCategory category) const {
  return counts_[static_cast<int>(state)][category];
}

int64_t LedgerCounts::total() const {
  int64_t total = 0;
  for (int state = 0; state < kStates; ++state) total += In(static_cast<Delivery>(state));
  return total;
}

std::string Ledger::RowKey(const RecipientKey& key) const {
  return absl::StrCat(job_.bytes(), key.bytes());
}

std::string Ledger::DueKey(const Recipient& recipient) const {
  std::string key;
  AppendU64(&key, kSmarthostLane);
  AppendU64(&key, static_cast<uint64_t>(recipient.row.due_ms()));
  absl::StrAppend(&key, job_.bytes(), recipient.key.bytes());
  return key;
}

void Ledger::Insert(const Recipient& recipient, storage::Batch* batch) const {
  v1::StoredRecipient row = recipient.row;
  row.set_state(Stored(recipient.state));
  batch->Put(Family::kLedger, RowKey(recipient.key), row.SerializeAsString());
}

void Ledger::Remove(const Recipient& recipient, storage::Batch* batch) const {
  batch->Delete(Family::kLedger, RowKey(recipient.key));
}

absl::Status Ledger::Move(DeliveryEvent event, Recipient* recipient, storage::Batch* batch) const {
  const std::optional<Delivery> next = NextDelivery(recipient->state, event);
  if (!next.has_value()) {
    return FailedPrecondition("ILLEGAL_MOVE",
                              absl::StrCat("recipient ", recipient->row.number(), " in state ",
                                           v1::DeliveryState_Name(Stored(recipient->state)),
                                           " cannot take event ", static_cast<int>(event)));
  }
  const bool granted = event == DeliveryEvent::kGrant || event == DeliveryEvent::kDoubt;
  if (granted && !recipient->row.withheld()) {
    return FailedPrecondition("ILLEGAL_MOVE", absl::StrCat("recipient ", recipient->row.number(),
                                                           " was not withheld for a cascade"));
  }
  if (granted) recipient->row.clear_withheld();
  if (recipient->state == Delivery::kDeferred && *next != Delivery::kDeferred) {
    batch->Delete(Family::kDue, DueKey(*recipient));
    recipient->row.clear_due_ms();
  }
  recipient->state = *next;
  // Of whom is uncertain nobody may say that no mail's end has left.
  if (*next == Delivery::kDot || *next == Delivery::kUncertain) recipient->row.set_dot(true);
  if (*next == Delivery::kLeased || event == DeliveryEvent::kUnsent) return absl::OkStatus();
  if (event == DeliveryEvent::kDefer) batch->Put(Family::kDue, DueKey(*recipient), "");
  recipient->row.set_state(Stored(*next));
  batch->Put(Family::kLedger, RowKey(recipient->key), recipient->row.SerializeAsString());
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Recipient>> Ledger::Get(const storage::Reader& reader,
                                                     const RecipientKey& key) const {
  const std::string name = RowKey(key);
  ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kLedger, name));
  if (!value.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(Recipient recipient, Decode(name, *value));
  return recipient;
}

absl::Status Ledger::Scan(const storage::Reader& reader, const RecipientKey* after,
                          absl::FunctionRef<bool(Recipient)> visit) const {
  const std::string prefix(job_.bytes());
  // The least key above a fixed-width one is that one with a byte behind it.
  const std::string first =
      after == nullptr ? prefix : absl::StrCat(RowKey(*after), absl::string_view("\0", 1));
  return reader.Scan(Family::kLedger, first, storage::PrefixEnd(prefix),
                     [&](absl::string_view key, absl::string_view value) {
                       absl::StatusOr<Recipient> recipient = Decode(key, value);
                       return visit(recipient.ok() ? *std::move(recipient) : Unreadable(key));
                     });
}

absl::StatusOr<std::vector<Recipient>> Ledger::Due(const storage::Reader& reader, absl::Time now,
                                                   size_t limit) const {
  std::string first, last;
  AppendU64(&first, kSmarthostLane);
  AppendU64(&last, kSmarthostLane);
  AppendU64(&last, static_cast<uint64_t>(absl::ToUnixMillis(now)) + 1);
  std::vector<std::string> keys;
  constexpr size_t kJobAt = 16;
  RETURN_IF_ERROR(
      reader.Scan(Family::kDue, first, last, [&](absl::string_view key, absl::string_view) {
        if (key.substr(kJobAt, RecordId::kSize) == job_.bytes()) {
          keys.emplace_back(key.substr(kJobAt));
        }
        return keys.size() < limit;
      }));
  std::vector<Recipient> due;
  for (const std::string& key : keys) {
    ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kLedger, key));
    if (!value.has_value()) continue;
    ASSIGN_OR_RETURN(Recipient recipient, Decode(key, *value));
    if (recipient.state == Delivery::kDeferred) due.push_back(std::move(recipient));
  }
  return due;
}

absl::StatusOr<LedgerCounts> Ledger::Count(const storage::Reader& reader) const {
  LedgerCounts counts;
  RETURN_IF_ERROR(Scan(reader, nullptr, [&counts](const Recipient& recipient) {
    counts.Add(recipient, 1);
    return true;
  }));
  return counts;
}

}  // namespace maillage::broadcast
