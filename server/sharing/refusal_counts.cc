#include "server/sharing/refusal_counts.h"

#include <algorithm>
#include <iterator>

namespace maillage::sharing {
namespace {

constexpr absl::string_view kReasons[] = {"BAD_DESCRIPTOR",
                                          "BAD_ENTRY",
                                          "BAD_ERASE",
                                          "BAD_PAYLOAD",
                                          "BAD_PROTOCOL",
                                          "BAD_RUN",
                                          "BELOW_FLOOR",
                                          "COUNT_MISMATCH",
                                          "DESCRIPTOR_FORK",
                                          "FLOODED",
                                          "FORK",
                                          "FROZEN",
                                          "HEAD_AHEAD",
                                          "INBOX_FULL",
                                          "INCARNATION_CHANGED",
                                          "LOCAL_DAMAGE",
                                          "NOT_A_MEMBER",
                                          "NOT_SUBSCRIBED",
                                          "NO_ANSWER",
                                          "NO_PROGRESS",
                                          "OUT_OF_ORDER",
                                          "OWN_SHARE",
                                          "REPLAYED_DESCRIPTOR",
                                          "REPLAYED_HEAD",
                                          "ROOT_MISMATCH",
                                          "RUN_TOO_LARGE",
                                          "TOO_LARGE",
                                          "TOO_MANY_SHARES",
                                          "UNKNOWN_DESCRIPTOR",
                                          "UNKNOWN_KEY",
                                          "UNKNOWN_SHARE",
                                          "UNPROVED",
                                          "UNREADABLE",
                                          "UNSIGNED_ERASE",
                                          "VIEW_TOO_WIDE",
                                          "WRONG_FROM",
                                          "WRONG_HEAD",
                                          "WRONG_SIGNATURE"};

}  // namespace

void RefusalCounts::Count(absl::string_view reason) {
  const bool known =
      std::find(std::begin(kReasons), std::end(kReasons), reason) != std::end(kReasons);
  const MutexLock lock(&mutex_);
  ++counts_[std::string(known ? reason : "OTHER")];
}

std::map<std::string, uint64_t> RefusalCounts::Get() const {
  const MutexLock lock(&mutex_);
  return counts_;
}

}  // namespace maillage::sharing
