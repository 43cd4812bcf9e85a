// Tells a story of the protocol: commands in, and out what the nodes then say to
// each other and what they hold.
//
//   nodes a b ...                    are made, and paired
//   share a TITLE VIEW FILTER to b   (FILTER: a number, see model.h)
//   relay a TITLE VIEW FILTER to b   the same, which members may relay
//   remove a TITLE b                 from the members of a share
//   subscribe b TITLE                to a share of any origin
//   put a NAME SORT PLACE            a record: citizen|official|association, in|out (of Saint-Omer)
//   delete a NAME, erase a NAME
//   terms a TITLE FILTER             another filter
//   rotate a, revoke a               another signing key; the old one counts for a while, or not
//   clock a HOURS                    its clock is so much ahead
//   days N                           go by; all look after what is gone each day
//   keep a, back a                   its disk is as it was when it was kept
//   damage b TITLE log|tree|where    the first such row is lost
//   repair b TITLE                   b recounts and compares
//   replay a                         the next Head that a shows is the first one it showed
//   send a b NUMBER                  a message
//   connect a b, cut a b             a dials b; all streams end
//   cut at KIND                      all streams end when such a message arrives
//   crash a                          and starts again, at once
//   deliver                          all that is said until nobody says anything
//   status a                         what it holds
//   traces a                         how many rows and files tell of somebody
#ifndef TESTS_SIM_GOLDEN_H_
#define TESTS_SIM_GOLDEN_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/model.h"
#include "tests/sim/network.h"
#include "tests/sim/scheduler.h"
#include "tests/sim/sim_node.h"

namespace maillage::sim {

class Golden {
 public:
  Golden();
  ~Golden();

  // Does one command and returns what it said.
  std::string Do(const std::string& line);
  SimNode& node(size_t number) { return *nodes_[number]; }
  // Starts again who is down; streams are to be dialled anew.
  void Revive();
  bool IsErased(size_t node);

 private:
  using Words = std::vector<std::string>;

  void MakeNodes(const Words& words);
  void Put(const Words& words);
  void Remove(const Words& words);
  bool DoMore(const Words& words);
  void Terms(const Words& words);
  void Days(int days);
  void Keep(size_t node);
  void Back(size_t node);
  void Damage(const Words& words);
  void Repair(const Words& words);
  void Traces(size_t node);
  void Alter(size_t from, v1::SyncMessage* message);
  void Commit(const Words& words, std::shared_ptr<const v1::Actor> actor);
  void Share(const Words& words);
  void RemoveMember(const Words& words);
  void Subscribe(const Words& words);
  void Send(const Words& words);
  void Crash(const Words& words);
  void Deliver();
  void Status(size_t node);
  void Says(size_t from, size_t to, const v1::SyncMessage& message);
  size_t Node(const std::string& name) const { return static_cast<size_t>(name[0] - 'a'); }
  std::string NameOf(const std::string& id) const;
  void Say(const std::string& line);

  Scheduler scheduler_{1};
  std::vector<std::unique_ptr<SimNode>> nodes_;
  std::unique_ptr<Network> network_;
  std::map<std::string, RecordId> records_;
  std::map<std::string, std::shared_ptr<const v1::Actor>> actors_;
  std::map<std::string, std::pair<size_t, ShareId>> shares_;
  uint64_t last_number_ = 0;
  std::string cut_at_;
  std::map<size_t, Disk> kept_;
  std::map<std::pair<size_t, std::string>, v1::Signed> first_heads_;  // by node and share
  std::set<size_t> replays_;
  std::string said_;
};

}  // namespace maillage::sim

#endif  // TESTS_SIM_GOLDEN_H_
