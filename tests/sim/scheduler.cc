#include "tests/sim/scheduler.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>

namespace maillage::sim {
namespace {

Scheduler* current = nullptr;
Random sodium_random(0);

void Fill(void* bytes, size_t size) {
  auto* out = static_cast<unsigned char*>(bytes);
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<unsigned char>(sodium_random.Next());
}

uint32_t Number() { return static_cast<uint32_t>(sodium_random.Next()); }

randombytes_implementation seeded = {
    .implementation_name = [] { return "seeded"; },
    .random = Number,
    .stir = nullptr,
    .uniform = nullptr,
    .buf = Fill,
    .close = nullptr,
};

}  // namespace

Scheduler::Scheduler(uint64_t seed) : seed_(seed) {
  // Draws bytes of its own, once a process.
  if (sodium_init() < 0) std::abort();
  current = this;
  SeedBytes(Stream("bytes"));
  randombytes_set_implementation(&seeded);
}

Scheduler::~Scheduler() {
  tasks_.clear();
  randombytes_set_implementation(&randombytes_sysrandom_implementation);
  current = nullptr;
}

Scheduler* Scheduler::Current() { return current; }

Random Scheduler::Stream(absl::string_view what, std::initializer_list<uint64_t> which) const {
  uint64_t seed = seed_;
  for (const char c : what) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3;  // FNV
  for (const uint64_t number : which) seed = Random(seed ^ number).Next();
  return Random(Random(seed).Next());
}

void Scheduler::SeedBytes(Random stream) { sodium_random = stream; }

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
