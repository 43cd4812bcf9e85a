// Something that is done now and then, on a thread of its own.
#ifndef CLIENT_BASE_PERIODIC_H_
#define CLIENT_BASE_PERIODIC_H_

#include <functional>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/base/mutex.h"

namespace maillage {

class Periodic {
 public:
  // Calls `run` each time that `interval` has passed since it ended last.
  Periodic(absl::Duration interval, std::function<void()> run)
      : interval_(interval), run_(std::move(run)), thread_([this] { Loop(); }) {}
  // Waits until a call that is under way has ended.
  ~Periodic() {
    {
      const MutexLock lock(&mutex_);
      stopping_ = true;
      wake_.SignalAll();
    }
    thread_.join();
  }
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

 private:
  void Loop() {
    while (WaitForTurn()) run_();
  }
  bool WaitForTurn() {
    const absl::Time turn = absl::Now() + interval_;
    const MutexLock lock(&mutex_);
    while (!stopping_ && absl::Now() < turn) wake_.WaitFor(&mutex_, turn - absl::Now());
    return !stopping_;
  }

  const absl::Duration interval_;
  const std::function<void()> run_;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace maillage

#endif  // CLIENT_BASE_PERIODIC_H_
