#include "server/storage/postings.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>

namespace maillage::storage {
namespace {

std::unique_ptr<Database> MemoryDatabase() {
  auto database = Database::Open({.path = "/postings", .in_memory = true});
  EXPECT_TRUE(database.ok()) << database.status();
  return *std::move(database);
}

void Flush(PostingDelta* delta, Database* database) {
  Group group(database->latest());
  delta->FlushTo(&group);
  ASSERT_TRUE(database->Apply(group.batch(), true).ok());
}

TEST(Postings, AgreeWithASetAfterRandomChangesOverSeveralChunks) {
  const auto database = MemoryDatabase();
  std::mt19937 random(7);
  std::set<uint32_t> model;
  PostingDelta delta;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 200; ++i) {
      const uint32_t ordinal = random() % 200000;
      if (random() % 3 != 0) {
        delta.Add(1, "term", ordinal);
        model.insert(ordinal);
      } else {
        delta.Remove(1, "term", ordinal);
        model.erase(ordinal);
      }
    }
    Flush(&delta, database.get());
  }
  const auto bitmap = ReadPosting(database->latest(), 1, "term");
  ASSERT_TRUE(bitmap.ok()) << bitmap.status();
  EXPECT_EQ(std::set<uint32_t>(bitmap->begin(), bitmap->end()), model);
}

TEST(Postings, KeepTermsApartThatBeginAlike) {
  const auto database = MemoryDatabase();
  PostingDelta delta;
  delta.Add(1, "a", 1);
  delta.Add(1, "ab", 2);
  delta.Add(2, "a", 3);
  Flush(&delta, database.get());
  EXPECT_EQ(ReadPosting(database->latest(), 1, "a")->cardinality(), 1u);
  EXPECT_TRUE(ReadPosting(database->latest(), 1, "a")->contains(1));
}

TEST(Postings, RefuseADamagedOperandOrValue) {
  std::string result;
  EXPECT_FALSE(ApplyOperands(nullptr, {"ab"}, &result));
  const absl::string_view garbage = "garbage";
  EXPECT_FALSE(ApplyOperands(&garbage, {}, &result));
}

}  // namespace
}  // namespace maillage::storage
