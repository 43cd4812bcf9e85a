// What /metrics says, in Prometheus' text format. Names no persons; labels are
// aliases of partners, ids of shares and reasons of a fixed set.
#ifndef SERVER_WEB_METRICS_PAGE_H_
#define SERVER_WEB_METRICS_PAGE_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "maillage/v1/share_service.pb.h"
#include "server/sharing/sync_manager.h"

namespace maillage::web {

// Read when the page is asked for.
struct Numbers {
  v1::SyncStatus sync;
  std::map<std::string, uint64_t> refusals;  // by reason
  sharing::StreamFigures streams;
  uint64_t commits_waiting = 0;
  int64_t open_suggestions = 0;
};

std::string MetricsText(const Numbers& numbers, absl::Time now);

}  // namespace maillage::web

#endif  // SERVER_WEB_METRICS_PAGE_H_
