#include "server/identity/keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "server/identity/crypto.h"
#include "server/identity/sealed.h"

namespace maillage::identity {
namespace {

class KeysTest : public testing::Test {
 protected:
  KeysTest() {
    dir_ = testing::TempDir() + "/keys.XXXXXX";
    EXPECT_NE(mkdtemp(dir_.data()), nullptr);
  }
  ~KeysTest() override { std::filesystem::remove_all(dir_); }
  std::string Path(const std::string& name) const { return absl::StrCat(dir_, "/keys/", name); }
  static mode_t Mode(const std::string& path) {
    struct stat about {};
    EXPECT_EQ(stat(path.c_str(), &about), 0) << path;
    return about.st_mode & 0777;
  }
  std::string dir_;
};

TEST_F(KeysTest, AreReadBackAsTheyWereMade) {
  const auto made = CreateKeys(dir_, {"localhost"});
  ASSERT_TRUE(made.ok()) << made.status();
  const auto read = LoadKeys(dir_);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->root.public_key(), made->root.public_key());
  EXPECT_EQ(read->signing.public_key(), made->signing.public_key());
  EXPECT_EQ(read->sealing.public_key(), made->sealing.public_key());
  EXPECT_EQ(read->tls.certificate_hash, made->tls.certificate_hash);
  EXPECT_NE(made->root.public_key(), made->signing.public_key());
}

TEST_F(KeysTest, ArePrivateOnDisk) {
  ASSERT_TRUE(CreateKeys(dir_, {}).ok());
  EXPECT_EQ(Mode(Path("")), 0700);
  for (const auto& entry : std::filesystem::directory_iterator(Path(""))) {
    EXPECT_EQ(Mode(entry.path()), 0600) << entry.path();
  }
}

TEST_F(KeysTest, AreNotMadeTwice) {
  ASSERT_TRUE(CreateKeys(dir_, {}).ok());
  EXPECT_EQ(ErrorReason(CreateKeys(dir_, {}).status()), "EXISTS");
}

TEST_F(KeysTest, SayWhatIsWrongWithAFile) {
  struct Case {
    const char* file;
    const char* reason;
    void (*damage)(const std::string& path);
  };
  const auto cut = [](const std::string& path) { std::filesystem::resize_file(path, 40); };
  const auto open_up = [](const std::string& path) { chmod(path.c_str(), 0640); };
  const auto remove = [](const std::string& path) { unlink(path.c_str()); };
  const auto swap = [](const std::string& path) {
    std::filesystem::copy_file(absl::StrReplaceAll(path, {{"root", "signing"}}), path,
                               std::filesystem::copy_options::overwrite_existing);
  };
  const Case cases[] = {
      {"root.key", "BAD_KEY_FILE", cut},         {"sealing.key", "BAD_KEY_FILE", cut},
      {"tls.crt", "BAD_KEY_FILE", cut},          {"root.key", "BAD_KEY_FILE", swap},
      {"root.key", "FILE_NOT_PRIVATE", open_up}, {"tls.key", "FILE_NOT_PRIVATE", open_up},
      {"signing.key", "NO_FILE", remove},
  };
  for (const Case& c : cases) {
    std::filesystem::remove_all(Path(""));
    ASSERT_TRUE(CreateKeys(dir_, {}).ok());
    c.damage(Path(c.file));
    const auto keys = LoadKeys(dir_);
    EXPECT_EQ(ErrorReason(keys.status()), c.reason) << c.file << keys.status();
  }
}

TEST(RecoveryKey, PrintsASheetThatHoldsTheKeyWhoseHashIsCommitted) {
  const RecoveryKey recovery = NewRecoveryKey();
  const std::string text = absl::StrReplaceAll(recovery.sheet, {{" ", ""}, {"\n", ""}});
  const auto bytes = Base32Decode(text);
  ASSERT_TRUE(bytes.ok());
  ASSERT_EQ(bytes->size(), 35u);
  EXPECT_EQ((*bytes)[0], 1);
  EXPECT_EQ(bytes->substr(33),
            Sha256(InDomain("recovery-sheet", bytes->substr(0, 33))).substr(0, 2));
  const auto key = SigningKey::FromSeed(bytes->substr(1, 32));
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(Sha256(key->public_key()), recovery.public_key_hash);
}

TEST(Seal, IsOpenedByItsReceiverAlone) {
  const SealingKey receiver = SealingKey::Generate();
  const auto box = Seal("a word", receiver.public_key());
  ASSERT_TRUE(box.ok());
  EXPECT_EQ(*OpenSealed(*box, receiver), "a word");
  EXPECT_EQ(ErrorReason(OpenSealed(*box, SealingKey::Generate()).status()), "CANNOT_OPEN");
}

TEST(Seal, RefusesWhatIsDamagedOrTooLarge) {
  const SealingKey key = SealingKey::Generate();
  std::string box = *Seal("a word", key.public_key());
  box.back() = static_cast<char>(box.back() ^ 1);
  EXPECT_EQ(ErrorReason(OpenSealed(box, key).status()), "CANNOT_OPEN");
  EXPECT_EQ(ErrorReason(OpenSealed("short", key).status()), "CANNOT_OPEN");
  EXPECT_EQ(ErrorReason(OpenSealed(std::string(kMaxSealedBytes + 1, 'x'), key).status()),
            "TOO_LARGE");
  EXPECT_TRUE(Seal(std::string(kMaxSealedBytes - kSealBytes, 'x'), key.public_key()).ok());
  EXPECT_EQ(ErrorReason(Seal(std::string(kMaxSealedBytes, 'x'), key.public_key()).status()),
            "TOO_LARGE");
  EXPECT_EQ(ErrorReason(Seal("a word", "short").status()), "BAD_KEY");
  EXPECT_EQ(ErrorReason(Seal("a word", std::string(32, '\0')).status()), "BAD_KEY");
}

}  // namespace
}  // namespace maillage::identity
