// Judges the nodes of a simulation by their rows alone.
#ifndef TESTS_SIM_ORACLE_H_
#define TESTS_SIM_ORACLE_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "client/base/sha256.h"
#include "server/sharing/publication.h"
#include "tests/sim/model.h"
#include "tests/sim/sim_node.h"

namespace maillage::sim {

// The root of the tree as design and README define it, without any of the code
// that keeps it: from all live entries of a log.
Hash NaiveRoot(const std::vector<v1::Entry>& entries);

class Oracle {
 public:
  using Violation = std::function<void(const std::string&)>;

  Oracle(const Model* model, const std::vector<std::unique_ptr<SimNode>>* nodes, const Clock* clock,
         Violation violation)
      : model_(*model), nodes_(*nodes), clock_(*clock), violation_(std::move(violation)) {}

  // An origin publishes: what it states must be what the model says.
  void Published(size_t origin, const sharing::PublicationPtr& publication);
  // A node has written: what it holds of a partner's share must be exactly what
  // the partner published at the seq of the Head that it stored.
  void Committed(size_t node, const storage::Batch& batch);
  // A node was told of a descriptor, and begins to serve a share.
  void Offered(size_t node, const v1::Signed& descriptor);
  void Serves(size_t node, size_t to, const v1::RunStart& start);
  // All is delivered and nothing is under way.
  void CheckAtRest();

 private:
  using Live = std::map<RecordId, uint64_t>;

  void Fail(size_t node, const std::string& what) const;
  const SimNode* Find(const NodeId& id) const;
  size_t NumberOf(const NodeId& id) const;
  std::vector<v1::Entry> Log(const Disk& disk, const NodeId& origin, const ShareId& share) const;
  // Record and number of each live entry; fails where a payload has none.
  Live LiveOf(const std::vector<v1::Entry>& log) const;
  // Whether a Head is the origin's; each is verified once.
  bool OpenHead(size_t origin, const v1::Signed& signed_head, v1::Head* head) const;
  void CheckHead(size_t node, const std::string& key) const;
  void CheckSubscribed(size_t node, const ShareId& id, const ModelShare& share) const;
  void CheckShown(size_t node, size_t origin) const;
  void CheckActor(size_t node, const v1::Actor& actor, const Content& content, v1::View view) const;
  void CheckIndex(size_t node) const;
  void CheckBytes(size_t node) const;
  void CheckTraces(size_t node, storage::Family family, const std::string& key,
                   const std::string& value) const;
  bool MayHave(size_t node, Part part, uint64_t number, const ModelShare* own_log) const;
  void CheckMessages() const;

  // oracle_care.cc: whether what is gone is gone.
  void CommittedOwn(size_t node, const storage::Batch::Op& op);
  void CheckStubs(size_t origin, const sharing::Publication& publication,
                  const std::vector<v1::Entry>& log) const;
  void CheckFloor(size_t origin, const ShareId& share, uint64_t floor) const;
  void CheckReceipt(size_t node, const NodeId& origin, const ShareId& share) const;
  void CheckPurged(size_t node, const RecordId& id) const;
  void CheckGone(size_t node) const;
  bool NeverHeard(size_t node, const NodeId& origin, const std::string& title) const;
  void CheckErasures(size_t node) const;
  void CheckCopy(size_t node, const ShareId& id, const ModelShare& share) const;
  void CheckSuggestions(size_t author, size_t origin) const;

  const Model& model_;
  const std::vector<std::unique_ptr<SimNode>>& nodes_;
  const Clock& clock_;
  const Violation violation_;
  std::map<std::pair<ShareId, uint64_t>, Live> published_;  // by share and seq
  mutable std::set<std::string> verified_;
  // Withdrawals of each own share that nothing came after.
  std::map<ShareId, std::map<RecordId, uint64_t>> stubs_;
  // The newest terms that a node has heard of in this life, and since when.
  struct Heard {
    v1::ShareDescriptor descriptor;
    absl::Time since;
  };
  std::map<std::tuple<size_t, uint64_t, ShareId>, Heard> heard_;
  int commits_ = 0;
};

// Row in which the handler counts how often a message was handled.
std::string HandledKey(uint64_t message);

}  // namespace maillage::sim

#endif  // TESTS_SIM_ORACLE_H_
