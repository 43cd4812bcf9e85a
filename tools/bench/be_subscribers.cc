// The process of the subscribers. Its words, a line each: it begins with its
// descriptors in hexadecimal; then it is told "dial ADDRESS PIN", and "wait SEQ
// NANOS", which it answers by "reached P50 P99 LAST", microseconds since then.
#include <algorithm>
#include <iostream>
#include <memory>

#include "absl/strings/escaping.h"
#include "tools/bench/pair.h"
#include "tools/bench/subscriber.h"
#include "tools/bench/subscribers_bench.h"

namespace maillage::bench {
namespace {

using Subscribers = std::vector<std::unique_ptr<Subscriber>>;

// How many dial at once: a handshake takes its time.
constexpr size_t kDialling = 20;

void DialAll(const Subscribers& subscribers, const std::string& address, const std::string& pin) {
  for (size_t i = 0; i < subscribers.size(); ++i) {
    CheckOk(subscribers[i]->Dial(address, absl::HexStringToBytes(pin)), "dialling");
    if (i < kDialling) continue;
    const Subscriber& earlier = *subscribers[i - kDialling];
    WaitUntil([&] {
      CheckOk(earlier.ended(), "a stream");
      return earlier.is_open();
    });
  }
}

// Until all but those that sleep have it, and those do.
std::vector<absl::Time> WaitFor(const Subscribers& subscribers, uint64_t seq) {
  std::vector<absl::Time> times;
  for (const auto& subscriber : subscribers) {
    if (subscriber->sleeps()) {
      WaitUntil([&] { return subscriber->is_asleep(); });
      continue;
    }
    WaitUntil([&] {
      CheckOk(subscriber->ended(), "a stream");
      return subscriber->ReachedAt(seq).has_value();
    });
    times.push_back(*subscriber->ReachedAt(seq));
  }
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace

void BeSubscribers(size_t count, size_t asleep) {
  Subscribers subscribers;
  for (size_t i = 0; i < count; ++i) {
    auto made = Subscriber::Make(i, i < asleep);
    CheckOk(made.status(), "making a subscriber");
    subscribers.push_back(*std::move(made));
    std::cout << absl::BytesToHexString(subscribers.back()->descriptor().SerializeAsString())
              << std::endl;
  }
  std::string word;
  while (std::cin >> word) {
    if (word == "dial") {
      std::string address;
      std::string pin;
      std::cin >> address >> pin;
      DialAll(subscribers, address, pin);
    } else if (word == "wait") {
      uint64_t seq = 0;
      int64_t since = 0;
      std::cin >> seq >> since;
      const auto times = WaitFor(subscribers, seq);
      const auto micros = [&](size_t at) {
        return absl::ToInt64Microseconds(times[at] - absl::FromUnixNanos(since));
      };
      std::cout << "reached " << micros(times.size() / 2) << " " << micros(times.size() * 99 / 100)
                << " " << micros(times.size() - 1) << std::endl;
    }
  }
  std::_Exit(0);  // streams are not ended one by one
}

}  // namespace maillage::bench
