#include "server/sharing/erase_log.h"

#include "client/base/error.h"
#include "gtest/gtest.h"
#include "server/identity/files.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

class EraseLogTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<EraseLog>> Open() {
    return EraseLog::Open(path_, std::string(32, 'k'));
  }
  const TempDir temp_;
  const std::string home_ = temp_.path();
  const std::string path_ = home_ + "/erase.log";
};

TEST_F(EraseLogTest, KnowsIdsAndAddressesAfterAReopen) {
  const RecordId id = NewRecordId(kNow);
  ASSERT_TRUE((*Open())->Append(kNow, id, Person("Anaïs", "Lefèvre")).ok());
  const auto log = Open();
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_EQ((*log)->Lines().size(), 1u);
  EXPECT_EQ((*log)->Lines()[0].id, id);
  EXPECT_TRUE((*log)->Contains("maison@example.org"));
  EXPECT_FALSE((*log)->Contains("autre@example.org"));
  const std::string text = identity::ReadFile(path_).value();
  EXPECT_EQ(text.find("example.org"), std::string::npos);
  EXPECT_EQ(text.find("Lef"), std::string::npos);
}

TEST_F(EraseLogTest, CutsALineThatACrashTore) {
  ASSERT_TRUE((*Open())->Append(kNow, NewRecordId(kNow), Person("Anaïs", "Lefèvre")).ok());
  const std::string whole = identity::ReadFile(path_).value();
  ASSERT_TRUE((*Open())->Append(kNow, NewRecordId(kNow), Person("Bruno", "Delattre")).ok());
  const std::string both = identity::ReadFile(path_).value();
  for (size_t size = whole.size(); size < both.size(); ++size) {
    ASSERT_TRUE(identity::WriteFileAtomically(path_, both.substr(0, size), 0600).ok());
    const auto log = Open();
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_EQ((*log)->Lines().size(), 1u);
    EXPECT_EQ(identity::ReadFile(path_).value(), whole);
  }
}

TEST_F(EraseLogTest, RefusesAnyOtherDamage) {
  ASSERT_TRUE((*Open())->Append(kNow, NewRecordId(kNow), Person("Anaïs", "Lefèvre")).ok());
  ASSERT_TRUE((*Open())->Append(kNow, NewRecordId(kNow), Association("Les Jardins")).ok());
  const std::string sound = identity::ReadFile(path_).value();
  for (size_t at = 0; at + 1 < sound.size(); at += 7) {
    std::string bad = sound;
    bad[at] = bad[at] == 'x' ? 'y' : 'x';
    ASSERT_TRUE(identity::WriteFileAtomically(path_, bad, 0600).ok());
    const auto log = Open();
    EXPECT_EQ(ErrorReason(log.status()), "ERASE_LOG_DAMAGED") << "at byte " << at;
    EXPECT_NE(ErrorMend(log.status()), "");
  }
}

TEST_F(EraseLogTest, MakesAKeyOnceAndKeepsIt) {
  const std::string path = home_ + "/tag.key";
  const auto first = LoadTagKey(path);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->size(), 32u);
  EXPECT_EQ(*LoadTagKey(path), *first);
  ASSERT_TRUE(identity::WriteFileAtomically(path, "maillage-key 1 tag zz\n", 0600).ok());
  EXPECT_EQ(ErrorReason(LoadTagKey(path).status()), "BAD_KEY_FILE");
}

}  // namespace
}  // namespace maillage::sharing
