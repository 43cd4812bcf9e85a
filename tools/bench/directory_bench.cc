#include "tools/bench/directory_bench.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/directory/import.h"
#include "server/node/init.h"
#include "server/node/parts.h"
#include "tools/bench/directory_rows.h"
#include "tools/bench/pair.h"
#include "tools/bench/peers.h"
#include "tools/bench/point_reads.h"

// Of tcmalloc, which sanitizers replace.
extern "C" void MallocExtension_ReleaseFreeMemory() __attribute__((weak));

namespace maillage::bench {
namespace {

constexpr char kOurs[] = "maillage";
constexpr size_t kPiece = 1 << 20;
constexpr size_t kNamesRead = 10'000;

double ResidentMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmRSS:") continue;
    double kilobytes = 0;
    status >> kilobytes;
    return kilobytes / 1024;
  }
  return 0;
}

class DirectoryBench {
 public:
  DirectoryBench(const DirectoryOptions& options, const std::string& dir)
      : options_(options), dir_(dir) {}

  std::vector<Row> Run() {
    Start();
    Import();
    Restart();
    Time("text search", SoughtTexts(options_.records, options_.searches), 10,
         [this](const std::string& text) {
           return node_->directory->Search(text, "", 20, "").status();
         });
    Time("term counts", CountedFilters(options_.records, options_.counts), 2,
         [this](const std::string& filter) { return node_->directory->Count(filter).status(); });
    Time("first page of a filter", CountedFilters(options_.records, options_.counts), 0,
         [this](const std::string& filter) {
           return node_->directory->List(filter, 50, "").status();
         });
    Read();
    node_->Stop(absl::Seconds(1));
    if (options_.peers) {
      RunPeer("postgresql_copy.sh", "PostgreSQL COPY, four indexes",
              absl::StrCat(options_.records, " '", SheetPath(), "'"), dir_, &rows_);
    }
    return std::move(rows_);
  }

 private:
  std::string SheetPath() const { return dir_ + "/sheet.csv"; }
  static void Say(const char* what) { std::fprintf(stderr, "%s ...\n", what); }
  void Add(std::string work, const char* who, double value, const char* unit, bool ours) {
    rows_.push_back({std::move(work), who, value, unit, ours});
  }

  void Start() {
    if (!made_) {
      node::Config config;
      config.alias = "bench";
      config.name = "Node bench";
      config.listen = "127.0.0.1:0";
      config.log_level = "error";
      CheckOk(node::InitNode(dir_ + "/node", config, Clock::Real()).status(), "making a node");
      made_ = true;
    }
    node_ = std::make_unique<node::Parts>();
    node_->dir = dir_ + "/node";
    node_->clock = &Clock::Real();
    CheckOk(node_->OpenHome(), "opening the home");
    CheckOk(node_->OpenStorage(), "opening the database");
    CheckOk(node_->MakeIdentity(), "identity");
    CheckOk(node_->MakePartnerships(), "partnerships");
    node_->MakeDirectory();
    CheckOk(node_->MakeBroadcast(), "broadcast");
    node_->MakeServices();
    CheckOk(node_->Serve(), "serving");
  }

  // What an idle node holds is not what an import left in memory.
  void Restart() {
    Say("starting anew");
    node_->Stop(absl::Seconds(1));
    node_.reset();
    if (MallocExtension_ReleaseFreeMemory != nullptr) MallocExtension_ReleaseFreeMemory();
    Start();
    Add("memory of the idle node", kOurs, ResidentMegabytes(), "MB", true);
    Add("memory of the idle node", "goal", 300, "MB", false);
  }

  void Import() {
    Say("writing the sheet");
    std::string sheet = SheetHead();
    for (size_t i = 0; i < options_.records; ++i) sheet += ToCsv(MakeSheetRow(i));
    std::ofstream(SheetPath(), std::ios::binary) << sheet;
    Say("import");
    v1::ImportSpec spec;
    spec.set_file_name("bench.csv");
    spec.set_format(v1::IMPORT_FORMAT_CSV);
    const absl::Time start = absl::Now();
    directory::Import import(node_->self->node(), node_->database.get(), node_->writer.get(),
                             node_->clock, spec, "operators/bench", [](const auto&) {});
    CheckOk(import.Start(), "import");
    for (size_t at = 0; at < sheet.size(); at += kPiece) {
      CheckOk(import.Write(absl::string_view(sheet).substr(at, kPiece)), "import");
    }
    CheckOk(import.Finish(true), "import");
    const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
    const auto created = static_cast<double>(import.summary().created());
    Add("import of CSV", kOurs, created / seconds, "rec/s", true);
    Add("records imported", kOurs, created, "", true);
  }

  // Each once before, so that what is timed is not the disk.
  void Time(const std::string& work, const std::vector<std::string>& texts, double goal,
            const std::function<absl::Status(const std::string&)>& call) {
    Say(work.c_str());
    for (const std::string& text : texts) CheckOk(call(text), text.c_str());
    std::vector<double> ms;
    std::string slowest;
    for (const std::string& text : texts) {
      const absl::Time start = absl::Now();
      CheckOk(call(text), text.c_str());
      ms.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
      if (ms.back() >= *std::max_element(ms.begin(), ms.end())) slowest = text;
    }
    if (ms.empty()) return;
    std::fprintf(stderr, "  slowest: %s\n", slowest.c_str());
    std::sort(ms.begin(), ms.end());
    Add(absl::StrCat(work, ", p50"), kOurs, ms[ms.size() / 2], "ms", true);
    Add(absl::StrCat(work, ", p99"), kOurs, ms[ms.size() * 99 / 100], "ms", true);
    if (goal > 0) Add(absl::StrCat(work, ", p99"), "goal", goal, "ms", false);
    Add(absl::StrCat(work, ", slowest"), kOurs, ms.back(), "ms", true);
  }

  void Read() {
    Say("point reads");
    std::vector<std::string> names;
    CheckOk(node_->database->latest().ScanPrefix(storage::Family::kActors, "",
                                                 [&](absl::string_view key, absl::string_view) {
                                                   names.push_back(ActorName(node_->self->node(),
                                                                             RecordId(key)));
                                                   return names.size() < kNamesRead;
                                                 }),
            "reading names");
    std::shuffle(names.begin(), names.end(), std::minstd_rand(7));
    const PointReads reads =
        MeasurePointReads(dir_, node_->dir + "/admin.sock", names, absl::Seconds(options_.seconds));
    Add("point reads by RPC", kOurs, reads.ours, "rec/s", true);
    Add("point reads by RPC", "limit: bare unary calls", reads.bare, "rec/s", false);
  }

  const DirectoryOptions options_;
  const std::string dir_;
  bool made_ = false;
  std::unique_ptr<node::Parts> node_;
  std::vector<Row> rows_;
};

}  // namespace

std::vector<Row> MeasureDirectory(const DirectoryOptions& options, const std::string& dir) {
  return DirectoryBench(options, dir).Run();
}

}  // namespace maillage::bench
