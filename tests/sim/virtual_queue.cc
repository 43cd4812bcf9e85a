// SerialQueue without its thread: the simulator links this in place of
// server/sharing/serial_queue.cc. What is posted is done in virtual time.
#include <set>
#include <utility>

#include "server/sharing/serial_queue.h"
#include "tests/sim/scheduler.h"

namespace maillage::sharing {
namespace {

struct Life {
  uint64_t number;
  sim::Random random;
};

// Those that live; a task of one that is gone is dropped.
std::map<const SerialQueue*, Life>& Living() {
  static auto& living = *new std::map<const SerialQueue*, Life>;
  return living;
}

}  // namespace

SerialQueue::SerialQueue() {
  static uint64_t count = 0;
  const sim::Random random = sim::Scheduler::Current()->Stream("queue", {Living().size()});
  Living().emplace(this, Life{++count, random});
}

SerialQueue::~SerialQueue() {
  Stop();
  Living().erase(this);
}

void SerialQueue::Post(Task task) {
  if (stopped_) return;
  tasks_.push_back(std::move(task));
  sim::Scheduler& scheduler = *sim::Scheduler::Current();
  Life& life = Living().at(this);
  const absl::Duration pause = life.random.UpTo(absl::Milliseconds(5));
  scheduler.After(pause, [this, number = life.number] {
    const auto it = Living().find(this);
    if (it == Living().end() || it->second.number != number) return;
    if (const Task next = Next()) next();
  });
}

void SerialQueue::PostAfter(absl::Duration delay, Task task) {
  sim::Scheduler::Current()->After(
      delay, [this, number = Living().at(this).number, task = std::move(task)] {
        const auto it = Living().find(this);
        const bool lives = it != Living().end() && it->second.number == number;
        if (lives) Post(task);
      });
}

bool SerialQueue::Run(const Task& task) {
  while (const Task next = Next()) next();
  if (stopped_) return false;
  task();
  return true;
}

size_t SerialQueue::size() const { return tasks_.size(); }

SerialQueue::Task SerialQueue::Next() {
  if (stopped_ || tasks_.empty()) return nullptr;
  Task task = std::move(tasks_.front());
  tasks_.pop_front();
  return task;
}

void SerialQueue::Stop() {
  stopped_ = true;
  tasks_.clear();
}

}  // namespace maillage::sharing
