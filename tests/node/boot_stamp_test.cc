#include "server/node/boot_stamp.h"

#include <gtest/gtest.h>

#include "client/base/error.h"

namespace maillage::node {
namespace {

const std::string kOld(16, 'a');
const std::string kNew(16, 'b');

StampFile FileOf(std::vector<std::string> stamps, std::string restored = "") {
  return {std::move(stamps), std::move(restored)};
}

TEST(BootStampTest, ReadsWhatItWrites) {
  const StampFile file = FileOf({kOld, kNew}, "a backup was restored");
  const auto read = DecodeStamp(EncodeStamp(file));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->stamps, file.stamps);
  EXPECT_EQ(read->restored, file.restored);
}

TEST(BootStampTest, ADamagedFileIsRefused) {
  for (const char* text :
       {"", "other\n", "maillage-boot-stamp 1\nstamp aa\n", "maillage-boot-stamp 1\nwhat\n"}) {
    EXPECT_EQ(ErrorReason(DecodeStamp(text).status()), "BAD_STAMP") << text;
  }
}

TEST(BootStampTest, TheDatabaseOfTheLastStartIsTheRightOne) {
  const StampChange change = PlanStamp(FileOf({kOld}), kOld, false, kNew);
  EXPECT_EQ(change.why, "");
  EXPECT_EQ(change.row, kNew);
  EXPECT_EQ(change.last.stamps, std::vector<std::string>{kNew});
}

TEST(BootStampTest, ACrashBetweenTwoStepsLeavesARowThatTheFileKnows) {
  const StampChange change = PlanStamp(FileOf({kOld}), kOld, false, kNew);
  for (const std::string& row : {kOld, kNew}) {
    EXPECT_EQ(PlanStamp(change.first, row, false, std::string(16, 'c')).why, "");
  }
}

TEST(BootStampTest, AnotherDatabaseMeansRecoveryUntilThatIsOnDisk) {
  const StampChange change = PlanStamp(FileOf({kNew}), kOld, false, std::string(16, 'c'));
  EXPECT_NE(change.why, "");
  // A crash before the row is written.
  EXPECT_NE(PlanStamp(change.first, kOld, false, std::string(16, 'd')).why, "");
  EXPECT_EQ(PlanStamp(change.last, std::string(16, 'c'), false, std::string(16, 'd')).why, "");
}

TEST(BootStampTest, ALostDatabaseAndARestoredOneMeanRecovery) {
  EXPECT_NE(PlanStamp(FileOf({kOld}), std::nullopt, true, kNew).why, "");
  EXPECT_NE(PlanStamp(std::nullopt, std::nullopt, true, kNew).why, "");
  const StampChange restored = PlanStamp(FileOf({kOld}, "restored"), kOld, false, kNew);
  EXPECT_EQ(restored.why, "restored");
  EXPECT_EQ(restored.last.restored, "");
}

TEST(BootStampTest, AHomeOfBeforeThereWereStampsGoesOn) {
  EXPECT_EQ(PlanStamp(std::nullopt, std::nullopt, false, kNew).why, "");
  // A stamp in the database and none in the home: that is another home.
  EXPECT_NE(PlanStamp(std::nullopt, kOld, false, kNew).why, "");
}

}  // namespace
}  // namespace maillage::node
