// How a node of a simulation looks after what is gone, its keys and suggestions.
#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "tests/sim/sim_life.h"

namespace maillage::sim {
namespace {

constexpr absl::Duration kTendPause = absl::Minutes(2);
constexpr absl::Duration kPurgePause = absl::Seconds(10);

}  // namespace

void SimNode::MakeCare() {
  Life& life = *life_;
  const storage::Database* database = life.database.get();
  storage::Writer* writer = life.writer.get();
  const identity::Self* self = life.self.get();
  life.erase_log = sharing::EraseLog::Open(path_, "").value();
  life.receipts = std::make_unique<sharing::ReceiptBook>(
      self, life.incarnation, life.partners.get(), &life.table, &life.issued, database, &clock_);
  life.receipts->SetOnLinkHeld(
      [this](const NodeId& from, uint64_t seq) { return life_->links->Withdraw(from, seq); });
  life.giver = std::make_unique<sharing::ReceiptGiver>(self, database, writer, life.links.get(),
                                                       life.subscriptions.get(), &clock_);
  life.floors = std::make_unique<sharing::FloorKeeper>(
      id_, database, writer, &life.table,
      [this](const std::set<ShareId>& raised) { Refresh(raised); });
  life.caretaker = std::make_unique<sharing::Caretaker>(
      sharing::Caretaker::Parts{database, life.giver.get(), life.floors.get(), &clock_,
                                [this] { life_->streams->ReleaseSnapshots(); },
                                [this](absl::Time time) { return life_->erasures->Purged(time); }});
  life.erasures = std::make_unique<sharing::Erasures>(sharing::Erasures::Parts{
      id_, database, writer, &life.table, life.erase_log.get(), life.caretaker.get(), &clock_,
      [](const NodeId& node) { return ToText(node); }});
  life.subscriptions->SetOnRemoved([this](const auto& ranges, auto owed) {
    life_->caretaker->Removed(ranges, std::move(owed));
  });
  life.links->Handle(v1::LinkMessage::kReceipt,
                     [this](const NodeId& from, const RecordId&, const v1::LinkMessage& message,
                            storage::Transaction* transaction) {
                       return life_->receipts->Take(from, message, transaction);
                     });
  life.rotation = std::make_unique<identity::Rotation>(life.self.get(), path_,
                                                       std::vector<std::string>(), writer, &clock_);
  life.rotation->OnSigningKey([this] { FillLater(); });
  MakeSuggestions();
}

void SimNode::MakeSuggestions() {
  Life& life = *life_;
  directory::Directory::Nodes nodes;
  nodes.find = [](absl::string_view) {
    return absl::StatusOr<NodeId>(absl::NotFoundError("none"));
  };
  nodes.all = [] { return std::vector<NodeId>(); };
  life.directory = std::make_unique<directory::Directory>(id_, life.database.get(),
                                                          life.writer.get(), &clock_, nodes);
  life.suggestions = std::make_unique<sharing::Suggestions>(sharing::Suggestions::Parts{
      life.self.get(), life.partners.get(), &life.table, life.database.get(), life.writer.get(),
      &clock_, life.links.get(), life.directory.get()});
  life.suggestions->Register();
  life.erasures->OnErased([this]() -> absl::StatusOr<storage::KeyRange> {
    RETURN_IF_ERROR(life_->suggestions->DropOrphans());
    return sharing::SuggestionRange();
  });
}

void SimNode::StartCare() {
  if (hooks_.cares) life_->caretaker->SetWake([this] { PurgeLater(); });
  Check(life_->caretaker->Load(), "loading owed receipts");
  if (!hooks_.cares) return;
  if (life_->caretaker->HasRemoved()) PurgeLater();
  TendLater();
}

void SimNode::TendLater() {
  After(kTendPause, [this] {
    Tend();
    TendLater();
  });
}

void SimNode::Tend() {
  const std::atomic<bool> stopping = false;
  const std::string alias = absl::StrCat("node", number_);
  Check(life_->rotation->Tick({alias, alias, {}}), "keys");
  const absl::Status status = life_->caretaker->Tend(stopping);
  // Another commit came first: there is a next time.
  if (!absl::IsAborted(status)) Check(status, "tending");
}

void SimNode::PurgeLater() {
  if (std::exchange(life_->purging, true)) return;
  After(kPurgePause, [this] {
    life_->purging = false;
    Purge();
    if (life_->caretaker->HasRemoved()) PurgeLater();
  });
}

void SimNode::Purge() { Check(life_->caretaker->Purge(), "purging"); }

sharing::Erasures& SimNode::erasures() { return *life_->erasures; }
sharing::Suggestions& SimNode::suggestions() { return *life_->suggestions; }
const directory::Directory& SimNode::directory() const { return *life_->directory; }

absl::Status SimNode::RotateSigning(bool revoke) {
  const absl::Status status = life_->rotation->RotateSigning(revoke, "operators/sim");
  NoteKey();
  return status;
}

// What was named in a descriptor that reached the disk is noted at the next start.
void SimNode::NoteKey() {
  const std::string& key = life_->self->signer().Get()->public_key();
  if (public_keys_.back() != key) public_keys_.push_back(key);
}

}  // namespace maillage::sim
