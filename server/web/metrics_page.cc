#include "server/web/metrics_page.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <set>

namespace maillage::web {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::Registry;

constexpr double kNanosPerSecond = 1e9;

double AgeSeconds(const v1::ShareStatus& share, absl::Time now) {
  const double issued = static_cast<double>(share.head_time().seconds()) +
                        static_cast<double>(share.head_time().nanos()) / kNanosPerSecond;
  return absl::ToDoubleSeconds(now - absl::UnixEpoch()) - issued;
}

void AddShares(const v1::SyncStatus& sync, absl::Time now, Registry* registry) {
  auto& lag = BuildGauge()
                  .Name("maillage_share_lag_records")
                  .Help("Entries that the receiving end has not proved yet")
                  .Register(*registry);
  auto& age = BuildGauge()
                  .Name("maillage_share_head_age_seconds")
                  .Help("Age of the newest proved Head")
                  .Register(*registry);
  for (const v1::ShareStatus& share : sync.shares()) {
    const prometheus::Labels labels = {{"share", share.name()},
                                       {"partner", share.partner()},
                                       {"side", share.supplying() ? "to" : "from"}};
    const uint64_t behind = share.head_seq() > share.seq() ? share.head_seq() - share.seq() : 0;
    lag.Add(labels).Set(static_cast<double>(behind));
    if (share.has_head_time()) age.Add(labels).Set(AgeSeconds(share, now));
  }
}

void AddStates(const v1::SyncStatus& sync, Registry* registry) {
  auto& states =
      BuildGauge().Name("maillage_shares").Help("Shares and links by state").Register(*registry);
  std::map<std::string, double> counts;
  std::set<std::string> connected;
  for (int state = v1::ShareStatus::State_MIN + 1; state <= v1::ShareStatus::State_MAX; ++state) {
    if (v1::ShareStatus::State_IsValid(state)) {
      counts[v1::ShareStatus::State_Name(static_cast<v1::ShareStatus::State>(state))] = 0;
    }
  }
  for (const v1::ShareStatus& share : sync.shares()) {
    ++counts[v1::ShareStatus::State_Name(share.state())];
    if (share.connected()) connected.insert(share.partner());
  }
  for (const auto& [state, count] : counts) states.Add({{"state", state}}).Set(count);
  BuildGauge()
      .Name("maillage_connected_partners")
      .Help("Partners with an open stream")
      .Register(*registry)
      .Add({})
      .Set(static_cast<double>(connected.size()));
}

}  // namespace

std::string MetricsText(const Numbers& numbers, absl::Time now) {
  Registry registry;
  AddShares(numbers.sync, now, &registry);
  AddStates(numbers.sync, &registry);
  auto& refusals = BuildCounter()
                       .Name("maillage_refusals_total")
                       .Help("Runs and offers of partners that were refused, by reason")
                       .Register(registry);
  for (const auto& [reason, count] : numbers.refusals) {
    refusals.Add({{"reason", reason}}).Increment(static_cast<double>(count));
  }
  BuildGauge()
      .Name("maillage_open_suggestions")
      .Help("Suggestions of partners to be decided here")
      .Register(registry)
      .Add({})
      .Set(static_cast<double>(numbers.open_suggestions));
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

}  // namespace maillage::web
