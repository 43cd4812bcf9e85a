#include "tests/sim/sim_node.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/sharing/receipts.h"

namespace maillage::sim {
namespace {

using storage::Family;

constexpr char kIncarnationKey[] = "incarnation";
constexpr absl::Duration kPublishPause = absl::Milliseconds(20);
constexpr absl::Duration kStorePause = absl::Milliseconds(300);
constexpr absl::Duration kFillPause = absl::Milliseconds(500);

// Nothing in a simulation is large; some runs take the way of large ones.
constexpr size_t kLargeRun = 4;

}  // namespace

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
  sharing::IssuedHeads issued;
  std::unique_ptr<sharing::ReceiptBook> receipt_book;
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
};

SimNode::SimNode(Scheduler* scheduler, size_t number, Hooks hooks)
    : scheduler_(scheduler),
      clock_(scheduler),
      random_(0),
      number_(number),
      hooks_(std::move(hooks)),
      path_(absl::StrCat("/node", number)),
      disk_(&DiskAt(path_)) {
  identity::Keys keys = MakeKeys();
  id_ = identity::NodeIdOf(keys.root.public_key());
  public_key_ = keys.signing.public_key();
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
          identity::SigningKey::FromSeed(seed('s')).value(),
          identity::SealingKey::FromSecret(seed('c')).value(),
          {"certificate", "key", seed('t')}};
}

void SimNode::Start() {
  random_ = scheduler_->Stream("node", {number_, ++lives_});
  Scheduler::SeedBytes(scheduler_->Stream("start", {number_, lives_}));
  life_ = std::make_unique<Life>();
  Life& life = *life_;
  life.database = storage::Database::Open({.path = path_}).value();
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
  MakeParts();
  Check(life.links->Load(), "loading messages");
  life.links->Handle(v1::LinkMessage::kCosignRequest, hooks_.handler);
  life.links->Handle(v1::LinkMessage::kReceipt,
                     [this](const NodeId& from, const RecordId&, const v1::LinkMessage& message,
                            storage::Transaction* transaction) {
                       return life_->receipt_book->Take(from, message, transaction);
                     });
  life.partners->AddListener(
      [this](const identity::PartnerChange& change) { PartnerChanged(change); });
  Reconcile();
  std::set<ShareId> all;
  for (const auto& [id, share] : life.table.Get()->shares) all.insert(id);
  Refresh(all);
  FillLater();
  life.streams->Start();
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
  life.receipt_book =
      std::make_unique<sharing::ReceiptBook>(life.self.get(), life.incarnation, life.partners.get(),
                                             &life.table, &life.issued, database, &clock_);
  life.receipt_book->SetOnLinkHeld(
      [this](const NodeId& from, uint64_t seq) { return life_->links->Withdraw(from, seq); });
  life.subscriptions =
      std::make_unique<sharing::Subscriptions>(id_, life.partners.get(), database, writer, &clock_);
  const auto latest = [this](const sharing::ShareKey& key) -> sharing::PublicationPtr {
    if (key.origin != id_) return life_->holdings->Latest(key);
    const auto it = life_->latest.find(key.share);
    return it == life_->latest.end() ? nullptr : it->second;
  };
  life.holdings = std::make_unique<sharing::Holdings>(life.partners.get(), database);
  life.streams = std::make_unique<sharing::SyncManager>(sharing::SyncManager::Parts{
      life.self.get(), life.partners.get(), writer, &clock_, &life.table, life.subscriptions.get(),
      life.holdings.get(), life.links.get(), life.link_receipts.get(), latest,
      [this](const std::string& line) { hooks_.log(line); }, kLargeRun});
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

void SimNode::Renew() {
  std::set<ShareId> all;
  for (const auto& [id, publication] : life_->latest) all.insert(id);
  Refresh(all);
}

bool SimNode::IsBusy() const {
  return life_ != nullptr && (life_->publishing || life_->filling || !life_->storing.empty());
}

void SimNode::Refresh(const std::set<ShareId>& shares) {
  life_->dirty.insert(shares.begin(), shares.end());
  PublishLater();
}

void SimNode::PublishLater() {
  if (std::exchange(life_->publishing, true)) return;
  After(kPublishPause, [this] { PublishDue(); });
}

// As Publisher::PublishAll(): what is still being stored waits.
void SimNode::PublishDue() {
  Life& life = *life_;
  life.publishing = false;
  const std::shared_ptr<const storage::Reader> snapshot = life.database->Snapshot();
  const sharing::ShareSetPtr set = life.table.Get();
  std::set<ShareId> ready;
  for (const ShareId& id : life.dirty) {
    if (!life.storing.contains(id)) ready.insert(id);
  }
  for (const ShareId& id : ready) {
    life.dirty.erase(id);
    const sharing::OwnSharePtr share = set->Find(id);
    if (share != nullptr && share->IsServed()) {
      Publish(share, snapshot);
    } else {
      life.latest.erase(id);
    }
  }
}

void SimNode::Publish(const sharing::OwnSharePtr& share,
                      const std::shared_ptr<const storage::Reader>& snapshot) {
  Life& life = *life_;
  const auto last = life.latest.find(share->id);
  auto issued =
      sharing::Issue({id_, life.incarnation, &life.self->signer()}, share, snapshot,
                     last == life.latest.end() ? nullptr : &last->second->head, clock_.Now());
  if (!issued.ok()) return Check(issued.status(), "publishing");
  hooks_.published(issued->publication);
  life.latest[share->id] = issued->publication;
  life.streams->Published(issued->publication);
  StoreLater(share->id, std::move(issued->transaction));
}

void SimNode::StoreLater(const ShareId& id, storage::Transaction transaction) {
  life_->storing.insert(id);
  auto kept = std::make_shared<storage::Transaction>(std::move(transaction));
  After(kStorePause, [this, id, kept] {
    // Refused where another Head came first.
    (void)life_->writer->Commit(std::move(*kept));
    life_->storing.erase(id);
    if (!life_->dirty.empty()) PublishLater();
  });
}

void SimNode::FillLater() {
  if (std::exchange(life_->filling, true)) return;
  After(kFillPause, [this] { FillDue(); });
}

void SimNode::FillDue() {
  Life& life = *life_;
  life.filling = false;
  const sharing::ShareSetPtr set = life.table.Get();
  for (const auto& [id, share] : set->shares) {
    const bool empties = share->stored.deleted() && life.emptied.insert(id).second;
    if (!share->stored.filling() && !empties) continue;
    Check(life.shares->FillOne(*share), "filling");
    return FillLater();
  }
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
