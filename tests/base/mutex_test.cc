#include "client/base/mutex.h"

#include <gtest/gtest.h>

#include <thread>

namespace maillage {
namespace {

TEST(CondVar, WakesWhoWaitsForWhatAnotherThreadDoes) {
  Mutex mutex;
  CondVar changed;
  bool done = false;
  std::thread worker([&] {
    MutexLock lock(&mutex);
    done = true;
    changed.SignalAll();
  });
  {
    MutexLock lock(&mutex);
    while (!done) changed.Wait(&mutex);
  }
  worker.join();
  EXPECT_TRUE(done);
}

TEST(CondVar, SaysThatTheTimeoutPassed) {
  Mutex mutex;
  CondVar never;
  MutexLock lock(&mutex);
  // A spurious wake-up answers true; it does not happen without end.
  while (never.WaitFor(&mutex, absl::Milliseconds(1))) {
  }
}

}  // namespace
}  // namespace maillage
