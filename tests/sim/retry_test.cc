// How often a node asks a partner who never gives it what it can take.
#include <functional>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "server/directory/directory.h"
#include "server/sharing/share_key.h"
#include "tests/sim/model.h"
#include "tests/sim/sim_node.h"

namespace maillage::sim {
namespace {

using sharing::ConnectionPtr;

// One stream in virtual time; `spoil` changes what the origin says of the share.
class Line : public std::enable_shared_from_this<Line> {
 public:
  using Spoil = std::function<void(v1::SyncMessage*)>;

  explicit Line(Scheduler* scheduler) : scheduler_(scheduler) {}
  void Open(SimNode* origin, SimNode* member) {
    origin_ = origin->streams()->Open(member->id(), true, std::make_shared<End>(this)).value();
    member_ = member->streams()->Open(origin->id(), false, std::make_shared<End>(this)).value();
    PumpSoon();
  }
  void Close(SimNode* origin, SimNode* member) {
    if (origin_ == nullptr) return;
    origin->streams()->Closed(origin_);
    member->streams()->Closed(member_);
  }
  ConnectionPtr member() const { return member_; }

  Spoil spoil;
  int wants = 0;          // of any share
  int compares = 0;       // requests
  v1::SyncMessage offer;  // the last one

 private:
  class End : public sharing::Wire {
   public:
    explicit End(Line* line) : line_(line->weak_from_this()) {}
    void Wake() override { Tell(); }
    void ResumeReading() override { Tell(); }
    void Close(absl::Status) override {}

   private:
    void Tell() {
      if (const auto line = line_.lock()) line->PumpSoon();
    }
    const std::weak_ptr<Line> line_;
  };

  void PumpSoon() {
    if (std::exchange(soon_, true)) return;
    scheduler_->After(absl::Milliseconds(1), [weak = weak_from_this()] {
      const auto line = weak.lock();
      if (line == nullptr) return;
      line->soon_ = false;
      line->Pump();
    });
  }
  void Pump() {
    if (origin_ == nullptr || member_ == nullptr) return;
    v1::SyncMessage message;
    for (bool some = true; some; message.Clear()) {
      some = origin_->Next(&message);
      if (some) Deliver(std::move(message));
      v1::SyncMessage answer;
      if (!member_->Next(&answer)) continue;
      some = true;
      if (answer.has_want()) ++wants;
      if (answer.has_compare_request()) ++compares;
      origin_->Receive(std::move(answer));
    }
  }
  void Deliver(v1::SyncMessage message) {
    if (message.has_offer()) offer = message;
    if (spoil) spoil(&message);
    if (message.body_case() != v1::SyncMessage::BODY_NOT_SET) member_->Receive(std::move(message));
  }

  Scheduler* const scheduler_;
  ConnectionPtr origin_;
  ConnectionPtr member_;
  bool soon_ = false;
};

class RetryTest : public testing::Test {
 protected:
  RetryTest() {
    RemoveDisks();
    SimNode::Hooks hooks;
    hooks.log = [](const std::string&) {};
    hooks.violation = [](const std::string& what) { ADD_FAILURE() << what; };
    hooks.published = [](const sharing::PublicationPtr&) {};
    hooks.handler = [](const NodeId&, const RecordId&, const v1::LinkMessage&,
                       storage::Transaction*) { return absl::OkStatus(); };
    origin_ = std::make_unique<SimNode>(&scheduler_, 0, hooks);
    member_ = std::make_unique<SimNode>(&scheduler_, 1, hooks);
    origin_->Start();
    member_->Start();
    origin_->Pair(*member_);
    member_->Pair(*origin_);
    sharing::ShareSpec spec;
    spec.title = "tout";
    spec.view = v1::VIEW_CARD;
    spec.members = {member_->id()};
    share_ = origin_->shares().Create(spec, "operators/sim").value()->id;
    Put();
    line_->Open(origin_.get(), member_.get());
    RunFor(absl::Seconds(5));
  }
  ~RetryTest() override {
    line_->Close(origin_.get(), member_.get());
    RunFor(absl::Seconds(5));
    origin_->Crash();
    member_->Crash();
    RemoveDisks();
  }

  void Put() {
    Content content;
    content.sort = Sort::kOfficial;  // citizens stay at home
    auto actor = std::make_shared<v1::Actor>(ActorOf(content));
    actor->set_revision(1);
    auto transaction =
        directory::ChangeOf(origin_->id(), NewRecordId(scheduler_.Now()), nullptr, actor);
    ASSERT_TRUE(origin_->writer().Commit(std::move(transaction)).ok());
  }
  void Subscribe() {
    ASSERT_TRUE(member_->streams()->Subscribe(origin_->id(), share_, "operators/sim").ok());
  }
  void RunFor(absl::Duration time) {
    const absl::Time end = scheduler_.Now() + time;
    while (scheduler_.Step(end)) {
    }
  }
  bool IsOfShare(const v1::SyncMessage& message) const {
    return message.has_run_start() &&
           absl::string_view(message.run_start().share()) == share_.bytes();
  }
  // The origin answers each want of the share with this refusal.
  Line::Spoil Refusing(v1::Refusal::Reason reason) {
    return [this, reason](v1::SyncMessage* message) {
      if (message->has_run_entries() || message->has_run_end()) return message->Clear();
      if (!IsOfShare(*message)) return;
      v1::SyncMessage refusal;
      sharing::ShareKey{origin_->id(), share_}.NameIn(refusal.mutable_refusal());
      refusal.mutable_refusal()->set_reason(reason);
      *message = refusal;
    };
  }
  void ExpectFewWantsInADay() {
    const int before = line_->wants;
    RunFor(absl::Hours(24));
    EXPECT_GE(line_->wants - before, 20);
    EXPECT_LE(line_->wants - before, 80);
  }

  Scheduler scheduler_{7};
  std::unique_ptr<SimNode> origin_;
  std::unique_ptr<SimNode> member_;
  std::shared_ptr<Line> line_ = std::make_shared<Line>(&scheduler_);
  ShareId share_;
};

TEST_F(RetryTest, ARunThatIsNeverRightIsAskedForSeldomerAndSeldomer) {
  line_->spoil = [](v1::SyncMessage* message) {
    if (!message->has_run_entries()) return;
    message->mutable_run_entries()->mutable_entries(0)->mutable_payload()->back() ^= 1;
  };
  Subscribe();
  ExpectFewWantsInADay();
}

TEST_F(RetryTest, AShareThatIsAlwaysRefusedIsAskedForSeldomerAndSeldomer) {
  line_->spoil = Refusing(v1::Refusal::UNKNOWN_SHARE);
  Subscribe();
  ExpectFewWantsInADay();
}

TEST_F(RetryTest, HoweverOftenItIsOfferedAndToldOf) {
  line_->spoil = Refusing(v1::Refusal::UNKNOWN_SHARE);
  Subscribe();
  RunFor(absl::Hours(6));
  const int before = line_->wants;
  for (int i = 0; i < 1000; ++i) {
    line_->member()->Receive(line_->offer);
    RunFor(absl::Milliseconds(500));
  }
  EXPECT_LE(line_->wants - before, 3);
}

TEST_F(RetryTest, ALogThatIsAlwaysSaidToBeAnotherIsComparedNowAndThenAlone) {
  Subscribe();
  RunFor(absl::Seconds(5));
  line_->spoil = Refusing(v1::Refusal::INCARNATION_CHANGED);
  Put();
  const int wants = line_->wants;
  const int compares = line_->compares;
  RunFor(absl::Hours(1));
  // The copy is asked for from where it stands only when something is wanted anew.
  EXPECT_LE(line_->wants - wants, 1200);
  EXPECT_LE(line_->compares - compares, 1200);
}

}  // namespace
}  // namespace maillage::sim
