// Virtual time and all chance of one simulation.
#ifndef TESTS_SIM_SCHEDULER_H_
#define TESTS_SIM_SCHEDULER_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/clock.h"

namespace maillage::sim {

// A stream of chance (SplitMix64): what a seed gives, it gives again.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // 0 to limit - 1.
  uint64_t Below(uint64_t limit) { return Next() % limit; }
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
  uint64_t state_;
};

// Does one thing after another, in virtual time. While one lives, libsodium's
// random bytes come from its seed, too.
class Scheduler : public Clock {
 public:
  using Task = std::function<void()>;

  explicit Scheduler(uint64_t seed);
  ~Scheduler() override;

  absl::Time Now() const override { return now_; }
  // The chance of one thing, told by its name and numbers. It does not depend on
  // what else happened, so that leaving something out changes nothing else.
  Random Stream(absl::string_view what, std::initializer_list<uint64_t> which = {}) const;
  // From here on libsodium's bytes are those of this stream.
  static void SeedBytes(Random stream);

  void After(absl::Duration delay, Task task);
  // Does what is due next; false where nothing is left until `end`.
  bool Step(absl::Time end);
  // Time goes by at once; what was due meanwhile is late.
  void Skip(absl::Duration time) { now_ += time; }

  // The one that lives, for those who cannot be given it.
  static Scheduler* Current();

 private:
  const uint64_t seed_;
  absl::Time now_ = absl::FromUnixSeconds(1'527'750'000);
  uint64_t count_ = 0;
  std::map<std::pair<absl::Time, uint64_t>, Task> tasks_;
};

// The clock of one machine, which may be wrong.
class SkewedClock : public Clock {
 public:
  explicit SkewedClock(const Clock* right) : right_(right) {}

  absl::Time Now() const override { return right_->Now() + ahead_; }
  void set_ahead(absl::Duration ahead) { ahead_ = ahead; }

 private:
  const Clock* const right_;
  absl::Duration ahead_;
};

}  // namespace maillage::sim

#endif  // TESTS_SIM_SCHEDULER_H_
