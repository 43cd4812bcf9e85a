// Looks every hour whether a replaced key's time is over, and whether rosters are
// behind their members.
#ifndef SERVER_IDENTITY_ROTATION_TIMER_H_
#define SERVER_IDENTITY_ROTATION_TIMER_H_

#include <functional>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "client/base/mutex.h"
#include "server/identity/partnerships.h"
#include "server/identity/rotation.h"

namespace maillage::identity {

class RotationTimer {
 public:
  // `rotation` and `partnerships` must outlive it. What fails is tried again an hour later.
  RotationTimer(Rotation* rotation, Partnerships* partnerships, Description description,
                std::function<void(const absl::Status&)> on_error)
      : rotation_(rotation),
        partnerships_(partnerships),
        description_(std::move(description)),
        on_error_(std::move(on_error)),
        thread_([this] { Run(); }) {}
  ~RotationTimer() {
    {
      const MutexLock lock(&mutex_);
      stopping_ = true;
      wake_.SignalAll();
    }
    thread_.join();
  }

 private:
  void Run() {
    while (true) {
      {
        const MutexLock lock(&mutex_);
        if (!stopping_) wake_.WaitFor(&mutex_, absl::Hours(1));
        if (stopping_) return;
      }
      for (const absl::Status& status : {rotation_->Tick(description_), partnerships_->Refresh()}) {
        if (!status.ok()) on_error_(status);
      }
    }
  }

  Rotation* const rotation_;
  Partnerships* const partnerships_;
  const Description description_;
  const std::function<void(const absl::Status&)> on_error_;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_ROTATION_TIMER_H_
