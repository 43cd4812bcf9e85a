// Virtual time and all chance of one simulation.
#ifndef TESTS_SIM_SCHEDULER_H_
#define TESTS_SIM_SCHEDULER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <utility>

#include "absl/time/time.h"
#include "client/base/clock.h"

namespace maillage::sim {

// The only source of chance: what a seed gives, it gives again.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  uint64_t Next() { return engine_(); }
  // 0 to limit - 1.
  uint64_t Below(uint64_t limit) { return engine_() % limit; }
  bool Chance(double probability) {
    return static_cast<double>(Below(1'000'000)) < probability * 1e6;
  }
  absl::Duration UpTo(absl::Duration longest) {
    return absl::Microseconds(Below(absl::ToInt64Microseconds(longest) + 1));
  }
  template <typename List>
  auto& Pick(List& list) {
    return list[Below(list.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// Does one thing after another, in virtual time. While one lives, libsodium's
// random bytes come from its seed, too.
class Scheduler : public Clock {
 public:
  using Task = std::function<void()>;

  explicit Scheduler(uint64_t seed);
  ~Scheduler() override;

  absl::Time Now() const override { return now_; }
  Random& random() { return random_; }
  void After(absl::Duration delay, Task task);
  // Does what is due next; false where nothing is left until `end`.
  bool Step(absl::Time end);
  // Time goes by at once; what was due meanwhile is late.
  void Skip(absl::Duration time) { now_ += time; }

  // The one that lives, for those who cannot be given it.
  static Scheduler* Current();

 private:
  absl::Time now_ = absl::FromUnixSeconds(1'527'750'000);
  uint64_t count_ = 0;
  Random random_;
  std::map<std::pair<absl::Time, uint64_t>, Task> tasks_;
};

}  // namespace maillage::sim

#endif  // TESTS_SIM_SCHEDULER_H_
