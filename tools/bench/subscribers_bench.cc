#include "tools/bench/subscribers_bench.h"

#include <malloc.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "server/directory/actor.h"
#include "server/node/init.h"
#include "server/node/parts.h"
#include "tools/bench/actors.h"
#include "tools/bench/pair.h"

namespace maillage::bench {
namespace {

constexpr char kWho[] = "operators/bench";
constexpr double kMega = 1e6;
constexpr size_t kGroup = 200;

// Of this process, in bytes: now, and at its peak since it was last told to forget.
double Resident(const char* what) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(what, 0) != 0) continue;
    return 1024.0 * std::atof(line.c_str() + std::string(what).size() + 1);
  }
  return 0;
}
double Now() {
  malloc_trim(0);
  return Resident("VmRSS");
}
void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return t.tv_sec + 1e-6 * t.tv_usec; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The other process, and what it says.
class Others {
 public:
  explicit Others(const SubscribersOptions& options) {
    int down[2];
    int up[2];
    CheckOk(pipe(down) == 0 && pipe(up) == 0 ? absl::OkStatus() : absl::InternalError("pipe"),
            "talking to the subscribers");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, down[0], 0);
    posix_spawn_file_actions_adddup2(&actions, up[1], 1);
    for (const int fd : {down[0], down[1], up[0], up[1]}) {
      posix_spawn_file_actions_addclose(&actions, fd);
    }
    std::string words[] = {"maillage-bench", "be-subscribers", absl::StrCat(options.subscribers),
                           absl::StrCat(options.asleep)};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                         nullptr};
    const int error = posix_spawn(&child_, "/proc/self/exe", &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    CheckOk(error == 0 ? absl::OkStatus() : absl::InternalError("spawn"), "making subscribers");
    close(down[0]);
    close(up[1]);
    out_ = fdopen(down[1], "w");
    in_ = fdopen(up[0], "r");
  }
  ~Others() {
    std::fclose(out_);
    std::fclose(in_);
    waitpid(child_, nullptr, 0);
  }

  void Say(const std::string& line) {
    std::fprintf(out_, "%s\n", line.c_str());
    std::fflush(out_);
  }
  std::string Hear() {
    char* line = nullptr;
    size_t size = 0;
    const ssize_t length = getline(&line, &size, in_);
    CheckOk(length > 0 ? absl::OkStatus() : absl::InternalError("they are gone"), "subscribers");
    std::string text(line, static_cast<size_t>(length - 1));
    std::free(line);
    return text;
  }
  // Milliseconds from `since` until half, 99 % and all have it.
  std::vector<double> Wait(uint64_t seq, absl::Time since) {
    Say(absl::StrCat("wait ", seq, " ", absl::ToUnixNanos(since)));
    std::vector<double> times;
    for (const absl::string_view word : absl::StrSplit(Hear(), ' ')) {
      double micros = 0;
      if (absl::SimpleAtod(word, &micros)) times.push_back(micros / 1e3);
    }
    return times;
  }

 private:
  pid_t child_ = 0;
  FILE* out_ = nullptr;
  FILE* in_ = nullptr;
};

// The node that all subscribe to.
class Hub {
 public:
  explicit Hub(const std::string& dir) {
    node::Config config;
    config.alias = "hub";
    config.name = "Hub";
    config.listen = "127.0.0.1:0";
    config.log_level = "error";
    CheckOk(node::InitNode(dir, config, Clock::Real()).status(), "making a node");
    parts_.dir = dir;
    parts_.clock = &Clock::Real();
    CheckOk(parts_.Make(), "starting a node");
  }
  ~Hub() { parts_.Stop(absl::Seconds(1)); }

  node::Parts& parts() { return parts_; }
  void AddPartner(const std::string& hex, size_t number) {
    v1::Signed descriptor;
    descriptor.ParseFromString(absl::HexStringToBytes(hex));
    const auto added = parts_.partners->Add(descriptor, absl::StrCat("s", number),
                                            parts_.writer.get(), storage::Transaction());
    CheckOk(added.status(), "pairing");
  }
  void Share() {
    sharing::ShareSpec spec;
    spec.title = "everything";
    spec.filter = parts_.directory->ParseFilter("").value();
    spec.view = v1::VIEW_FULL;
    for (const auto& partner : parts_.partners->List()) spec.members.push_back(partner->node);
    share_ = parts_.sharing->shares().Create(spec, kWho).value()->id;
    WaitUntil([&] { return parts_.sharing->Latest(share_) != nullptr; });
  }
  // Returns once it is published; `number` tells what is written.
  uint64_t Create(size_t count, size_t number) {
    const uint64_t before = Seq();
    for (size_t i = 0; i < count; ++i) {
      v1::Actor actor = MakeActor(number + i, 1);
      CheckOk(parts_.directory->Create(actor, "", kWho).status(), "writing");
    }
    WaitUntil([&] { return Seq() >= before + count; });
    return Seq();
  }
  uint64_t Seq() const {
    const auto latest = parts_.sharing->Latest(share_);
    return latest == nullptr ? 0 : latest->head.seq();
  }
  std::string Address() const { return absl::StrCat("127.0.0.1:", parts_.server->port()); }
  std::string Pin() const { return absl::BytesToHexString(parts_.self->tls().certificate_hash); }

 private:
  node::Parts parts_;
  ShareId share_;
};

// One change after the other, each timed until half, 99 % and all have it.
void MeasureChanges(const SubscribersOptions& options, size_t first, Hub* hub, Others* others,
                    const char* who, std::vector<Row>* rows) {
  std::vector<std::vector<double>> times(3);
  for (size_t i = 0; i < options.changes; ++i) {
    const absl::Time start = absl::Now();
    const auto reached = others->Wait(hub->Create(1, first + i), start);
    for (size_t k = 0; k < 3; ++k) times[k].push_back(reached.at(k));
  }
  const char* const kNames[] = {"half", "99 %", "all"};
  for (size_t k = 0; k < 3; ++k) {
    std::sort(times[k].begin(), times[k].end());
    rows->push_back({absl::StrCat("one change at ", kNames[k], " of them"), who,
                     times[k][times[k].size() / 2], "ms", true});
  }
}

}  // namespace

std::vector<Row> MeasureSubscribers(const SubscribersOptions& options, const std::string& dir) {
  std::vector<Row> rows;
  // As maillaged does; the other process inherits it.
  rlimit files = {};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  Others others(options);
  Hub hub(dir);
  for (size_t i = 0; i < options.subscribers; ++i) hub.AddPartner(others.Hear(), i);
  hub.Share();
  const uint64_t seq = hub.Create(options.records, 0);
  const double before = Now();
  ForgetPeak();
  const absl::Time start = absl::Now();
  others.Say(absl::StrCat("dial ", hub.Address(), " ", hub.Pin()));
  const auto reached = others.Wait(seq, start);
  rows.push_back({"connect and bootstrap all", "maillage", reached.at(2) / 1e3, "s", true});
  rows.push_back({"memory, before they come", "maillage", before / kMega, "MB", true});
  rows.push_back(
      {"memory, peak while they come", "maillage", Resident("VmHWM") / kMega, "MB", true});
  const double idle = Now();
  rows.push_back({"memory, all connected", "maillage", idle / kMega, "MB", true});
  rows.push_back({"memory of each", "maillage",
                  (idle - before) / 1e3 / static_cast<double>(options.subscribers), "kB", true});
  const double cpu = CpuSeconds();
  absl::SleepFor(absl::Seconds(10));
  rows.push_back({"CPU while idle", "maillage", 10 * (CpuSeconds() - cpu), "%", true});
  MeasureChanges(options, options.records, &hub, &others, "maillage", &rows);
  // What those keep who sleep in the middle of a run, while much changes.
  for (size_t i = 0; i < options.changes; ++i) {
    others.Wait(hub.Create(kGroup, options.records + options.changes + i * kGroup), absl::Now());
  }
  rows.push_back({"memory, after many changes", "maillage", Now() / kMega, "MB", true});
  const auto figures = hub.parts().sharing->streams().Figures();
  rows.push_back({"streams open", "maillage", static_cast<double>(figures.streams), "", true});
  return rows;
}

}  // namespace maillage::bench
