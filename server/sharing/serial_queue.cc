#include "server/sharing/serial_queue.h"

#include <memory>
#include <utility>

#include "absl/time/clock.h"

namespace maillage::sharing {

SerialQueue::SerialQueue() : thread_([this] { Loop(); }) {}

SerialQueue::~SerialQueue() { Stop(); }

void SerialQueue::Post(Task task) {
  const MutexLock lock(&mutex_);
  if (stopping_) return;
  tasks_.push_back(std::move(task));
  changed_.SignalAll();
}

void SerialQueue::PostAfter(absl::Duration delay, Task task) {
  const MutexLock lock(&mutex_);
  if (stopping_) return;
  later_.emplace(absl::Now() + delay, std::move(task));
  changed_.SignalAll();
}

bool SerialQueue::Run(const Task& task) {
  auto done = std::make_shared<bool>(false);
  Post([this, done, &task] {
    task();
    const MutexLock lock(&mutex_);
    *done = true;
    changed_.SignalAll();
  });
  const MutexLock lock(&mutex_);
  while (!*done && !stopped_) changed_.Wait(&mutex_);
  return *done;
}

size_t SerialQueue::size() const {
  const MutexLock lock(&mutex_);
  return tasks_.size();
}

void SerialQueue::Stop() {
  {
    const MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

void SerialQueue::Loop() {
  for (Task task = Next(); task != nullptr; task = Next()) task();
  const MutexLock lock(&mutex_);
  stopped_ = true;
  tasks_.clear();
  later_.clear();
  changed_.SignalAll();
}

SerialQueue::Task SerialQueue::Next() {
  const MutexLock lock(&mutex_);
  while (!stopping_) {
    const absl::Time now = absl::Now();
    if (!later_.empty() && later_.begin()->first <= now) {
      Task task = std::move(later_.begin()->second);
      later_.erase(later_.begin());
      return task;
    }
    if (!tasks_.empty()) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      return task;
    }
    if (later_.empty()) {
      changed_.Wait(&mutex_);
    } else {
      changed_.WaitFor(&mutex_, later_.begin()->first - now);
    }
  }
  return nullptr;
}

}  // namespace maillage::sharing
