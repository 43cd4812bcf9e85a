#include "server/storage/packed_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace maillage::storage {
namespace {

std::vector<std::string> RowsOf(Family family, PackedRows* rows) {
  std::vector<std::string> all;
  const absl::Status status =
      rows->ForEach(family, [&](Batch::Kind kind, absl::string_view key, absl::string_view value) {
        all.push_back(absl::StrCat(static_cast<int>(kind), " ", key, "=", value));
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  return all;
}

using Rows = std::vector<std::string>;

TEST(PackedRows, AreVisitedInTheOrderOfTheirKeysTheLastOfAKeyAlone) {
  PackedRows rows;
  rows.Put(Family::kLog, "common prefix z", "1");
  rows.Put(Family::kLog, "common prefix", "2");
  rows.Delete(Family::kLog, "common prefix z");
  rows.Put(Family::kLog, "common prefix longer a", "3");
  rows.Put(Family::kLog, "common prefix longer b", "4");
  rows.Put(Family::kLog, "common prefix longer a", "5");
  EXPECT_EQ(RowsOf(Family::kLog, &rows),
            (Rows{"0 common prefix=2", "0 common prefix longer a=5", "0 common prefix longer b=4",
                  "1 common prefix z="}));
}

TEST(PackedRows, OrdersKeysAsBytesWithoutASign) {
  PackedRows rows;
  for (const char* key : {"\xff", "\x7f", "", "a"}) rows.Put(Family::kMeta, key, "");
  EXPECT_EQ(RowsOf(Family::kMeta, &rows), (Rows{"0 =", "0 a=", "0 \x7f=", "0 \xff="}));
}

TEST(PackedRows, AddsUpTheMergesOfAKeyInTheirOrder) {
  PackedRows rows;
  for (const char* operand : {"1", "2", "3"}) {
    rows.Merge(Family::kPostings, "b", operand);
    rows.Merge(Family::kPostings, "a", operand);
  }
  EXPECT_EQ(RowsOf(Family::kPostings, &rows), (Rows{"2 a=123", "2 b=123"}));
}

TEST(PackedRows, KeepFamiliesApartAndCanBeTakenOut) {
  Batch batch;
  batch.Put(Family::kLog, "a", "1");
  batch.Delete(Family::kMeta, "a");
  PackedRows rows(batch);
  EXPECT_EQ(rows.bytes(), 3U);
  PackedRows taken = rows.Release();
  EXPECT_TRUE(rows.empty());
  EXPECT_FALSE(rows.Has(Family::kLog));
  EXPECT_FALSE(taken.Has(Family::kTree));
  EXPECT_EQ(RowsOf(Family::kLog, &taken), Rows{"0 a=1"});
  EXPECT_EQ(RowsOf(Family::kMeta, &taken), Rows{"1 a="});
}

}  // namespace
}  // namespace maillage::storage
