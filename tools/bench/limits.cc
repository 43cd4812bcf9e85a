#include "tools/bench/limits.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "absl/time/clock.h"
#include "server/sharing/tree.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::bench {
namespace {

using storage::Family;

constexpr char kBootstrap[] = "bootstrap";
constexpr size_t kFileBytes = 16 << 20;

double RateOf(size_t count, absl::Time start) {
  return static_cast<double>(count) / absl::ToDoubleSeconds(absl::Now() - start);
}

double HashRate(const storage::Reader& reader, size_t records) {
  std::vector<v1::Entry> entries;
  CheckOk(reader.ScanPrefix(Family::kLog, "",
                            [&](absl::string_view, absl::string_view value) {
                              entries.emplace_back().ParseFromArray(value.data(),
                                                                    static_cast<int>(value.size()));
                              return entries.size() < std::min<size_t>(records, 100'000);
                            }),
          "reading entries");
  const absl::Time start = absl::Now();
  size_t zero = 0;
  for (const v1::Entry& entry : entries) zero += sharing::LeafHash(entry).is_zero() ? 1 : 0;
  return RateOf(entries.size() - zero, start);
}

double IngestRate(const storage::Reader& reader, const std::string& dir, size_t records) {
  const auto database = storage::Database::Open({.path = dir + "/limit"}).value();
  storage::Writer writer(database.get(), {});
  const absl::Time start = absl::Now();
  storage::Transaction transaction;
  transaction.ingestion = database->StartIngestion().value();
  storage::Batch batch;
  for (const Family family : {Family::kLog, Family::kWhere, Family::kOrdinals, Family::kPostings,
                              Family::kSorted, Family::kTree}) {
    CheckOk(reader.ScanPrefix(
                family, "",
                [&](absl::string_view key, absl::string_view value) {
                  batch.Put(family, std::string(key), std::string(value));
                  if (batch.bytes() < kFileBytes) return true;
                  return transaction.ingestion->Add(std::exchange(batch, storage::Batch())).ok();
                }),
            "reading rows");
  }
  CheckOk(transaction.ingestion->Add(std::move(batch)), "ingesting");
  CheckOk(writer.Commit(std::move(transaction)), "ingesting");
  return RateOf(records, start);
}

}  // namespace

void MeasureLimits(Pair* pair, const std::string& dir, size_t records, std::vector<Row>* rows) {
  const auto snapshot = pair->partner().database->Snapshot();
  rows->push_back(
      {kBootstrap, "limit: SHA-256 of the entries", HashRate(*snapshot, records), "rec/s", false});
  rows->push_back({kBootstrap, "limit: rows read, ingested sorted",
                   IngestRate(*snapshot, dir, records), "rec/s", false});
}

double PeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmHWM:") continue;
    double kilobytes = 0;
    status >> kilobytes;
    return kilobytes / 1024;
  }
  return 0;
}

void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace maillage::bench
