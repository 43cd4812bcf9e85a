// What the origin takes for a member's word, and when.
#include "server/sharing/receipts.h"

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "gtest/gtest.h"
#include "server/identity/crypto.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/sharing/share_log.h"
#include "tests/identity/identity_fixture.h"

namespace maillage::sharing {
namespace {

using identity::TestIdentity;
using storage::Family;

class ReceiptsTest : public testing::Test {
 protected:
  ReceiptsTest() {
    EXPECT_TRUE(origin_.partners
                    ->Add(member_.self->signed_descriptor(), "membre", origin_.writer.get(),
                          storage::Transaction())
                    .ok());
    share_ = NewShareId();
    v1::ShareDescriptor descriptor;
    descriptor.set_origin(std::string(origin_.self->node().bytes()));
    descriptor.set_share(std::string(share_.bytes()));
    descriptor.set_version(1);
    descriptor.set_view(v1::VIEW_CARD);
    descriptor.add_members(std::string(member_.self->node().bytes()));
    v1::StoredOwnShare stored;
    *stored.mutable_share_descriptor() = identity::SignMessage(descriptor, origin_.self->signer());
    table_.Put(OwnShare::FromStored(std::move(stored)).value());
    storage::Transaction transaction;
    transaction.writes.Put(Family::kMeta, SeqKey(share_), EncodeSeq(20));
    EXPECT_TRUE(origin_.writer->Commit(std::move(transaction)).ok());
    for (const uint64_t seq : {5, 10, 20}) issued_.Note(HeadAt(seq), PayloadAt(seq));
  }

  v1::Head HeadAt(uint64_t seq) const {
    v1::Head head;
    head.set_share(std::string(share_.bytes()));
    head.set_incarnation(std::string(incarnation_.bytes()));
    head.set_seq(seq);
    return head;
  }
  std::string PayloadAt(uint64_t seq) const { return HeadAt(seq).SerializeAsString(); }
  v1::Receipt ReceiptAt(uint64_t seq) const {
    v1::Receipt receipt = ReceiptFor(origin_.self->node(), share_, PayloadAt(seq));
    receipt.set_member(std::string(member_.self->node().bytes()));
    *receipt.mutable_issued_at() = identity::ToTimestamp(clock_.now);
    return receipt;
  }
  absl::Status Take(const v1::Receipt& receipt, const identity::SigningKey* key = nullptr) {
    v1::LinkMessage message;
    *message.mutable_receipt() =
        identity::SignMessage(receipt, key == nullptr ? *member_.self->signer().Get() : *key);
    storage::Transaction transaction;
    RETURN_IF_ERROR(book_.Take(member_.self->node(), message, &transaction));
    return origin_.writer->Commit(std::move(transaction));
  }
  std::optional<v1::Receipt> Known() {
    return ReceiptBook::Get(origin_.database->latest(), origin_.self->node(), share_,
                            member_.self->node())
        .value();
  }

  identity::TestClock clock_;
  TestIdentity origin_{"origine", &clock_};
  TestIdentity member_{"membre", &clock_};
  const Incarnation incarnation_{"0123456789abcdef"};
  ShareId share_;
  ShareTable table_;
  IssuedHeads issued_;
  ReceiptBook book_{origin_.self.get(),     incarnation_, origin_.partners.get(), &table_, &issued_,
                    origin_.database.get(), &clock_};
};

TEST_F(ReceiptsTest, KeepsTheNewestWord) {
  ASSERT_TRUE(Take(ReceiptAt(10)).ok());
  EXPECT_EQ(Known()->seq(), 10u);
  ASSERT_TRUE(Take(ReceiptAt(20)).ok());
  EXPECT_EQ(Known()->seq(), 20u);
  // An older one came late.
  ASSERT_TRUE(Take(ReceiptAt(10)).ok());
  EXPECT_EQ(Known()->seq(), 20u);
}

TEST_F(ReceiptsTest, FollowsAMemberThatDropsAndSubscribesAgain) {
  ASSERT_TRUE(Take(ReceiptAt(10)).ok());
  v1::Receipt dropped = ReceiptFor(origin_.self->node(), share_, "");
  dropped.set_member(std::string(member_.self->node().bytes()));
  clock_.now += absl::Hours(1);
  *dropped.mutable_issued_at() = identity::ToTimestamp(clock_.now);
  ASSERT_TRUE(Take(dropped).ok());
  EXPECT_TRUE(Known()->dropped());
  clock_.now += absl::Hours(1);
  ASSERT_TRUE(Take(ReceiptAt(20)).ok());
  EXPECT_FALSE(Known()->dropped());
}

TEST_F(ReceiptsTest, RefusesAndCountsWhatIsForgedOrOfTheFuture) {
  struct Case {
    const char* reason;
    std::function<void(v1::Receipt*)> change;
  };
  const NodeId stranger(std::string(NodeId::kSize, 'x'));
  const std::vector<Case> cases = {
      {"WRONG_MEMBER", [&](auto* r) { r->set_member(std::string(stranger.bytes())); }},
      {"WRONG_ORIGIN", [&](auto* r) { r->set_origin(std::string(stranger.bytes())); }},
      {"NO_SUCH_SHARE", [](auto* r) { r->set_share("12345678"); }},
      {"NO_SUCH_SHARE", [](auto* r) { r->set_share("short"); }},
      {"WRONG_INCARNATION", [](auto* r) { r->set_incarnation("fedcba9876543210"); }},
      {"RECEIPT_AHEAD", [](auto* r) { r->set_seq(21); }},
      {"RECEIPT_AHEAD",
       [&](auto* r) {
         *r->mutable_issued_at() = identity::ToTimestamp(clock_.now + absl::Minutes(11));
       }},
      {"WRONG_HEAD", [](auto* r) { r->set_head_hash(std::string(32, 'h')); }},
      {"WRONG_HEAD", [](auto* r) { r->set_seq(11); }},
  };
  std::map<std::string, uint64_t> expected;
  for (const Case& each : cases) {
    v1::Receipt receipt = ReceiptAt(20);
    each.change(&receipt);
    EXPECT_EQ(ErrorReason(Take(receipt)), each.reason);
    ++expected[each.reason];
  }
  const auto key = identity::SigningKey::Generate();
  EXPECT_EQ(ErrorReason(Take(ReceiptAt(20), &key)), "UNKNOWN_KEY");
  ++expected["UNKNOWN_KEY"];
  EXPECT_EQ(book_.Refused(), expected);
  EXPECT_EQ(Known(), std::nullopt);
}

TEST_F(ReceiptsTest, BelievesAHeadOfAnEarlierProcess) {
  v1::Receipt receipt = ReceiptAt(3);
  receipt.set_head_hash(std::string(32, 'h'));
  EXPECT_TRUE(Take(receipt).ok());
}

}  // namespace
}  // namespace maillage::sharing
