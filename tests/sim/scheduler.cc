#include "tests/sim/scheduler.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>

namespace maillage::sim {
namespace {

Scheduler* current = nullptr;
Random* sodium_random = nullptr;

void Fill(void* bytes, size_t size) {
  auto* out = static_cast<unsigned char*>(bytes);
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<unsigned char>(sodium_random->Next());
}

uint32_t Number() { return static_cast<uint32_t>(sodium_random->Next()); }

randombytes_implementation seeded = {
    .implementation_name = [] { return "seeded"; },
    .random = Number,
    .stir = nullptr,
    .uniform = nullptr,
    .buf = Fill,
    .close = nullptr,
};

}  // namespace

Scheduler::Scheduler(uint64_t seed) : random_(seed) {
  // Draws bytes of its own, once a process.
  if (sodium_init() < 0) std::abort();
  current = this;
  sodium_random = new Random(seed ^ 0x5eed);
  randombytes_set_implementation(&seeded);
}

Scheduler::~Scheduler() {
  tasks_.clear();
  randombytes_set_implementation(&randombytes_sysrandom_implementation);
  delete sodium_random;
  sodium_random = nullptr;
  current = nullptr;
}

Scheduler* Scheduler::Current() { return current; }

void Scheduler::After(absl::Duration delay, Task task) {
  tasks_.emplace(std::make_pair(now_ + delay, count_++), std::move(task));
}

bool Scheduler::Step(absl::Time end) {
  if (tasks_.empty() || tasks_.begin()->first.first > end) {
    now_ = std::max(now_, end);
    return false;
  }
  auto next = tasks_.extract(tasks_.begin());
  now_ = std::max(now_, next.key().first);
  next.mapped()();
  return true;
}

}  // namespace maillage::sim
