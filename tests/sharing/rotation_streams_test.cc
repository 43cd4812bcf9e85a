// Keys that are replaced while streams run.
#include <optional>

#include "client/base/error.h"
#include "gtest/gtest.h"
#include "server/identity/descriptor.h"
#include "server/sharing/share_log.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

class RotationStreamsTest : public testing::Test {
 protected:
  RotationStreamsTest() {
    capso_.emplace(home_, "capso");
    irev_.emplace(home_, "irev");
    capso_->Start();
    irev_->Start();
    Pair(&*capso_, &*irev_);
    share_ = capso_->MakeShare("pros", v1::VIEW_PROFESSIONAL, {irev_->id()});
    EXPECT_TRUE(irev_->Subscribe(capso_->id(), share_)) << irev_->Log() << capso_->Log();
  }
  ~RotationStreamsTest() override {
    capso_->Stop();
    irev_->Stop();
  }
  testing::AssertionResult Arrives(int64_t count) {
    if (Eventually([&] { return irev_->Count() == count; })) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "irev shows " << irev_->Count() << ", not " << count << "\n"
           << capso_->Log() << irev_->Log();
  }
  // Whether capso's newest key signed the Head that irev proved last.
  bool HeadIsSignedByTheNewestKey() {
    const auto held = irev_->sharing().subscriptions().Get(capso_->id(), share_);
    return held.ok() && held->received.stored.head().key_id() ==
                            identity::KeyIdOf(capso_->self().signer().Get()->public_key());
  }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  std::optional<LiveNode> capso_;
  std::optional<LiveNode> irev_;
  ShareId share_;
};

TEST_F(RotationStreamsTest, NothingIsRefusedWhileSigningKeysChange) {
  for (int i = 0; i < 60; ++i) {
    capso_->Create(Person("Anaïs", "Lefèvre"));
    if (i % 20 == 10) {
      ASSERT_TRUE(capso_->rotation().RotateSigning(false, "admin").ok());
    }
  }
  EXPECT_TRUE(Arrives(60));
  EXPECT_TRUE(Eventually([&] { return HeadIsSignedByTheNewestKey(); }));
  EXPECT_EQ(irev_->partners().Get(capso_->id())->signing_keys.size(), 4u);
  EXPECT_EQ(irev_->Log().find("refused"), std::string::npos) << irev_->Log();
}

TEST_F(RotationStreamsTest, ErasuresAreSignedAnewSoThatTheOldKeyIsNeededNowhere) {
  const std::string name = capso_->Create(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(Arrives(1));
  const RecordId id = ParseRecordId(name.substr(name.rfind('/') + 1)).value();
  storage::Transaction erasure;
  const std::string row = capso_->database()
                              .latest()
                              .Get(storage::Family::kActors, storage::ActorKey(id))
                              .value()
                              .value();
  erasure.writes.Delete(storage::Family::kActors, storage::ActorKey(id));
  erasure.changes.push_back(
      {capso_->id(), id, directory::ParseOwnRow(capso_->id(), id, row).value(), nullptr, true});
  ASSERT_TRUE(capso_->writer().Commit(std::move(erasure)).ok());
  ASSERT_TRUE(Arrives(0));
  ASSERT_TRUE(capso_->rotation().RotateSigning(true, "admin").ok());
  const std::string key = capso_->self().signer().Get()->public_key();
  const auto is_signed_anew = [&](LiveNode& node) {
    bool good = false;
    EXPECT_TRUE(ForEachEntry(node.database().latest(), capso_->id(), share_, 0, UINT64_MAX,
                             [&](v1::Entry* entry) {
                               good = identity::AreSigned(
                                   kEraseName, EraseBytes(capso_->id(), id, entry->seq()),
                                   entry->erase_signature(), {key});
                               return true;
                             })
                    .ok());
    return good;
  };
  EXPECT_TRUE(Eventually([&] { return is_signed_anew(*capso_); })) << capso_->Log();
  EXPECT_TRUE(Eventually([&] { return is_signed_anew(*irev_); })) << irev_->Log();
  EXPECT_TRUE(Eventually([&] { return HeadIsSignedByTheNewestKey(); })) << irev_->Log();
  EXPECT_EQ(irev_->partners().Get(capso_->id())->signing_keys, std::vector<std::string>{key});
}

TEST_F(RotationStreamsTest, CertificatesChangeUnderLiveStreamsAndNewOnesUseThem) {
  capso_->Create(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(Arrives(1));
  const std::string old = capso_->self().tls().certificate_hash;
  ASSERT_TRUE(capso_->rotation().RotateTls(false, "admin").ok());
  capso_->Create(Person("Bruno", "Delattre"));
  ASSERT_TRUE(Arrives(2));
  EXPECT_NE(irev_->partners().FindByCertificate(old), nullptr);
  // Whoever dials now, both ends show and take the new one.
  ASSERT_TRUE(capso_->rotation().RotateTls(true, "admin").ok());
  capso_->Create(Person("Chloé", "Vandamme"));
  ASSERT_TRUE(Arrives(3));
  EXPECT_TRUE(Eventually([&] { return irev_->partners().FindByCertificate(old) == nullptr; }));
  EXPECT_TRUE(Eventually([&] {
    return capso_->sharing().streams().IsConnected(irev_->id()) && capso_->InSync();
  })) << capso_->Log();
  EXPECT_EQ(irev_->Log().find("refused"), std::string::npos) << irev_->Log();
}

}  // namespace
}  // namespace maillage::sharing
