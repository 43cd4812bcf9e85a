// Streams between the nodes of a simulation: in order, late, cut at any time,
// and tampered with.
#ifndef TESTS_SIM_NETWORK_H_
#define TESTS_SIM_NETWORK_H_

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "maillage/v1/sync.pb.h"
#include "server/sharing/sync_manager.h"
#include "tests/sim/scheduler.h"
#include "tests/sim/tamper.h"

namespace maillage::sim {

// One end's node, as the network sees it.
class Host {
 public:
  virtual ~Host() = default;
  // Null while the machine is down.
  virtual sharing::SyncManager* streams() = 0;
  virtual const NodeId& id() const = 0;
};

class Network {
 public:
  // Called with what was found out, and with each step.
  struct Listener {
    std::function<void(const std::string&)> violation;
    std::function<void(const std::string&)> step;
    // Sees each message as a node says it, and before it is delivered.
    std::function<void(size_t from, size_t to, const v1::SyncMessage&)> says;
    std::function<void(size_t to, size_t from, const v1::SyncMessage&)> delivers;
    // May change it before.
    std::function<void(size_t to, size_t from, v1::SyncMessage*)> alters;
  };

  Network(Scheduler* scheduler, std::vector<Host*> hosts, Listener listener);

  void Dial(size_t from, size_t to);
  void CutAll();
  void CutOne(Random random);
  // Ends the streams of a machine that went down.
  void Down(size_t host);
  // Until healed, hosts on this side reach no others; the rest reach each other.
  void Divide(std::set<size_t> side);
  void Heal() { side_.clear(); }
  // The next messages that a host says are tampered with, every second or so.
  void Tamper(size_t from, int messages, Random random);
  void BeHonest() { hostile_.clear(); }
  const std::map<std::string, int>& tampered() const { return tampered_; }

 private:
  class End;
  struct Side {
    size_t host;
    bool opened = false;
    bool pumping = false;
    bool delivering = false;
    bool paused = false;
    sharing::ConnectionPtr connection;
    std::deque<std::string> incoming;
    Suspicion suspicion;  // of what this side was sent
  };
  // Side 0 dialled.
  struct Stream {
    uint64_t number = 0;
    Random random{0};
    bool open = true;
    std::array<Side, 2> sides;
  };
  using StreamPtr = std::shared_ptr<Stream>;

  bool Open(const StreamPtr& stream, int side);
  void Wake(const StreamPtr& stream, int side);
  void Pump(const StreamPtr& stream, int side);
  void Deliver(const StreamPtr& stream, int side);
  void DeliverNext(const StreamPtr& stream, int side);
  void TamperWith(const StreamPtr& stream, int side, v1::SyncMessage* message);
  bool AreDivided(size_t a, size_t b) const { return side_.contains(a) != side_.contains(b); }
  void Cut(const StreamPtr& stream);
  void Leave(const StreamPtr& stream, int side);
  void Say(const Stream& stream, int side, const v1::SyncMessage& message) const;

  Scheduler* const scheduler_;
  const std::vector<Host*> hosts_;
  const Listener listener_;
  struct Hostile {
    int messages;
    Random random;
  };
  std::map<size_t, Hostile> hostile_;
  std::set<size_t> side_;
  Tamperer tamperer_;
  std::map<std::string, int> tampered_;
  uint64_t dialled_ = 0;
  std::map<std::pair<size_t, size_t>, uint64_t> dialled_of_;  // by pair
  std::map<uint64_t, StreamPtr> streams_;                     // by number
};

}  // namespace maillage::sim

#endif  // TESTS_SIM_NETWORK_H_
