// What a node of a simulation loses when it crashes.
#ifndef TESTS_SIM_SIM_LIFE_H_
#define TESTS_SIM_SIM_LIFE_H_

#include <map>
#include <memory>
#include <set>

#include "server/directory/directory.h"
#include "server/directory/index_stage.h"
#include "server/identity/rotation.h"
#include "server/sharing/caretaker.h"
#include "server/sharing/erase_log.h"
#include "server/sharing/erasures.h"
#include "server/sharing/link_receipts.h"
#include "server/sharing/purge_floor.h"
#include "server/sharing/receipts.h"
#include "server/sharing/suggestions.h"
#include "tests/sim/sim_node.h"

namespace maillage::sim {

struct SimNode::Life {
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<identity::Self> self;
  std::unique_ptr<identity::Partners> partners;
  sharing::ShareTable table;
  std::unique_ptr<directory::IndexStage> index;
  std::unique_ptr<sharing::ShareStage> stage;
  std::unique_ptr<storage::Writer> writer;
  Incarnation incarnation;
  std::unique_ptr<sharing::Links> links;
  std::unique_ptr<sharing::LinkReceipts> link_receipts;
  std::unique_ptr<sharing::Subscriptions> subscriptions;
  std::unique_ptr<sharing::Holdings> holdings;
  std::unique_ptr<sharing::Shares> shares;
  std::set<ShareId> emptied;
  bool filling = false;
  // What the publisher's thread keeps.
  std::map<ShareId, sharing::PublicationPtr> latest;
  std::set<ShareId> dirty;
  std::set<ShareId> storing;
  bool publishing = false;
  std::unique_ptr<sharing::SyncManager> streams;
  // What looks after what is gone.
  std::unique_ptr<sharing::EraseLog> erase_log;
  sharing::IssuedHeads issued;
  std::unique_ptr<sharing::ReceiptBook> receipts;
  std::unique_ptr<sharing::ReceiptGiver> giver;
  std::unique_ptr<sharing::FloorKeeper> floors;
  std::unique_ptr<sharing::Caretaker> caretaker;
  std::unique_ptr<sharing::Erasures> erasures;
  bool purging = false;
  std::unique_ptr<identity::Rotation> rotation;
  std::unique_ptr<directory::Directory> directory;
  std::unique_ptr<sharing::Suggestions> suggestions;
};

}  // namespace maillage::sim

#endif  // TESTS_SIM_SIM_LIFE_H_
