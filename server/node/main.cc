// maillaged: runs a node, makes one (--init), or puts a backup in place
// (--restore).
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/error.h"
#include "server/node/init.h"
#include "server/node/node.h"
#include "server/node/restore.h"
#include "server/node/version.h"
#include "server/rpc/grpc_log.h"

namespace maillage::node {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr absl::Duration kGrace = absl::Seconds(5);
constexpr rlim_t kMaxFiles = 16'384;

struct Options {
  std::string dir;
  bool init = false;
  std::string backups;  // folder to restore from; empty: none
  uint32_t number = 0;
  Config config;
};

int Fail(const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  std::cerr << "error: " << status.message();
  if (!reason.empty()) std::cerr << " (" << reason << ")";
  std::cerr << "\n";
  if (const std::string mend = ErrorMend(status); !mend.empty()) {
    std::cerr << "hint: " << mend << "\n";
  }
  return kFailed;
}

int Init(const Options& options) {
  const auto made = InitNode(options.dir, options.config, Clock::Real());
  if (!made.ok()) return Fail(made.status());
  std::cout << "node: " << ToText(made->node) << "\n"
            << "home: " << options.dir << "\n\n"
            << "RECOVERY SHEET - print it now and keep it in a safe: it is shown this once.\n"
            << "It alone can replace the keys of node " << ToText(made->node)
            << " if they are lost or stolen.\n\n"
            << made->recovery_sheet << "\n\n"
            << "Next:\n"
            << "  maillaged --dir " << options.dir << "\n"
            << "  MAILLAGE_DIR=" << options.dir << " maillage node status\n"
            << "  MAILLAGE_DIR=" << options.dir << " maillage partner invite\n";
  return kDone;
}

int Restore(const Options& options) {
  const auto restored = RestoreNode(options.dir, options.backups, options.number, Clock::Real());
  if (!restored.ok()) return Fail(restored.status());
  std::cout << "restored: backup " << restored->backup.number << " of "
            << absl::FormatTime(restored->backup.time, absl::UTCTimeZone()) << "\n";
  if (!restored->moved_to.empty()) std::cout << "former database: " << restored->moved_to << "\n";
  std::cout << "\nThe node recovers when it is started: it asks its partners what it told them "
               "since\nthe backup, and publishes and sends nothing until they have answered.\n\n"
            << "Next:\n"
            << "  maillaged --dir " << options.dir << "\n"
            << "  MAILLAGE_DIR=" << options.dir << " maillage node recover\n";
  return kDone;
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void SetUpLog() {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("maillaged"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  rpc::SendGrpcLogTo([](absl::string_view line) { spdlog::debug("grpc: {}", std::string(line)); });
}

// Each partner's stream is an open file, and so are the database's; the usual
// limit is that of old programs.
void RaiseFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, kMaxFiles);
  setrlimit(RLIMIT_NOFILE, &limit);
}

int Run(const Options& options) {
  // Before any thread is made, so that all leave them to sigwait().
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  SetUpLog();
  RaiseFileLimit();
  const auto node = Node::Start(options.dir, Clock::Real());
  if (!node.ok()) return Fail(node.status());
  spdlog::set_level(spdlog::level::from_str((*node)->config().log_level));
  spdlog::info("node {} ({}) listens on {}, port {}", ToText((*node)->id()),
               (*node)->config().alias, (*node)->config().listen, (*node)->port());
  int received = 0;
  sigwait(&signals, &received);
  spdlog::info("stopping");
  // A second signal ends it at once.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  (*node)->Stop(kGrace);
  spdlog::info("stopped");
  return kDone;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Runs the Maillage node whose home is DIR.", "maillaged");
  app.set_version_flag("--version", kVersion);
  app.add_option("--dir", options.dir, "Home of the node")->required();
  auto* init = app.add_flag("--init", options.init, "Make the home, print the recovery sheet, end");
  auto* restore = app.add_option("--restore", options.backups,
                                 "Put a backup of this folder in the place of the database, end");
  restore->excludes(init);
  app.add_option("--number", options.number, "Which backup; the newest by default")->needs(restore);
  Config& config = options.config;
  const auto setting = [&](const char* name, std::string* value, const char* help) {
    return app.add_option(name, *value, help)->needs(init);
  };
  setting("--alias", &config.alias, "Short name of the node: a-z, 0-9, hyphen");
  setting("--name", &config.name, "Name of the institution");
  setting("--listen", &config.listen, "HOST:PORT for partners and operators");
  setting("--web", &config.web, "HOST:PORT of public pages");
  setting("--base-url", &config.base_url, "https://HOST where people find them");
  setting("--smtp", &config.smtp, "Mail server: smtp://HOST:PORT");
  setting("--from", &config.from, "Sender of its mails: MAILBOX");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kWrongUsage;
  }
  if (!options.backups.empty()) return Restore(options);
  return options.init ? Init(options) : Run(options);
}

}  // namespace
}  // namespace maillage::node

int main(int argc, char** argv) { return maillage::node::Main(argc, argv); }
