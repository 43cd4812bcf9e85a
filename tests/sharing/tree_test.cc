#include "server/sharing/tree.h"

#include <algorithm>
#include <map>
#include <random>

#include "client/base/encoding.h"
#include "gtest/gtest.h"
#include "server/storage/database.h"

namespace maillage::sharing {
namespace {

using storage::Family;

const NodeId kOrigin("0123456789");
const ShareId kShare("share id");

RecordId Id(uint32_t n) {
  std::string bytes(12, '\x11');
  AppendU32(&bytes, n);
  return RecordId(bytes);
}

Hash Leaf(uint32_t n) { return Sha256::ThisThread().Begin().Add(Id(n).bytes()).Add("x").Finish(); }

// The root as the README defines it, from all live leaves at once.
Hash NaiveNode(const std::map<RecordId, Hash>& leaves, int level, uint32_t prefix) {
  if (level == kTreeDepth) {
    std::string row;
    for (const auto& [id, leaf] : leaves) {
      if (TreePosition(id) == prefix) row += std::string(id.bytes()) + std::string(leaf.bytes());
    }
    return BucketHash(row);
  }
  std::map<uint32_t, std::map<RecordId, Hash>> children;
  for (const auto& [id, leaf] : leaves) children[TreePosition(id) >> (12 - 4 * level)][id] = leaf;
  std::string row;
  for (uint32_t child = prefix * 16; child < prefix * 16 + 16; ++child) {
    const auto it = children.find(child);
    row += std::string(
        (it == children.end() ? Hash() : NaiveNode(it->second, level + 1, child)).bytes());
  }
  return InnerHash(row);
}

class TreeTest : public testing::Test {
 protected:
  TreeTest() {
    storage::DatabaseOptions options;
    options.path = "/tree";
    options.in_memory = true;
    database_ = storage::Database::Open(options).value();
  }

  // Applies and stores an update; keeps `live_` and the count in step.
  Hash Apply(TreeUpdate* update) {
    storage::Batch rows;
    const auto result = update->Apply(&database_->latest(), &rows);
    EXPECT_TRUE(result.ok()) << result.status();
    EXPECT_TRUE(database_->Apply(rows, false).ok());
    count_ += result->live_delta;
    return result->root;
  }

  uint64_t Rows() const {
    uint64_t rows = 0;
    EXPECT_TRUE(database_->latest()
                    .ScanPrefix(Family::kTree, "",
                                [&](absl::string_view, absl::string_view) { return ++rows > 0; })
                    .ok());
    return rows;
  }

  std::unique_ptr<storage::Database> database_;
  std::map<RecordId, Hash> live_;
  int64_t count_ = 0;
};

TEST_F(TreeTest, IsZeroWhenEmpty) {
  TreeUpdate nothing(kOrigin, kShare);
  EXPECT_TRUE(Apply(&nothing).is_zero());
  TreeUpdate gone(kOrigin, kShare);
  gone.Remove(Id(1));
  EXPECT_TRUE(Apply(&gone).is_zero());
  EXPECT_EQ(count_, 0);
}

TEST_F(TreeTest, AgreesWithTheNaiveTreeThroughRandomChanges) {
  std::mt19937 random(20180531);
  for (int round = 0; round < 30; ++round) {
    TreeUpdate update(kOrigin, kShare);
    const uint32_t changes = round % 3 == 0 ? 400 : 3;
    for (uint32_t i = 0; i < changes; ++i) {
      const uint32_t n = random() % 700;
      if (random() % 3 == 0) {
        update.Remove(Id(n));
        live_.erase(Id(n));
      } else {
        update.Set(Id(n), Leaf(n + round));
        live_[Id(n)] = Leaf(n + round);
      }
    }
    ASSERT_EQ(Apply(&update), NaiveNode(live_, 0, 0)) << "round " << round;
    ASSERT_EQ(count_, static_cast<int64_t>(live_.size()));
  }
}

TEST_F(TreeTest, LeavesNoRowsWhenAllIsRemoved) {
  TreeUpdate add(kOrigin, kShare);
  TreeUpdate remove(kOrigin, kShare);
  for (uint32_t n = 0; n < 200; ++n) {
    add.Set(Id(n), Leaf(n));
    remove.Remove(Id(n));
  }
  Apply(&add);
  EXPECT_GT(Rows(), 200u);
  EXPECT_TRUE(Apply(&remove).is_zero());
  EXPECT_EQ(Rows(), 0u);
}

TEST_F(TreeTest, DoesNotDependOnTheOrderOfChanges) {
  std::vector<uint32_t> numbers(500);
  for (uint32_t n = 0; n < numbers.size(); ++n) numbers[n] = n;
  const auto root = [&] {
    TreeUpdate update(kOrigin, kShare);
    for (const uint32_t n : numbers) update.Set(Id(n), Leaf(n));
    storage::Batch rows;
    return update.Apply(nullptr, &rows)->root;
  };
  const Hash rising = root();
  std::shuffle(numbers.begin(), numbers.end(), std::mt19937(7));
  EXPECT_EQ(root(), rising);
}

TEST_F(TreeTest, TakesTheLastWordOnARecord) {
  TreeUpdate update(kOrigin, kShare);
  update.Set(Id(1), Leaf(1));
  update.Remove(Id(1));
  update.Set(Id(1), Leaf(9));
  EXPECT_EQ(Apply(&update), NaiveNode({{Id(1), Leaf(9)}}, 0, 0));
}

TEST_F(TreeTest, RefusesDamagedRows) {
  TreeUpdate update(kOrigin, kShare);
  update.Set(Id(1), Leaf(1));
  Apply(&update);
  storage::Batch damage;
  damage.Put(Family::kTree, storage::TreeKey(kOrigin, kShare, 0, 0), "short");
  ASSERT_TRUE(database_->Apply(damage, false).ok());
  TreeUpdate next(kOrigin, kShare);
  next.Set(Id(2), Leaf(2));
  storage::Batch rows;
  EXPECT_EQ(next.Apply(&database_->latest(), &rows).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace maillage::sharing
