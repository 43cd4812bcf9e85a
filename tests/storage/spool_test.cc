#include "server/storage/spool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "client/base/encoding.h"
#include "client/base/error.h"
#include "server/storage/crc32c.h"
#include "server/storage/database.h"

namespace maillage::storage {
namespace {

// On the disk, and with a database in memory.
class SpoolTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() / ("maillage_spool_" + std::to_string(getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
    database_ = Database::Open({.path = path_ / "db", .in_memory = GetParam()}).value();
    folder_ = &database_->staging();
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(path_);
  }

  std::vector<std::string> PartsOf(const Spool& spool) const {
    std::vector<std::string> parts;
    const absl::Status read = spool.ForEach([&](absl::string_view part) {
      parts.emplace_back(part);
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
    return parts;
  }

  std::filesystem::path path_;
  std::unique_ptr<Database> database_;
  Folder* folder_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Places, SpoolTest, ::testing::Bool());

TEST(Crc32c, IsThatOfTheStandard) {
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(Crc32c(""), 0U);
}

TEST_P(SpoolTest, GivesBackWhatItTookAfterItIsOpenedAgain) {
  {
    const auto spool = Spool::Create(folder_, "a.spool", "label").value();
    ASSERT_TRUE(spool->Append("one").ok());
    ASSERT_TRUE(spool->Append("").ok());
    ASSERT_TRUE(spool->Append(std::string(300'000, 'x')).ok());
    EXPECT_EQ(PartsOf(*spool).size(), 3U);
  }
  const auto spool = Spool::Open(folder_, "a.spool").value();
  EXPECT_EQ(spool->label(), "label");
  ASSERT_TRUE(spool->Append("last").ok());
  EXPECT_EQ(PartsOf(*spool),
            (std::vector<std::string>{"one", "", std::string(300'000, 'x'), "last"}));
}

TEST_P(SpoolTest, LiesAsTheReadmeSays) {
  const auto spool = Spool::Create(folder_, "example", "abc").value();
  ASSERT_TRUE(spool->Append("hello").ok());
  EXPECT_EQ(HexEncode(folder_->Read("example", 0, 1000).value()),
            "4d41494c53504c3100000003364b3fb7616263000000059a71bb4c68656c6c6f");
}

TEST_P(SpoolTest, CutsWhatAKillTore) {
  const auto whole = Spool::Create(folder_, "whole", "label").value();
  ASSERT_TRUE(whole->Append("one").ok());
  const uint64_t after_one = whole->bytes();
  ASSERT_TRUE(whole->Append("two").ok());
  const std::string bytes = folder_->Read("whole", 0, whole->bytes()).value();
  for (uint64_t length = 0; length <= bytes.size(); ++length) {
    ASSERT_TRUE(folder_->Remove("torn").ok());
    ASSERT_TRUE(folder_->Append("torn", bytes.substr(0, length)).ok());
    const auto torn = Spool::Open(folder_, "torn");
    if (!torn.ok()) {
      EXPECT_EQ(ErrorReason(torn.status()), "NO_SPOOL");
      EXPECT_LT(length, after_one);
      continue;
    }
    const size_t parts = length == bytes.size() ? 2 : length >= after_one ? 1 : 0;
    EXPECT_EQ(PartsOf(**torn).size(), parts) << length;
    // What follows a cut is whole.
    ASSERT_TRUE((*torn)->Append("again").ok());
    EXPECT_EQ(PartsOf(*Spool::Open(folder_, "torn").value()).back(), "again");
  }
}

TEST_P(SpoolTest, CutsWhatIsDamagedAndAllAfterIt) {
  const auto spool = Spool::Create(folder_, "damaged", "label").value();
  ASSERT_TRUE(spool->Append("one").ok());
  const uint64_t after_one = spool->bytes();
  ASSERT_TRUE(spool->Append("two").ok());
  ASSERT_TRUE(spool->Append("three").ok());
  std::string bytes = folder_->Read("damaged", 0, spool->bytes()).value();
  bytes[after_one + 9] ^= 1;
  ASSERT_TRUE(folder_->Remove("damaged").ok());
  ASSERT_TRUE(folder_->Append("damaged", bytes).ok());
  EXPECT_EQ(PartsOf(*Spool::Open(folder_, "damaged").value()), std::vector<std::string>{"one"});
}

TEST_P(SpoolTest, StaysWhenTheDatabaseIsOpenedAgainWhileTablesGo) {
  if (GetParam()) GTEST_SKIP() << "memory does not stay";
  ASSERT_TRUE(Spool::Create(folder_, "stays.spool", "label").ok());
  ASSERT_TRUE(folder_->Append("rows-1-1.sst", "left behind").ok());
  database_.reset();
  database_ = Database::Open({.path = path_ / "db"}).value();
  EXPECT_EQ(database_->staging().List().value(), std::vector<std::string>{"stays.spool"});
}

}  // namespace
}  // namespace maillage::storage
