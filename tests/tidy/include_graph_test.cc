// Holds the tree to the graph of rooms: dependencies point one way.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>  // NOLINT: only tests read with it
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/tidy/sources.h"

namespace maillage::tidy {
namespace {

using Rooms = std::set<std::string>;

// What each room may include beside itself; generated messages are for all.
const std::map<std::string, Rooms>& Graph() {
  static const auto* const graph = [] {
    auto* g = new std::map<std::string, Rooms>;
    const Rooms base = {"client/base"};
    const Rooms client = {"client/base", "client"};
    const auto with = [](Rooms rooms, const Rooms& more) {
      rooms.insert(more.begin(), more.end());
      return rooms;
    };
    (*g)["client/base"] = {};
    (*g)["client"] = base;
    (*g)["server/interchange"] = base;
    (*g)["server/storage"] = base;
    (*g)["server/identity"] = with(client, {"server/storage"});
    (*g)["server/directory"] =
        with(base, {"server/storage", "server/identity", "server/interchange"});
    (*g)["server/sharing"] = with(g->at("server/directory"), {"server/directory"});
    (*g)["server/broadcast"] = with(g->at("server/sharing"), {"server/sharing"});
    (*g)["server/rpc"] = with(g->at("server/broadcast"), {"client", "server/broadcast"});
    (*g)["server/web"] = g->at("server/rpc");
    (*g)["server/node"] = with(g->at("server/rpc"), {"server/rpc", "server/web"});
    (*g)["tools/cli"] = client;
    (*g)["tools/commands"] = with(client, {"tools/cli"});
    (*g)["tools/maillage"] = with(client, {"tools/cli", "tools/commands"});
    return g;
  }();
  return *graph;
}

// Includes of libraries that belong to some rooms alone.
struct Confined {
  const char* include;  // a regular expression, from its start
  Rooms rooms;
};
const std::vector<Confined>& ConfinedLibraries() {
  static const auto* const confined = new std::vector<Confined>{
      {"rocksdb/", {"server/storage", "tests/storage"}},
      {R"(grpcpp/|grpc/|maillage/v1/.*\.grpc\.pb\.h)",
       {"client", "client/base", "server/rpc", "server/web", "server/node", "tools/cli",
        "tools/commands", "tools/maillage", "tools/bench", "tests"}},
      {"gmime/", {"server/broadcast", "tests"}},
      {"curl/", {"server/broadcast", "tools/bench", "tests"}},
  };
  return *confined;
}

// The cores of sharing: messages, ticks and storage answers in, messages and
// write batches out. What else stands in the room drives them.
const std::set<std::string>& Cores() {
  static const auto* const cores = new std::set<std::string>{
      "inbox",     "incoming_run", "projection", "publication", "receiver", "session",
      "share_log", "shown_change", "subscriber", "supplier",    "tree",     "work",
  };
  return *cores;
}

bool IsCore(const Source& source) {
  if (!source.IsUnder("server/sharing")) return false;
  const std::string file = source.path.substr(source.path.rfind('/') + 1);
  return Cores().contains(file.substr(0, file.find('.')));
}

// The room of a path: the longest known folder; of tests and tools the first two
// names.
std::string RoomOf(absl::string_view path) {
  std::string room;
  for (size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const std::string folder(path.substr(0, slash));
    if (Graph().contains(folder)) room = folder;
  }
  if (!room.empty()) return room;
  const size_t first = path.find('/');
  return std::string(path.substr(0, path.find('/', first + 1)));
}

struct Include {
  std::string path;
  int line;
};

std::vector<Include> IncludesOf(const Source& source) {
  static const std::regex pattern(R"re(^#include ["<]([^">]+)[">])re");
  std::vector<Include> includes;
  for (size_t i = 0; i < source.lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_search(source.lines[i], match, pattern)) continue;
    includes.push_back({match[1].str(), static_cast<int>(i) + 1});
  }
  return includes;
}

bool IsOurs(absl::string_view include) {
  return absl::StartsWith(include, "client/") || absl::StartsWith(include, "server/") ||
         absl::StartsWith(include, "tools/") || absl::StartsWith(include, "tests/");
}

// Calls `judge(source, include)` for every include; what it returns is an offence.
template <typename Judge>
std::vector<Offence> Judged(Judge judge) {
  std::vector<Offence> offences;
  for (const Source& source : Sources()) {
    if (!source.IsCpp()) continue;
    for (const Include& include : IncludesOf(source)) {
      const std::optional<std::string> what = judge(source, include.path);
      if (what) offences.push_back({source.path, include.line, *what});
    }
  }
  return offences;
}

TEST(Tidy, RoomsIncludeOnlyWhatStandsBelowThem) {
  const auto judge = [](const Source& source,
                        const std::string& include) -> std::optional<std::string> {
    if (!IsOurs(include)) return std::nullopt;
    const std::string from = RoomOf(source.path);
    const std::string to = RoomOf(include);
    const auto room = Graph().find(from);
    const bool free = room == Graph().end();  // tests, datagen, bench
    const bool allowed = free ? absl::StartsWith(from, "tests/") || !absl::StartsWith(to, "tests/")
                              : from == to || room->second.contains(to);
    if (allowed) return std::nullopt;
    return absl::StrCat(from, " may not include ", to, " (", include, ")");
  };
  ExpectNone(Judged(judge), "move what both need to the lower room, or pass it in");
}

TEST(Tidy, EveryRoomStandsInTheGraph) {
  std::vector<Offence> offences;
  for (const Source& source : Sources()) {
    if (!source.IsCpp() || !source.IsUnder("server")) continue;
    if (!Graph().contains(RoomOf(source.path)))
      offences.push_back({source.path, 0, "no such room"});
  }
  ExpectNone(offences, "give the room its place in Graph() of this test, or move the file");
}

TEST(Tidy, LibrariesStayInTheirRooms) {
  const auto judge = [](const Source& source,
                        const std::string& include) -> std::optional<std::string> {
    for (const Confined& library : ConfinedLibraries()) {
      if (!std::regex_search(include, std::regex(absl::StrCat("^(", library.include, ")")))) {
        continue;
      }
      const std::string room = RoomOf(source.path);
      const bool everywhere = library.rooms.contains("tests") && source.IsUnder("tests");
      if (!everywhere && !library.rooms.contains(room)) {
        return absl::StrCat(room, " may not include ", include);
      }
    }
    return std::nullopt;
  };
  ExpectNone(Judged(judge), "hide the library behind the room that owns it");
}

TEST(Tidy, EveryNamedCoreIsThere) {
  std::set<std::string> missing = Cores();
  for (const Source& source : Sources()) {
    if (IsCore(source)) missing.erase(source.path.substr(15, source.path.find('.') - 15));
  }
  std::vector<Offence> offences;
  for (const std::string& core : missing) offences.push_back({"server/sharing", 0, core});
  ExpectNone(offences, "name it in Cores() of this test as it is called now");
}

TEST(Tidy, CoresOfSharingKnowNoThreadsAndNoClock) {
  static const std::regex forbidden(
      R"(^(thread|mutex|condition_variable|shared_mutex|future|chrono|atomic|semaphore|)"
      R"(absl/time/clock\.h|absl/synchronization/.*|client/base/(clock|mutex)\.h|)"
      R"(sys/.*|unistd\.h|fstream|filesystem)$)");
  const auto judge = [](const Source& source,
                        const std::string& include) -> std::optional<std::string> {
    if (!IsCore(source)) return std::nullopt;
    if (!std::regex_search(include, forbidden)) return std::nullopt;
    return absl::StrCat("a core may not include ", include);
  };
  ExpectNone(Judged(judge), "pass the time and the storage in, from what drives the core");
}

}  // namespace
}  // namespace maillage::tidy
