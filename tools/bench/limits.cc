#include "tools/bench/limits.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/sharing/tree.h"
#include "server/storage/database.h"
#include "server/storage/packed_rows.h"
#include "server/storage/schema.h"
#include "server/storage/writer.h"
#include "tools/bench/wire.h"

namespace maillage::bench {
namespace {

using storage::Family;

constexpr char kBootstrap[] = "bootstrap";
constexpr size_t kFileBytes = 16 << 20;
constexpr size_t kMessageBytes = 256 << 10;
constexpr size_t kLookedAt = 100'000;  // entries held in memory

double RateOf(size_t count, absl::Time start) {
  return static_cast<double>(count) / absl::ToDoubleSeconds(absl::Now() - start);
}

// As many as a message of the protocol has, or all that the limits look at.
std::vector<v1::Entry> ReadEntries(const storage::Reader& reader, size_t count) {
  std::vector<v1::Entry> entries;
  CheckOk(reader.ScanPrefix(Family::kLog, "",
                            [&](absl::string_view, absl::string_view value) {
                              entries.emplace_back().ParseFromArray(value.data(),
                                                                    static_cast<int>(value.size()));
                              return entries.size() < count;
                            }),
          "reading entries");
  return entries;
}

double HashRate(const std::vector<v1::Entry>& entries) {
  const absl::Time start = absl::Now();
  size_t zero = 0;
  for (const v1::Entry& entry : entries) zero += sharing::LeafHash(entry).is_zero() ? 1 : 0;
  return RateOf(entries.size() - zero, start);
}

v1::SyncMessage MessageOf(const std::vector<v1::Entry>& entries) {
  v1::SyncMessage message;
  size_t bytes = 0;
  for (const v1::Entry& entry : entries) {
    bytes += entry.ByteSizeLong();
    if (bytes > kMessageBytes) break;
    *message.mutable_run_entries()->add_entries() = entry;
  }
  return message;
}

// Of entries that are in memory already: tables written, and taken.
double TableRate(const std::vector<v1::Entry>& entries, const std::string& dir) {
  const auto database = storage::Database::Open({.path = dir + "/tables"}).value();
  storage::Writer writer(database.get(), {});
  storage::PackedRows rows;
  for (const v1::Entry& entry : entries) {
    rows.Put(Family::kLog, storage::LogKey(NodeId(), ShareId(), entry.seq()),
             entry.SerializeAsString());
  }
  const absl::Time start = absl::Now();
  storage::Transaction transaction;
  transaction.ingestion = database->StartIngestion().value();
  CheckOk(transaction.ingestion->Add(std::move(rows)), "ingesting");
  CheckOk(writer.Commit(std::move(transaction)), "ingesting");
  return RateOf(entries.size(), start);
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
  const auto entries = ReadEntries(*snapshot, std::min(records, kLookedAt));
  const auto add = [&](const char* who, double rate) {
    rows->push_back({kBootstrap, absl::StrCat("limit: ", who), rate, "rec/s", false});
  };
  add("SHA-256 of the entries", HashRate(entries));
  add("entries over one TLS stream", WireRate(pair, MessageOf(entries), records));
  add("entries alone, ingested", TableRate(entries, dir));
  add("all rows read, ingested sorted", IngestRate(*snapshot, dir, records));
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
