#include "server/identity/succession.h"

#include <functional>

#include "client/base/error.h"
#include "server/identity/descriptor.h"
#include "tests/identity/identity_fixture.h"

namespace maillage::identity {
namespace {

class SuccessionTest : public testing::Test {
 protected:
  SuccessionTest() {
    closing_ = *Closing::Load(capso_.self.get(), capso_.database->latest());
    EXPECT_TRUE(
        irev_.partners->Add(capso_.self->signed_descriptor(), "capso", irev_.writer.get(), {})
            .ok());
    good_.set_node(std::string(capso_.self->node().bytes()));
    good_.set_to(std::string(irev_.self->node().bytes()));
  }
  absl::Status Take(const v1::Succession& succession, const SigningKey& key) {
    return irev_.partners->Close(capso_.self->node(), SignMessage(succession, key),
                                 irev_.writer.get());
  }
  absl::Status Close() {
    const auto send = [&](const NodeId& to, const v1::LinkMessage& message, storage::Transaction*) {
      sent_.emplace_back(to, message.succession());
      return absl::OkStatus();
    };
    return closing_->Close(irev_.self->node(), {irev_.self->node()}, send, capso_.writer.get(),
                           clock_, "admin");
  }

  TestClock clock_;
  TestIdentity capso_{"capso", &clock_};
  TestIdentity irev_{"irev", &clock_};
  std::unique_ptr<Closing> closing_;
  std::vector<std::pair<NodeId, v1::Signed>> sent_;
  v1::Succession good_;
};

TEST_F(SuccessionTest, PartnersHearWhoGoesOnAndKeepItInMind) {
  ASSERT_TRUE(Close().ok());
  EXPECT_EQ(ErrorReason(Close()), "NODE_CLOSED");
  ASSERT_EQ(sent_.size(), 1u);
  ASSERT_TRUE(irev_.partners->Close(capso_.self->node(), sent_[0].second, irev_.writer.get()).ok());
  const auto partners = Partners::Load(irev_.self.get(), irev_.database->latest(), &clock_);
  const PartnerPtr capso = (*partners)->Get(capso_.self->node());
  EXPECT_TRUE(capso->IsClosed());
  EXPECT_EQ(capso->heir, irev_.self->node());
  const auto again = Closing::Load(capso_.self.get(), capso_.database->latest());
  EXPECT_EQ((*again)->heir(), irev_.self->node());
}

TEST_F(SuccessionTest, AClosedNodeErasesButChangesNothing) {
  storage::Transaction change;
  change.changes.push_back(
      {capso_.self->node(), NewRecordId(clock_.now), nullptr, std::make_shared<const v1::Actor>()});
  EXPECT_TRUE(closing_->Prepare(change).ok());
  ASSERT_TRUE(Close().ok());
  EXPECT_EQ(ErrorReason(closing_->Prepare(change).status()), "NODE_CLOSED");
  storage::Transaction erasure;
  erasure.changes.push_back({capso_.self->node(), change.changes[0].id, change.changes[0].after,
                             nullptr, /*erase=*/true});
  EXPECT_TRUE(closing_->Prepare(erasure).ok());
  // What partners' nodes say goes on.
  change.changes[0].origin = irev_.self->node();
  EXPECT_TRUE(closing_->Prepare(change).ok());
}

TEST_F(SuccessionTest, RefusesWhatTheRootKeyDidNotSignOrSignedOfAnother) {
  const std::shared_ptr<const SigningKey> root = capso_.self->root();
  struct Case {
    const char* what;
    std::function<void(v1::Succession*)> change;
    const SigningKey* key;
    const char* reason;
  };
  const auto signing = capso_.self->signer().Get();
  const Case cases[] = {
      {"the signing key", [](auto*) {}, signing.get(), "UNKNOWN_KEY"},
      {"another node", [&](auto* s) { s->set_node(s->to()); }, root.get(), "BAD_SUCCESSION"},
      {"to itself", [&](auto* s) { s->set_to(s->node()); }, root.get(), "BAD_SUCCESSION"},
      {"to nobody", [&](auto* s) { s->clear_to(); }, root.get(), "BAD_SUCCESSION"},
  };
  for (const Case& c : cases) {
    v1::Succession succession = good_;
    c.change(&succession);
    EXPECT_EQ(ErrorReason(Take(succession, *c.key)), c.reason) << c.what;
  }
  EXPECT_TRUE(Take(good_, *root).ok());
}

}  // namespace
}  // namespace maillage::identity
