#include "server/web/rate_limit.h"

#include <arpa/inet.h>

#include <algorithm>

namespace maillage::web {
namespace {

constexpr size_t kMaxBuckets = 20'000;
constexpr size_t kNetworkBytes = 8;

}  // namespace

double RateLimit::Left(const Bucket& bucket, absl::Time now) const {
  // A clock that was set back gives nothing and takes nothing.
  const absl::Duration passed = std::max(now - bucket.at, absl::ZeroDuration());
  return std::min(burst_, bucket.left + absl::FDivDuration(passed, interval_));
}

bool RateLimit::Allow(absl::string_view key) {
  const absl::Time now = clock_->Now();
  const MutexLock lock(&mutex_);
  if (buckets_.size() >= kMaxBuckets && !buckets_.contains(key)) MakeRoom(now);
  Bucket& bucket = buckets_.try_emplace(std::string(key), Bucket{burst_, now}).first->second;
  bucket = {Left(bucket, now), now};
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

// Those who have all of theirs again need no bucket. If nobody has, all begin
// anew: who floods from so many addresses is for the firewall to stop.
void RateLimit::MakeRoom(absl::Time now) {
  absl::erase_if(buckets_, [&](const auto& row) { return Left(row.second, now) >= burst_; });
  if (buckets_.size() >= kMaxBuckets) buckets_.clear();
}

std::string LimitKey(const std::string& address) {
  in6_addr bytes;
  if (inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return address;
  std::fill(std::begin(bytes.s6_addr) + kNetworkBytes, std::end(bytes.s6_addr), 0);
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, &bytes, text, sizeof(text));
  return text;
}

}  // namespace maillage::web
