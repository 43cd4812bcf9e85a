#include "tests/sharing/bridge.h"

#include <utility>

#include "gtest/gtest.h"

namespace maillage::sharing {

// The nodes tell it that there is something to send; it never is in their way.
class Bridge::End : public Wire {
 public:
  explicit End(Bridge* bridge) : bridge_(bridge) {}
  void Wake() override { Tell(/*closed=*/false); }
  void ResumeReading() override { Tell(/*closed=*/false); }
  void Close(absl::Status) override { Tell(/*closed=*/true); }
  // The bridge is gone.
  void Forget() {
    const MutexLock lock(&mutex_);
    bridge_ = nullptr;
  }

 private:
  void Tell(bool closed) {
    const MutexLock lock(&mutex_);
    if (bridge_ == nullptr) return;
    const MutexLock bridge_lock(&bridge_->mutex_);
    bridge_->wake_ = true;
    bridge_->closed_ = bridge_->closed_ || closed;
    bridge_->changed_.SignalAll();
  }

  Mutex mutex_;
  Bridge* bridge_ ABSL_GUARDED_BY(mutex_);
};

Bridge::Bridge(LiveNode* from, LiveNode* to, Meddle onward)
    : from_(from),
      to_(to),
      onward_(std::move(onward)),
      here_end_(std::make_shared<End>(this)),
      there_end_(std::make_shared<End>(this)) {
  here_ = from->sharing().streams().Open(to->id(), /*dialled_here=*/true, here_end_).value();
  there_ = to->sharing().streams().Open(from->id(), /*dialled_here=*/false, there_end_).value();
  thread_ = std::thread([this] { Run(); });
}

Bridge::~Bridge() {
  {
    const MutexLock lock(&mutex_);
    closed_ = true;
    changed_.SignalAll();
  }
  thread_.join();
  here_end_->Forget();
  there_end_->Forget();
}

void Bridge::Run() {
  const Meddle nothing = [](v1::SyncMessage message) {
    return std::vector<v1::SyncMessage>{std::move(message)};
  };
  while (!is_closed()) {
    bool some = Pass(here_.get(), there_.get(), onward_);
    some = Pass(there_.get(), here_.get(), nothing) || some;
    const MutexLock lock(&mutex_);
    while (!some && !wake_ && !closed_) changed_.Wait(&mutex_);
    wake_ = false;
  }
  from_->sharing().streams().Closed(here_);
  to_->sharing().streams().Closed(there_);
}

bool Bridge::Pass(Connection* from, Connection* to, const Meddle& meddle) {
  v1::SyncMessage message;
  if (!from->Next(&message)) return false;
  for (v1::SyncMessage& each : meddle(std::move(message))) to->Receive(std::move(each));
  return true;
}

void Bridge::Inject(LiveNode* to, const v1::SyncMessage& message) {
  (to == to_ ? there_ : here_)->Receive(message);
}

bool Bridge::is_closed() const {
  const MutexLock lock(&mutex_);
  return closed_;
}

}  // namespace maillage::sharing
