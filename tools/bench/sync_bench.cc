#include "tools/bench/sync_bench.h"

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/bench/limits.h"
#include "tools/bench/pair.h"

namespace maillage::bench {
namespace {

constexpr size_t kGroup = 200;  // records of a transaction under load
constexpr char kOurs[] = "maillage";

class SyncBench {
 public:
  SyncBench(const SyncOptions& options, const std::string& dir)
      : options_(options), dir_(dir), pair_(dir) {}

  std::vector<Row> Run() {
    Say("filling the origin");
    pair_.Write(0, options_.records, 1, kGroup, /*one_by_one=*/false);
    Say("publishing");
    pair_.Share();
    Bootstrap();
    Say("limits");
    MeasureLimits(&pair_, dir_, options_.records, &rows_);
    Changes();
    Singles();
    EditRecords();
    Repair();
    return std::move(rows_);
  }

 private:
  static void Say(const char* what) { std::fprintf(stderr, "%s ...\n", what); }

  void Add(const char* work, const char* who, double value, const char* unit, bool ours) {
    rows_.push_back({work, who, value, unit, ours});
  }
  static double Rate(size_t count, absl::Time start) {
    return static_cast<double>(count) / absl::ToDoubleSeconds(absl::Now() - start);
  }

  void Bootstrap() {
    Say("bootstrap");
    ForgetPeak();
    const double before = PeakMegabytes();
    const absl::Time start = absl::Now();
    pair_.Subscribe();
    pair_.WaitUntilSame();
    bootstrap_ms_ = absl::ToDoubleMilliseconds(absl::Now() - start);
    Add("bootstrap", kOurs, static_cast<double>(options_.records) / bootstrap_ms_ * 1e3, "rec/s",
        true);
    Add("bootstrap: memory of both sides", kOurs, PeakMegabytes(), "MB", true);
    Add("bootstrap: memory of both sides", "before it", before, "MB", false);
  }

  void Changes() {
    Say("changes");
    const size_t count = std::min(options_.changes, options_.records);
    const Edits edits(0, count, 2);
    const absl::Time start = absl::Now();
    pair_.Write(edits, kGroup, /*one_by_one=*/false);
    Add("changes", "limit: commits alone at the origin", Rate(count, start), "rec/s", false);
    pair_.WaitUntilSame();
    Add("changes", kOurs, Rate(count, start), "rec/s", true);
  }

  void Singles() {
    Say("single changes");
    std::vector<double> ms;
    for (size_t i = 0; i < std::min(options_.singles, options_.records); ++i) {
      const Edits edits(i, 1, 3);
      const absl::Time start = absl::Now();
      pair_.Write(edits, 1, /*one_by_one=*/true);
      pair_.WaitUntilSame();
      ms.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
    }
    if (ms.empty()) return;
    std::sort(ms.begin(), ms.end());
    Add("one change, p50", kOurs, ms[ms.size() / 2], "ms", true);
    Add("one change, p99", kOurs, ms[ms.size() * 99 / 100], "ms", true);
  }

  void Repair() {
    Say("repair");
    pair_.Damage(std::min(options_.lost, options_.records));
    const absl::Time start = absl::Now();
    const sharing::CompareFigures cost = pair_.Repair();
    Add("repair", kOurs, absl::ToDoubleMilliseconds(absl::Now() - start), "ms", true);
    Add("repair", "asking for everything again", bootstrap_ms_, "ms", false);
    Add("repair: records mended", kOurs, static_cast<double>(cost.changed), "", true);
    Add("repair: rounds", kOurs, static_cast<double>(cost.rounds), "", true);
    Add("repair: both ways", kOurs,
        static_cast<double>(cost.sent_bytes + cost.received_bytes) / 1e3, "kB", true);
  }

  void EditRecords() {
    Say("edits, one after the other");
    const size_t count = std::min(options_.edits, options_.records / 2);
    const Edits edits(options_.records - count, count, 2);
    const absl::Time start = absl::Now();
    pair_.Write(edits, 1, /*one_by_one=*/true);
    Add("edits one by one", "limit: commits alone at the origin", Rate(count, start), "rec/s",
        false);
    pair_.WaitUntilSame();
    Add("edits one by one", kOurs, Rate(count, start), "rec/s", true);
  }

  const SyncOptions options_;
  const std::string dir_;
  Pair pair_;
  std::vector<Row> rows_;
  double bootstrap_ms_ = 0;
};

}  // namespace

std::vector<Row> MeasureSync(const SyncOptions& options, const std::string& dir) {
  return SyncBench(options, dir).Run();
}

}  // namespace maillage::bench
