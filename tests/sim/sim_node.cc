#include "tests/sim/sim_node.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/next_keys.h"
#include "tests/sim/sim_life.h"

namespace maillage::sim {
namespace {

using storage::Family;

constexpr char kIncarnationKey[] = "incarnation";
// Nothing in a simulation is large; some runs take the way of large ones.
constexpr size_t kLargeRun = 4;

}  // namespace

SimNode::SimNode(Scheduler* scheduler, size_t number, Hooks hooks)
    : scheduler_(scheduler),
      clock_(scheduler),
      random_(0),
      number_(number),
      hooks_(std::move(hooks)),
      path_(absl::StrCat("/node", number)),
      disk_(&DiskAt(path_)) {
  disk_->keys[identity::kSigningName] = absl::StrCat(std::string(30, 's'), number_ + 10);
  identity::Keys keys = MakeKeys();
  id_ = identity::NodeIdOf(keys.root.public_key());
  public_keys_ = {keys.signing.public_key()};
  const auto database = storage::Database::Open({.path = path_}).value();
  storage::Writer writer(database.get(), {});
  const std::string alias = absl::StrCat("node", number);
  identity::Self::Create(std::move(keys), {alias, alias, {}}, std::string(32, 'r'), &writer,
                         *scheduler)
      .value();
}

SimNode::~SimNode() = default;

identity::Keys SimNode::MakeKeys() const {
  const auto seed = [&](char kind) { return absl::StrCat(std::string(30, kind), number_ + 10); };
  return {identity::SigningKey::FromSeed(seed('r')).value(),
          identity::SigningKey::FromSeed(disk_->keys.at(identity::kSigningName)).value(),
          identity::SealingKey::FromSecret(seed('c')).value(),
          {"certificate", "key", seed('t')}};
}

void SimNode::Start() {
  random_ = scheduler_->Stream("node", {number_, ++lives_});
  Scheduler::SeedBytes(scheduler_->Stream("start", {number_, lives_}));
  life_ = std::make_unique<Life>();
  Life& life = *life_;
  life.database = storage::Database::Open({.path = path_}).value();
  Check(identity::SettleNextKeys(path_, life.database->latest()), "settling keys");
  life.self =
      identity::Self::Load(MakeKeys(), absl::StrCat("node", number_), life.database->latest())
          .value();
  life.partners =
      identity::Partners::Load(life.self.get(), life.database->latest(), &clock_).value();
  Check(sharing::Shares::Load(id_, life.database->latest(), &life.table), "loading shares");
  life.index = std::make_unique<directory::IndexStage>(id_);
  life.stage = std::make_unique<sharing::ShareStage>(
      id_, &life.table, &life.self->signer(),
      [this](const std::set<ShareId>& grown) { Refresh(grown); });
  life.writer = std::make_unique<storage::Writer>(
      life.database.get(), std::vector<storage::CommitStage*>{life.index.get(), life.stage.get()});
  NoteKey();
  MakeParts();
  MakeCare();
  Check(life.links->Load(), "loading messages");
  life.links->Handle(v1::LinkMessage::kCosignRequest, hooks_.handler);
  life.partners->AddListener(
      [this](const identity::PartnerChange& change) { PartnerChanged(change); });
  life.self->AddListener(
      [this](const v1::Signed& descriptor) { life_->streams->NodeChanged(descriptor); });
  Reconcile();
  Check(life.erasures->Replay(), "replaying erasures");
  std::set<ShareId> all;
  for (const auto& [id, share] : life.table.Get()->shares) all.insert(id);
  Refresh(all);
  FillLater();
  life.streams->Start();
  StartCare();
}

// As Sharing does.
void SimNode::Reconcile() {
  Life& life = *life_;
  for (const identity::PartnerPtr& partner : life.partners->List()) {
    Check(life.shares->AddPartner(partner->node), "making a link");
  }
  const sharing::ShareSetPtr set = life.table.Get();
  for (const auto& [id, share] : set->shares) {
    for (const std::string& member : share->descriptor.members()) {
      if (life.partners->Get(NodeId(member)) != nullptr) continue;
      Check(life.shares->RemovePartner(NodeId(member)), "taking a partner out");
    }
  }
}

void SimNode::PartnerChanged(const identity::PartnerChange& change) {
  if (change.after == nullptr) {
    Check(life_->shares->RemovePartner(change.before->node), "taking a partner out");
    life_->streams->PartnerRemoved(change.before->node);
  } else if (change.before == nullptr) {
    Check(life_->shares->AddPartner(change.after->node), "making a link");
  }
}

void SimNode::MakeParts() {
  Life& life = *life_;
  const storage::Database* database = life.database.get();
  storage::Writer* writer = life.writer.get();
  life.incarnation = ReadIncarnation();
  life.links = std::make_unique<sharing::Links>(life.self.get(), life.partners.get(), database,
                                                writer, &clock_);
  life.link_receipts = std::make_unique<sharing::LinkReceipts>(life.self.get(), database, writer,
                                                               life.links.get(), &clock_);
  life.subscriptions =
      std::make_unique<sharing::Subscriptions>(id_, life.partners.get(), database, writer, &clock_);
  const auto latest = [this](const sharing::ShareKey& key) -> sharing::PublicationPtr {
    if (key.origin != id_) return life_->holdings->Latest(key);
    const auto it = life_->latest.find(key.share);
    return it == life_->latest.end() ? nullptr : it->second;
  };
  life.holdings = std::make_unique<sharing::Holdings>(life.partners.get(), database);
  sharing::SyncManager::Parts parts{life.self.get(),
                                    life.partners.get(),
                                    writer,
                                    &clock_,
                                    &life.table,
                                    life.subscriptions.get(),
                                    life.holdings.get(),
                                    life.links.get(),
                                    life.link_receipts.get(),
                                    latest,
                                    [this](const std::string& line) { hooks_.log(line); },
                                    kLargeRun};
  parts.seed = static_cast<uint32_t>(random_.Next());
  life.streams = std::make_unique<sharing::SyncManager>(std::move(parts));
  life.shares = std::make_unique<sharing::Shares>(
      id_, &life.self->signer(), database, writer, &life.table,
      [this](const std::set<ShareId>& changed) {
        life_->streams->SharesChanged();
        Refresh(changed);
        FillLater();
      },
      [this](const ShareId&, const absl::Status& status) { Check(status, "shares"); });
}

Incarnation SimNode::ReadIncarnation() {
  const auto row = life_->database->latest().Get(Family::kMeta, kIncarnationKey).value();
  if (row.has_value()) return Incarnation(*row);
  const Incarnation incarnation = NewIncarnation(clock_.Now());
  storage::Transaction transaction;
  transaction.writes.Put(Family::kMeta, kIncarnationKey, std::string(incarnation.bytes()));
  Check(life_->writer->Commit(std::move(transaction)), "incarnation");
  return incarnation;
}

void SimNode::Crash() {
  disk_->dead = true;
  // What is dying may still look around.
  life_->streams->Stop();
  life_.reset();
}

sharing::SyncManager* SimNode::streams() {
  return life_ == nullptr || disk_->dead ? nullptr : life_->streams.get();
}

storage::Writer& SimNode::writer() { return *life_->writer; }
sharing::Shares& SimNode::shares() { return *life_->shares; }
sharing::Links& SimNode::links() { return *life_->links; }
const identity::Self& SimNode::self() const { return *life_->self; }

void SimNode::Pair(const SimNode& with) {
  const auto added = life_->partners->Add(with.self().signed_descriptor(), with.self().alias(),
                                          life_->writer.get(), storage::Transaction());
  Check(added.status(), "pairing");
}

void SimNode::Unpair(const NodeId& from) {
  Check(life_->partners->Remove(from, life_->writer.get(), "operators/sim"), "unpairing");
}

bool SimNode::IsPairedWith(const NodeId& node) const {
  return life_->partners->Get(node) != nullptr;
}

void SimNode::After(absl::Duration longest, std::function<void()> task) {
  scheduler_->After(random_.UpTo(longest), [this, life = lives_, task] {
    if (life == lives_ && life_ != nullptr && !disk_->dead) task();
  });
}

void SimNode::Check(const absl::Status& status, const char* what) const {
  if (status.ok() || disk_->dead) return;
  hooks_.violation(absl::StrCat("node ", number_, ": ", what, ": ", status.ToString()));
}

v1::StoredShare StoredShareOf(const SimNode& node, const NodeId& origin, const ShareId& share) {
  v1::StoredShare stored;
  const Rows& rows = node.disk().rows(Family::kHeads);
  const auto row = rows.find(storage::HeadKey(origin, share));
  if (row != rows.end()) stored.ParseFromString(row->second);
  return stored;
}

}  // namespace maillage::sim
