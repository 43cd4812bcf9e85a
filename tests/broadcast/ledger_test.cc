#include "server/broadcast/ledger/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "client/base/encoding.h"
#include "client/base/error.h"
#include "server/broadcast/ledger/state.h"
#include "server/storage/database.h"

namespace maillage::broadcast {
namespace {

using storage::Family;
using D = Delivery;
using E = DeliveryEvent;

constexpr D kStates[] = {D::kPending,  D::kLeased,  D::kDot,        D::kSent,
                         D::kDeferred, D::kBounced, D::kSuppressed, D::kUncertain};
constexpr E kEvents[] = {E::kLease,   E::kUnsent, E::kDot,   E::kAccept,   E::kDefer,
                         E::kBounce,  E::kLose,   E::kDue,   E::kSuppress, E::kRestart,
                         E::kRecover, E::kResend, E::kGiveUp};

TEST(DeliveryState, MovesAsTheTableSaysAndNotOtherwise) {
  const std::map<std::pair<D, E>, D> legal = {
      {{D::kPending, E::kLease}, D::kLeased},
      {{D::kPending, E::kRestart}, D::kPending},
      {{D::kPending, E::kRecover}, D::kUncertain},
      {{D::kDeferred, E::kRecover}, D::kUncertain},
      {{D::kLeased, E::kUnsent}, D::kPending},
      {{D::kLeased, E::kDot}, D::kDot},
      {{D::kLeased, E::kDefer}, D::kDeferred},
      {{D::kLeased, E::kBounce}, D::kBounced},
      {{D::kLeased, E::kSuppress}, D::kSuppressed},
      {{D::kDot, E::kAccept}, D::kSent},
      {{D::kDot, E::kDefer}, D::kDeferred},
      {{D::kDot, E::kBounce}, D::kBounced},
      {{D::kDot, E::kLose}, D::kUncertain},
      {{D::kDot, E::kRestart}, D::kUncertain},
      {{D::kDeferred, E::kDue}, D::kPending},
      {{D::kDeferred, E::kRestart}, D::kDeferred},
      {{D::kUncertain, E::kResend}, D::kPending},
      {{D::kUncertain, E::kGiveUp}, D::kSuppressed},
      {{D::kUncertain, E::kRestart}, D::kUncertain},
      {{D::kSent, E::kRestart}, D::kSent},
      {{D::kBounced, E::kRestart}, D::kBounced},
      {{D::kSuppressed, E::kRestart}, D::kSuppressed},
  };
  for (D state : kStates) {
    for (E event : kEvents) {
      const auto it = legal.find({state, event});
      const std::optional<D> expected =
          it == legal.end() ? std::nullopt : std::optional<D>(it->second);
      EXPECT_EQ(NextDelivery(state, event), expected)
          << static_cast<int>(state) << " " << static_cast<int>(event);
    }
  }
}

TEST(RecipientKey, IsAHashOfChannelAndAddress) {
  // printf '\001anais@example.org' | sha256sum | cut -c1-32
  EXPECT_EQ(HexEncode(KeyOf("anais@example.org").bytes()), "2d998f7c5be5a364844ca23e3b5daac1");
}

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() : ledger_(NewRecordId(absl::Now())) {
    database_ = *storage::Database::Open({.path = "/ledger", .in_memory = true});
  }

  Recipient Insert(uint32_t number) {
    Recipient recipient;
    recipient.row.set_number(number);
    recipient.row.set_mailbox(absl::StrCat("c", number, "@example.org"));
    recipient.row.set_category(v1::AUDIENCE_CATEGORY_CITIZEN);
    recipient.key = KeyOf(recipient.row.mailbox());
    storage::Batch batch;
    ledger_.Insert(recipient, &batch);
    EXPECT_TRUE(database_->Apply(batch, false).ok());
    return recipient;
  }

  void Move(E event, Recipient* recipient) {
    storage::Batch batch;
    const absl::Status status = ledger_.Move(event, recipient, &batch);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_TRUE(database_->Apply(batch, false).ok());
  }

  Recipient Stored(const Recipient& recipient) {
    Recipient found;
    EXPECT_TRUE(ledger_
                    .Scan(database_->latest(), nullptr,
                          [&](Recipient row) {
                            if (row.key == recipient.key) found = std::move(row);
                            return true;
                          })
                    .ok());
    return found;
  }

  const Ledger ledger_;
  std::unique_ptr<storage::Database> database_;
};

TEST_F(LedgerTest, StoresAllButTheLease) {
  Recipient recipient = Insert(1);
  Move(E::kLease, &recipient);
  EXPECT_EQ(recipient.state, D::kLeased);
  EXPECT_EQ(Stored(recipient).state, D::kPending);
  Move(E::kDot, &recipient);
  EXPECT_EQ(Stored(recipient).state, D::kDot);
  recipient.row.set_detail("250 2.0.0 Ok");
  Move(E::kAccept, &recipient);
  EXPECT_EQ(Stored(recipient).state, D::kSent);
  EXPECT_EQ(Stored(recipient).row.detail(), "250 2.0.0 Ok");
}

TEST_F(LedgerTest, RefusesAnIllegalMoveAndChangesNothing) {
  Recipient recipient = Insert(7);
  storage::Batch batch;
  const absl::Status status = ledger_.Move(E::kAccept, &recipient, &batch);
  EXPECT_EQ(ErrorReason(status), "ILLEGAL_MOVE");
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(recipient.state, D::kPending);
}

TEST_F(LedgerTest, ShowsWhatIsDueOnceItsTimeHasCome) {
  const absl::Time now = absl::FromUnixSeconds(1'000'000);
  Recipient recipient = Insert(1);
  Insert(2);
  recipient.row.set_due_ms(absl::ToUnixMillis(now) + 1000);
  Move(E::kLease, &recipient);
  Move(E::kDefer, &recipient);
  EXPECT_TRUE(ledger_.Due(database_->latest(), now, 10)->empty());
  const auto due = ledger_.Due(database_->latest(), now + absl::Seconds(1), 10);
  ASSERT_TRUE(due.ok()) << due.status();
  ASSERT_EQ(due->size(), 1u);
  Recipient again = due->front();
  EXPECT_EQ(again.row.number(), 1u);
  Move(E::kDue, &again);
  EXPECT_EQ(Stored(again).state, D::kPending);
  EXPECT_TRUE(ledger_.Due(database_->latest(), now + absl::Seconds(1), 10)->empty());
}

TEST_F(LedgerTest, KeepsJobsApart) {
  Insert(1);
  const Ledger other(NewRecordId(absl::Now()));
  EXPECT_EQ(other.Count(database_->latest())->total(), 0);
  EXPECT_EQ(ledger_.Count(database_->latest())->total(), 1);
}

TEST_F(LedgerTest, GoesOnAfterAKey) {
  for (uint32_t i = 1; i <= 5; ++i) Insert(i);
  std::vector<RecipientKey> keys;
  const auto collect = [&](const Recipient& recipient) {
    keys.push_back(recipient.key);
    return keys.size() % 2 != 0;
  };
  ASSERT_TRUE(ledger_.Scan(database_->latest(), nullptr, collect).ok());
  ASSERT_EQ(keys.size(), 2u);
  const RecipientKey last = keys.back();
  keys.clear();
  ASSERT_TRUE(ledger_
                  .Scan(database_->latest(), &last,
                        [&](const Recipient& recipient) {
                          keys.push_back(recipient.key);
                          return true;
                        })
                  .ok());
  EXPECT_EQ(keys.size(), 3u);
  for (const RecipientKey& key : keys) EXPECT_GT(key, last);
}

TEST_F(LedgerTest, CountsByStateAndCategory) {
  Recipient sent = Insert(1);
  Insert(2);
  Move(E::kLease, &sent);
  Move(E::kDot, &sent);
  Move(E::kAccept, &sent);
  const auto counts = ledger_.Count(database_->latest());
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->In(D::kSent), 1);
  EXPECT_EQ(counts->In(D::kSent, v1::AUDIENCE_CATEGORY_CITIZEN), 1);
  EXPECT_EQ(counts->In(D::kSent, v1::AUDIENCE_CATEGORY_COMPANY), 0);
  EXPECT_EQ(counts->In(D::kPending), 1);
}

TEST_F(LedgerTest, ARowThatCannotBeReadIsSuppressedAndStopsNobody) {
  const Recipient recipient = Insert(1);
  storage::Batch batch;
  batch.Put(Family::kLedger, absl::StrCat(ledger_.job().bytes(), recipient.key.bytes()), "\xFF");
  ASSERT_TRUE(database_->Apply(batch, false).ok());
  Insert(2);
  const auto counts = ledger_.Count(database_->latest());
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->In(D::kSuppressed), 1);
  EXPECT_EQ(counts->In(D::kPending), 1);
  EXPECT_EQ(ErrorReason(ledger_.Get(database_->latest(), recipient.key).status()), "BAD_ROW");
}

}  // namespace
}  // namespace maillage::broadcast
