#include "server/storage/backup.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "client/base/encoding.h"
#include "client/base/error.h"

namespace maillage::storage {
namespace {

namespace fs = std::filesystem;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() { database_ = Database::Open({.path = Path("db")}).value(); }
  ~BackupTest() override {
    database_.reset();
    fs::remove_all(base_);
  }

  static std::string NewFolder() {
    std::string pattern = (fs::temp_directory_path() / "maillage_backup.XXXXXX").string();
    return mkdtemp(pattern.data());
  }
  std::string Path(const std::string& name) const { return base_ + "/" + name; }
  void Put(const std::string& key, const std::string& value) {
    Batch batch;
    batch.Put(Family::kMeta, key, value);
    ASSERT_TRUE(database_->Apply(batch, true).ok());
  }
  absl::StatusOr<Backup> Make(const std::string& about = "about") {
    return backups_.Make(*database_, about, nullptr);
  }
  std::string RestoredValue(uint32_t number, const std::string& key) {
    const std::string target = Path("restored" + std::to_string(number));
    const absl::Status restored = backups_.Restore(number, target);
    EXPECT_TRUE(restored.ok()) << restored;
    const auto database = Database::Open({.path = target});
    EXPECT_TRUE(database.ok()) << database.status();
    return (*database)->latest().Get(Family::kMeta, key).value().value_or("none");
  }
  // The files that tables are in.
  std::vector<fs::path> SharedFiles() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(Path("backup") + "/shared_checksum")) {
      files.push_back(entry.path());
    }
    return files;
  }

  const std::string base_ = NewFolder();
  std::unique_ptr<Database> database_;
  Backups backups_{Path("backup")};
};

TEST_F(BackupTest, HoldsTheStateAsItWasWhenItWasMade) {
  Put("key", "first");
  const auto first = Make("whose");
  ASSERT_TRUE(first.ok()) << first.status();
  Put("key", "second");
  ASSERT_TRUE(Make().ok());
  Put("key", "third");
  EXPECT_EQ(RestoredValue(1, "key"), "first");
  EXPECT_EQ(RestoredValue(2, "key"), "second");
  const auto list = backups_.List();
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ((*list)[0].number, 1u);
  EXPECT_EQ((*list)[0].about, "whose");
  EXPECT_EQ((*list)[0].schema_version, kSchemaVersion);
  EXPECT_GT((*list)[0].bytes, 0u);
}

TEST_F(BackupTest, CopiesOnlyWhatIsNewWhenItIsRepeated) {
  for (int i = 0; i < 1000; ++i) Put("key" + std::to_string(i), std::string(1000, 'x'));
  ASSERT_TRUE(Make().ok());
  const auto before = SharedFiles();
  ASSERT_TRUE(Make().ok());
  EXPECT_EQ(SharedFiles(), before);
}

TEST_F(BackupTest, KeepsTheNewestWhenOldOnesArePurged) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Make().ok());
  ASSERT_TRUE(backups_.Purge(2).ok());
  const auto list = backups_.List();
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ(list->front().number, 2u);
}

TEST_F(BackupTest, HasNoBackupsWhereNoneWasMade) {
  const auto list = backups_.List();
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_TRUE(list->empty());
}

TEST_F(BackupTest, RefusesAFolderThatHoldsSomethingElse) {
  fs::create_directory(Path("backup"));
  std::ofstream(Path("backup") + "/letter.txt") << "x";
  const auto made = Make();
  EXPECT_EQ(ErrorReason(made.status()), "NOT_EMPTY");
  EXPECT_NE(ErrorMend(made.status()), "");
  EXPECT_EQ(ErrorReason(backups_.List().status()), "NOT_A_BACKUP");
  EXPECT_EQ(ErrorReason(backups_.Restore(1, Path("target"))), "NOT_A_BACKUP");
}

TEST_F(BackupTest, SaysWhereTheFolderHasNoPlace) {
  const Backups nowhere(Path("missing/backup"));
  EXPECT_EQ(ErrorReason(nowhere.Make(*database_, "", nullptr).status()), "NO_FOLDER");
}

TEST_F(BackupTest, IsNotRestoredOverWhatIsThere) {
  ASSERT_TRUE(Make().ok());
  fs::create_directory(Path("target"));
  std::ofstream(Path("target") + "/CURRENT") << "x";
  EXPECT_EQ(ErrorReason(backups_.Restore(1, Path("target"))), "NOT_EMPTY");
  EXPECT_TRUE(fs::exists(Path("target") + "/CURRENT"));
}

TEST_F(BackupTest, OfAnUnknownNumberIsNotFound) {
  ASSERT_TRUE(Make().ok());
  EXPECT_EQ(ErrorReason(backups_.Restore(7, Path("target"))), "NO_SUCH_BACKUP");
}

TEST_F(BackupTest, OfANewerSchemaIsRefused) {
  ASSERT_TRUE(Make().ok());
  // The metadata stands in hexadecimal in the backup's own file.
  const std::string path = Path("backup") + "/meta/1";
  std::ifstream in(path);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::string version;
  AppendU32(&version, kSchemaVersion);
  std::string newer;
  AppendU32(&newer, kSchemaVersion + 1);
  const size_t at = text.find("metadata ");
  ASSERT_NE(at, std::string::npos) << text;
  text.replace(at + 9, 8, HexEncode(newer));
  std::ofstream(path) << text;
  const absl::Status restored = backups_.Restore(1, Path("target"));
  EXPECT_EQ(ErrorReason(restored), "NEWER_SCHEMA") << restored;
  EXPECT_NE(ErrorMend(restored), "");
}

TEST_F(BackupTest, WithADamagedFileIsRefused) {
  Put("key", std::string(10'000, 'x'));
  ASSERT_TRUE(Make().ok());
  for (const fs::path& file : SharedFiles()) {
    std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(100);
    damaged.put('\x7f');
  }
  const absl::Status restored = backups_.Restore(1, Path("target"));
  EXPECT_EQ(ErrorReason(restored), "BACKUP_DAMAGED") << restored;
  EXPECT_NE(ErrorMend(restored), "");
}

// Files larger than this cannot be written while it lives.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(BackupTest, SaysThatThereIsNoRoom) {
  std::mt19937 random(1);
  std::string noise(1 << 20, ' ');
  for (char& c : noise) c = static_cast<char>(random());
  Put("key", noise);
  // What is in memory goes to the disk with the first one.
  ASSERT_TRUE(Backups(Path("other")).Make(*database_, "", nullptr).ok());
  absl::StatusOr<Backup> made = Backup();
  {
    const SmallFiles limit(200 << 10);
    made = Make();
  }
  EXPECT_EQ(ErrorReason(made.status()), "NO_SPACE") << made.status();
  EXPECT_NE(ErrorMend(made.status()), "");
  EXPECT_TRUE(backups_.List()->empty());
  EXPECT_TRUE(Make().ok());
}

}  // namespace
}  // namespace maillage::storage
