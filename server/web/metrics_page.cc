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

void AddGauge(const char* name, const char* help, double value, Registry* registry) {
  BuildGauge().Name(name).Help(help).Register(*registry).Add({}).Set(value);
}

void AddCounter(const char* name, const char* help, uint64_t value, Registry* registry) {
  BuildCounter().Name(name).Help(help).Register(*registry).Add({}).Increment(
      static_cast<double>(value));
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
  auto& states = BuildGauge()
                     .Name("maillage_share_state")
                     .Help("1 for the state in which a share is")
                     .Register(*registry);
  auto& failures = BuildGauge()
                       .Name("maillage_share_failures")
                       .Help("Failures in a row, 0 when all is well")
                       .Register(*registry);
  for (const v1::ShareStatus& share : sync.shares()) {
    prometheus::Labels labels = {{"share", share.name()},
                                 {"partner", share.partner()},
                                 {"side", share.supplying() ? "to" : "from"}};
    lag.Add(labels).Set(static_cast<double>(share.lag()));
    failures.Add(labels).Set(share.failures());
    if (share.has_head_time()) age.Add(labels).Set(AgeSeconds(share, now));
    labels["state"] = v1::ShareStatus::State_Name(share.state());
    states.Add(labels).Set(1);
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
  AddGauge("maillage_connected_partners", "Partners with whom something is shared over a stream",
           static_cast<double>(connected.size()), registry);
}

void AddStreams(const Numbers& numbers, Registry* registry) {
  const sharing::StreamFigures& streams = numbers.streams;
  AddGauge("maillage_streams_open", "Sync streams that are open",
           static_cast<double>(streams.streams), registry);
  auto& queues = BuildGauge()
                     .Name("maillage_queue_length")
                     .Help("Pieces of work that wait for their thread")
                     .Register(*registry);
  queues.Add({{"queue", "sync"}}).Set(static_cast<double>(streams.waiting));
  queues.Add({{"queue", "checks"}}).Set(static_cast<double>(streams.checks));
  queues.Add({{"queue", "commits"}}).Set(static_cast<double>(numbers.commits_waiting));
  AddCounter("maillage_runs_taken_total", "Runs that were proved and stored", streams.runs_taken,
             registry);
  AddCounter("maillage_runs_given_total", "Runs that partners acknowledged", streams.runs_given,
             registry);
  AddCounter("maillage_stream_messages_received_total", "Messages that came by streams",
             streams.messages_in, registry);
  AddCounter("maillage_stream_messages_sent_total", "Messages that went by streams",
             streams.messages_out, registry);
  AddCounter("maillage_stream_bytes_received_total", "Bytes of those that came", streams.bytes_in,
             registry);
  AddCounter("maillage_stream_bytes_sent_total", "Bytes of those that went", streams.bytes_out,
             registry);
}

}  // namespace

std::string MetricsText(const Numbers& numbers, absl::Time now) {
  Registry registry;
  AddShares(numbers.sync, now, &registry);
  AddStates(numbers.sync, &registry);
  AddStreams(numbers, &registry);
  auto& refusals = BuildCounter()
                       .Name("maillage_refusals_total")
                       .Help("Runs and offers of partners that were refused, by reason")
                       .Register(registry);
  for (const auto& [reason, count] : numbers.refusals) {
    refusals.Add({{"reason", reason}}).Increment(static_cast<double>(count));
  }
  AddGauge("maillage_open_suggestions", "Suggestions of partners to be decided here",
           static_cast<double>(numbers.open_suggestions), &registry);
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

}  // namespace maillage::web
