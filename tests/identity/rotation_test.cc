#include "server/identity/rotation.h"

#include <filesystem>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/next_keys.h"
#include "tests/identity/identity_fixture.h"

namespace maillage::identity {
namespace {

class RotationTest : public testing::Test {
 protected:
  RotationTest() {
    std::string path = (std::filesystem::temp_directory_path() / "maillage-XXXXXX").string();
    dir_ = mkdtemp(path.data());
    database_ = *storage::Database::Open({.path = "/rotation", .in_memory = true});
    writer_ =
        std::make_unique<storage::Writer>(database_.get(), std::vector<storage::CommitStage*>{});
    recovery_ = NewRecoveryKey();
    self_ = *Self::Create(*CreateKeys(dir_, {"127.0.0.1"}), kDescription, recovery_.public_key_hash,
                          writer_.get(), clock_);
    rotation_ = MakeRotation();
  }
  ~RotationTest() override { std::filesystem::remove_all(dir_); }

  std::unique_ptr<Rotation> MakeRotation() {
    return std::make_unique<Rotation>(self_.get(), dir_, std::vector<std::string>{"127.0.0.1"},
                                      writer_.get(), &clock_);
  }
  // As a start of the node does.
  absl::Status Restart() {
    rotation_.reset();
    self_.reset();
    RETURN_IF_ERROR(SettleNextKeys(dir_, database_->latest()));
    ASSIGN_OR_RETURN(Keys keys, LoadKeys(dir_));
    ASSIGN_OR_RETURN(self_, Self::Load(std::move(keys), "capso", database_->latest()));
    rotation_ = MakeRotation();
    return self_->Refresh(kDescription, writer_.get(), clock_);
  }
  std::vector<std::string> SigningKeys() const { return SigningKeysOf(self_->descriptor()); }
  bool HasNext() const {
    for (const auto& file : std::filesystem::directory_iterator(dir_ + "/keys")) {
      if (file.path().extension() == ".next") return true;
    }
    return false;
  }

  const Description kDescription{"capso", "Communauté d'agglomération", {"127.0.0.1:7000"}};
  TestClock clock_;
  std::string dir_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::Writer> writer_;
  RecoveryKey recovery_;
  std::unique_ptr<Self> self_;
  std::unique_ptr<Rotation> rotation_;
};

TEST_F(RotationTest, TheOldSigningKeyCountsForSevenDays) {
  const std::string old = self_->signer().Get()->public_key();
  std::vector<uint64_t> heard;
  self_->AddListener([&](const v1::Signed&) { heard.push_back(self_->descriptor().version()); });
  bool signs = false;
  rotation_->OnSigningKey([&] { signs = self_->signer().Get()->public_key() != old; });
  ASSERT_TRUE(rotation_->RotateSigning(false, "operators/a").ok());
  EXPECT_TRUE(signs);
  EXPECT_EQ(heard, std::vector<uint64_t>{1});
  const std::string now = self_->signer().Get()->public_key();
  EXPECT_EQ(SigningKeys(), (std::vector<std::string>{now, old}));
  clock_.now += kKeyGrace - absl::Seconds(1);
  ASSERT_TRUE(Restart().ok());
  ASSERT_TRUE(rotation_->Tick(kDescription).ok());
  EXPECT_EQ(SigningKeys(), (std::vector<std::string>{now, old}));
  clock_.now += absl::Seconds(1);
  ASSERT_TRUE(rotation_->Tick(kDescription).ok());
  EXPECT_EQ(SigningKeys(), std::vector<std::string>{now});
  EXPECT_EQ(self_->signer().Get()->public_key(), now);
}

TEST_F(RotationTest, AStolenKeyCountsNoMoreAtOnce) {
  const std::string old = self_->signer().Get()->public_key();
  ASSERT_TRUE(rotation_->RotateSigning(true, "operators/a").ok());
  EXPECT_EQ(SigningKeys(), std::vector<std::string>{self_->signer().Get()->public_key()});
  EXPECT_NE(SigningKeys()[0], old);
  const std::string certificate = self_->tls().certificate_hash;
  ASSERT_TRUE(rotation_->RotateTls(true, "operators/a").ok());
  EXPECT_EQ(self_->descriptor().tls_certificate_hashes().size(), 1);
  EXPECT_NE(self_->tls().certificate_hash, certificate);
  ASSERT_TRUE(Restart().ok());
  EXPECT_EQ(self_->descriptor().tls_certificate_hashes(0), self_->tls().certificate_hash);
}

TEST_F(RotationTest, ARotationThatIsCutOffIsEndedOrUndone) {
  // Saved, but named nowhere yet.
  const std::string old = self_->signer().Get()->public_key();
  ASSERT_TRUE(SaveNext(dir_, kSigningName, SigningKey::Generate()).ok());
  ASSERT_TRUE(SaveNextTls(dir_, *NewTlsKey("test", {"127.0.0.1"})).ok());
  ASSERT_TRUE(Restart().ok());
  EXPECT_EQ(self_->signer().Get()->public_key(), old);
  EXPECT_FALSE(HasNext());
  // Named, but not in place: the files are as they were before.
  const std::string before = dir_ + "/before";
  std::filesystem::copy(dir_ + "/keys", before);
  ASSERT_TRUE(rotation_->RotateSigning(false, "a").ok());
  ASSERT_TRUE(rotation_->RotateTls(false, "a").ok());
  const std::string now = self_->signer().Get()->public_key();
  const TlsKey tls = self_->tls();
  ASSERT_TRUE(
      SaveNext(dir_, kSigningName, *SigningKey::FromSeed(self_->signer().Get()->seed())).ok());
  ASSERT_TRUE(SaveNextTls(dir_, tls).ok());
  for (const char* file : {"signing.key", "tls.key"}) {  // tls.crt is in place already
    std::filesystem::copy_file(before + "/" + file, dir_ + "/keys/" + file,
                               std::filesystem::copy_options::overwrite_existing);
  }
  ASSERT_TRUE(Restart().ok());
  EXPECT_EQ(self_->signer().Get()->public_key(), now);
  EXPECT_EQ(self_->tls().certificate_hash, tls.certificate_hash);
  EXPECT_FALSE(HasNext());
}

TEST_F(RotationTest, TheSheetReplacesTheRootKeyOnce) {
  const NodeId node = self_->node();
  EXPECT_EQ(ErrorReason(rotation_->PrepareRoot("nonsense").status()), "BAD_SHEET");
  EXPECT_EQ(ErrorReason(rotation_->PrepareRoot(NewRecoveryKey().sheet).status()), "WRONG_SHEET");
  const auto next = rotation_->PrepareRoot(recovery_.sheet);
  ASSERT_TRUE(next.ok()) << next.status();
  const v1::NodeDescriptor before = self_->descriptor();
  ASSERT_TRUE(rotation_->RotateRoot(recovery_.sheet, next->public_key_hash, "a").ok());
  EXPECT_TRUE(OpenSuccessor(self_->signed_descriptor(), before).ok());
  EXPECT_EQ(ErrorReason(rotation_->PrepareRoot(recovery_.sheet).status()), "WRONG_SHEET");
  ASSERT_TRUE(Restart().ok());
  EXPECT_EQ(self_->node(), node);
  EXPECT_TRUE(rotation_->RotateSigning(false, "a").ok());
  EXPECT_TRUE(OpenSuccessor(self_->signed_descriptor(), before).ok());
  EXPECT_TRUE(rotation_->PrepareRoot(next->sheet).ok());
}

TEST_F(RotationTest, APartnerRefusesWhatAReplacedRootSigns) {
  TestIdentity there("there", &clock_);
  ASSERT_TRUE(
      there.partners->Add(self_->signed_descriptor(), "capso", there.writer.get(), {}).ok());
  Self::Draft stolen = self_->NewDraft();
  stolen.descriptor.set_version(1000);
  const v1::Signed thief = SignMessage(stolen.descriptor, *stolen.root);
  const auto next = rotation_->PrepareRoot(recovery_.sheet);
  ASSERT_TRUE(rotation_->RotateRoot(recovery_.sheet, next->public_key_hash, "a").ok());
  const auto update = [&](const v1::Signed& descriptor) {
    return ErrorReason(there.partners->Update(self_->node(), descriptor, there.writer.get()));
  };
  EXPECT_EQ(update(self_->signed_descriptor()), "");
  EXPECT_EQ(update(thief), "REPLACED_ROOT");
  EXPECT_EQ(there.partners->Get(self_->node())->descriptor.version(), 1u);
}

}  // namespace
}  // namespace maillage::identity
