// maillage-bench: what a node's work costs, beside its limits and its peers.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "tools/bench/broadcast_bench.h"
#include "tools/bench/directory_bench.h"
#include "tools/bench/peers.h"
#include "tools/bench/report.h"
#include "tools/bench/subscribers_bench.h"
#include "tools/bench/sync_bench.h"

int main(int argc, char** argv) {
  CLI::App app("Measures what a node can do, on this machine, beside limits and peers");
  app.require_subcommand(1);
  maillage::bench::SyncOptions options;
  bool peers = false;
  std::string output = "table";
  std::string dir = std::filesystem::temp_directory_path() / "maillage-bench";
  CLI::App* sync = app.add_subcommand("sync", "Two nodes: bootstrap, changes, single changes");
  sync->add_option("--records", options.records, "Actors at the origin")->capture_default_str();
  sync->add_option("--changes", options.changes, "Actors changed at once")->capture_default_str();
  sync->add_flag("--peers", peers, "PostgreSQL and OpenLDAP do the same, if they are installed");
  maillage::bench::DirectoryOptions actors;
  CLI::App* directory =
      app.add_subcommand("directory", "One node: import, searches, counts, point reads, memory");
  directory->add_option("--records", actors.records, "Rows imported")->capture_default_str();
  directory->add_option("--searches", actors.searches, "Texts sought")->capture_default_str();
  directory->add_option("--counts", actors.counts, "Filters counted")->capture_default_str();
  directory->add_flag("--peers", actors.peers, "PostgreSQL copies the same sheet, if installed");
  maillage::bench::SubscribersOptions many;
  CLI::App* subscribers =
      app.add_subcommand("subscribers", "One node and many partners that subscribe to it");
  subscribers->add_option("--subscribers", many.subscribers, "How many")->capture_default_str();
  subscribers->add_option("--asleep", many.asleep, "How many of them sleep in the middle of a run")
      ->capture_default_str();
  subscribers->add_option("--records", many.records, "Actors in the share")->capture_default_str();
  maillage::bench::BroadcastOptions mails;
  CLI::App* broadcast = app.add_subcommand(
      "broadcast", "One node: personal mails to a sink, beside bare libcurl and smtp-source");
  broadcast->add_option("--mails", mails.mails, "How many")->capture_default_str();
  for (CLI::App* one : {sync, directory, subscribers, broadcast}) {
    one->add_option("-o,--output", output, "table or json")->capture_default_str();
    one->add_option("--dir", dir, "Scratch folder; emptied before and after")
        ->capture_default_str();
  }
  CLI::App* others = app.add_subcommand("be-subscribers", "The other end of `subscribers`");
  others->add_option("subscribers", many.subscribers)->required();
  others->add_option("asleep", many.asleep)->required();
  CLI11_PARSE(app, argc, argv);
  if (others->parsed()) maillage::bench::BeSubscribers(many.subscribers, many.asleep);

  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir + "/nodes");
  std::vector<maillage::bench::Row> rows;
  if (subscribers->parsed()) rows = maillage::bench::MeasureSubscribers(many, dir + "/nodes/hub");
  if (directory->parsed()) rows = maillage::bench::MeasureDirectory(actors, dir + "/nodes");
  if (broadcast->parsed()) rows = maillage::bench::MeasureBroadcast(mails, dir + "/nodes");
  if (sync->parsed()) rows = maillage::bench::MeasureSync(options, dir + "/nodes");
  if (peers) maillage::bench::MeasurePeers(options, dir, &rows);
  std::filesystem::remove_all(dir);
  const std::string text = output == "json" ? maillage::bench::Json(rows)  //
                                            : maillage::bench::Table(rows);
  std::fputs(text.c_str(), stdout);
  return 0;
}
