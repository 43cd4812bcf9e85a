#include "server/sharing/refusal_counts.h"

#include <algorithm>
#include <iterator>

namespace maillage::sharing {
namespace {

constexpr absl::string_view kReasons[] = {"BAD_DESCRIPTOR",      "BAD_ENTRY",
                                          "BAD_PAYLOAD",         "BAD_RUN",
                                          "BAD_SIGNATURE",       "COUNT_MISMATCH",
                                          "DESCRIPTOR_FORK",     "FORK",
                                          "HEAD_AHEAD",          "INCARNATION_CHANGED",
                                          "NOT_A_MEMBER",        "OUT_OF_ORDER",
                                          "REPLAYED_DESCRIPTOR", "REPLAYED_HEAD",
                                          "ROOT_MISMATCH",       "RUN_TOO_LARGE",
                                          "TOO_LARGE",           "TOO_MANY_SHARES",
                                          "UNKNOWN_DESCRIPTOR",  "UNKNOWN_KEY",
                                          "UNKNOWN_SHARE",       "UNPROVED",
                                          "UNSIGNED_ERASE",      "VIEW_TOO_WIDE",
                                          "WRONG_FROM",          "WRONG_HEAD"};

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
