#include "server/sharing/sharing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// Waiters look at least this often.
constexpr absl::Duration kLookInterval = absl::Milliseconds(250);

absl::Status NotInSync(const v1::SyncStatus& status) {
  std::string behind;
  for (const v1::ShareStatus& share : status.shares()) {
    if (share.seq() == share.head_seq() && share.last_error().empty()) continue;
    absl::StrAppend(&behind, behind.empty() ? ": " : ", ", share.title(),
                    share.supplying() ? " to " : " from ", share.partner(), " at ", share.seq(),
                    " of ", share.head_seq());
  }
  return Error(absl::StatusCode::kDeadlineExceeded, "NOT_IN_SYNC",
               absl::StrCat("not all shares are in sync yet", behind),
               "maillage sync status shows what is missing");
}

// Whether the partner's stream may stand on a certificate that counts no more.
bool LostCertificate(const identity::Partner& before, const identity::Partner& after) {
  const auto& now = after.descriptor.tls_certificate_hashes();
  const auto& old = before.descriptor.tls_certificate_hashes();
  return std::any_of(old.begin(), old.end(), [&](const std::string& hash) {
    return std::find(now.begin(), now.end(), hash) == now.end();
  });
}

}  // namespace

Sharing::Sharing(Options options)
    : options_(std::move(options)),
      self_(options_.self->node()),
      stage_(
          self_, &table_, &options_.self->signer(),
          [this](const std::set<ShareId>& shares) {
            if (Publisher* publisher = grown_) publisher->Refresh(shares);
          },
          options_.gates) {}

Sharing::~Sharing() { Stop(); }

absl::StatusOr<std::unique_ptr<Sharing>> Sharing::Create(Options options) {
  std::unique_ptr<Sharing> sharing(new Sharing(std::move(options)));
  RETURN_IF_ERROR(
      Shares::Load(sharing->self_, sharing->options_.database->latest(), &sharing->table_));
  return sharing;
}

absl::Status Sharing::Open(storage::Writer* writer) {
  writer_ = writer;
  ASSIGN_OR_RETURN(const Incarnation incarnation, ReadIncarnation());
  MakeParts(incarnation);
  MakeCaretaker(incarnation);
  RETURN_IF_ERROR(recovery_->Load());
  if (recovery_->active()) Hold();
  RETURN_IF_ERROR(links_->Load());
  options_.partners->AddListener(
      [this](const identity::PartnerChange& change) { PartnerChanged(change); });
  options_.self->AddListener(
      [this](const v1::Signed& descriptor) { streams_->NodeChanged(descriptor); });
  return absl::OkStatus();
}

absl::StatusOr<Incarnation> Sharing::ReadIncarnation() {
  ASSIGN_OR_RETURN(const auto row, options_.database->latest().Get(Family::kMeta, kIncarnationRow));
  Incarnation incarnation;
  if (row.has_value()) {
    if (Incarnation::FromBytes(*row, &incarnation)) return incarnation;
    return DataLoss("BAD_ROW", "the node's incarnation cannot be read", "restore from a backup");
  }
  incarnation = NewIncarnation(options_.clock->Now());
  storage::Transaction transaction;
  transaction.writes.Put(Family::kMeta, kIncarnationRow, std::string(incarnation.bytes()));
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  return incarnation;
}

void Sharing::MakeParts(const Incarnation& incarnation) {
  const storage::Database* database = options_.database;
  const auto on_error = [this](const ShareId& share, const absl::Status& status) {
    Log(absl::StrCat("share ", ToText(share)), status);
  };
  links_ =
      std::make_unique<Links>(options_.self, options_.partners, database, writer_, options_.clock);
  link_receipts_ = std::make_unique<LinkReceipts>(options_.self, database, writer_, links_.get(),
                                                  options_.clock);
  subscriptions_ =
      std::make_unique<Subscriptions>(self_, options_.partners, database, writer_, options_.clock);
  holdings_ = std::make_unique<Holdings>(options_.partners, database);
  recovery_ = std::make_unique<Recovery>(Recovery::Parts{
      options_.self, options_.partners, database, writer_, &table_, options_.clock,
      [this](const v1::Signed& descriptor) {
        return shares_->Adopt(descriptor, identity::SigningKeysOf(options_.self->descriptor()));
      },
      [this](const RecordId& id) { return options_.erase_log->Has(id); },
      [this](const RecordId& id) { return erasures_->EraseAgain(id); }});
  streams_ = std::make_unique<SyncManager>(SyncManager::Parts{
      options_.self, options_.partners, writer_, options_.clock, &table_, subscriptions_.get(),
      holdings_.get(), links_.get(), link_receipts_.get(),
      [this](const ShareKey& key) {
        return key.origin == self_ ? publisher_->Latest(key.share) : holdings_->Latest(key);
      },
      options_.log, kLargeRunEntries, recovery_.get(),
      [this] {
        Hold();
        if (on_recovering_) on_recovering_();
      },
      [this](const Incarnation& incarnation) { Recovered(incarnation); }, options_.tend_interval});
  publisher_ = std::make_unique<Publisher>(
      Issuer{self_, incarnation, &options_.self->signer()}, database, writer_, &table_,
      options_.clock,
      [this](const PublicationPtr& publication) {
        issued_.Note(publication->head, publication->signed_head.payload());
        streams_->Published(publication);
      },
      on_error);
  shares_ = std::make_unique<Shares>(
      self_, &options_.self->signer(), database, writer_, &table_,
      [this](const std::set<ShareId>& shares) { SharesChanged(shares); }, on_error, options_.gates);
  reporter_ = std::make_unique<SyncReporter>(
      SyncReporter::Parts{self_, options_.clock, options_.partners, &table_, publisher_.get(),
                          subscriptions_.get(), streams_.get(), recovery_.get()});
  verifier_ = std::make_unique<Verifier>(
      Verifier::Parts{self_, database, writer_, &table_, subscriptions_.get(), streams_.get(),
                      [this](const std::set<ShareId>& shares) { publisher_->Refresh(shares); },
                      [this](const NodeId& node) { return reporter_->AliasOf(node); }});
  streams_->SetOnChange([this] {
    const MutexLock lock(&mutex_);
    ++changes_;
    changed_.SignalAll();
  });
  grown_ = publisher_.get();
}

void Sharing::MakeCaretaker(const Incarnation& incarnation) {
  const identity::Self* self = options_.self;
  const storage::Database* database = options_.database;
  receipt_book_ = std::make_unique<ReceiptBook>(self, incarnation, options_.partners, &table_,
                                                &issued_, database, options_.clock);
  receipt_giver_ = std::make_unique<ReceiptGiver>(self, database, writer_, links_.get(),
                                                  subscriptions_.get(), options_.clock);
  floors_ = std::make_unique<FloorKeeper>(
      self_, database, writer_, &table_,
      [this](const std::set<ShareId>& shares) { publisher_->Refresh(shares); });
  caretaker_ = std::make_unique<Caretaker>(
      Caretaker::Parts{database, receipt_giver_.get(), floors_.get(), options_.clock,
                       [this] {
                         publisher_->Tend();
                         streams_->ReleaseSnapshots();
                       },
                       [this](absl::Time time) { return erasures_->Purged(time); }});
  erasures_ = std::make_unique<Erasures>(Erasures::Parts{
      self_, database, writer_, &table_, options_.erase_log, caretaker_.get(), options_.clock,
      [this](const NodeId& node) { return reporter_->AliasOf(node); }});
  caretaker_thread_ = std::make_unique<CaretakerThread>(
      caretaker_.get(), options_.purge_pause,
      [this](const absl::Status& status) { Log("looking after what is gone", status); });
  subscriptions_->SetInboxUse([this](const NodeId& node) { return links_->UseOf(node); });
  subscriptions_->SetOnRemoved(
      [this](const auto& ranges, auto owed) { caretaker_->Removed(ranges, std::move(owed)); });
  receipt_book_->SetOnLinkHeld(
      [this](const NodeId& from, uint64_t seq) { return links_->Withdraw(from, seq); });
  links_->Handle(v1::LinkMessage::kReceipt,
                 [this](const NodeId& from, const RecordId&, const v1::LinkMessage& message,
                        storage::Transaction* transaction) {
                   return receipt_book_->Take(from, message, transaction);
                 });
}

absl::Status Sharing::Start() {
  started_ = true;
  if (!recovery_->active()) RETURN_IF_ERROR(Reconcile());
  RETURN_IF_ERROR(erasures_->Replay());
  publisher_->Start();
  shares_->Start();
  caretaker_thread_->Start();
  streams_->Start();
  return absl::OkStatus();
}

void Sharing::Stop() {
  if (!std::exchange(started_, false)) return;
  streams_->Stop();
  caretaker_thread_->Stop();
  shares_->Stop();
  grown_ = nullptr;
  publisher_->Stop();
}

absl::Status Sharing::Reconcile() {
  // A stop may have come between a partner and its link.
  RETURN_IF_ERROR(MakeLinks());
  const ShareSetPtr set = table_.Get();
  for (const auto& [id, share] : set->shares) {
    for (const std::string& member : share->descriptor.members()) {
      const NodeId node(member);
      if (options_.partners->Get(node) != nullptr) continue;
      RETURN_IF_ERROR(shares_->RemovePartner(node));
    }
  }
  return absl::OkStatus();
}

absl::Status Sharing::MakeLinks() {
  for (const identity::PartnerPtr& partner : options_.partners->List()) {
    std::vector<NodeId> relays;
    for (const NodeId& relay : partner->relays) {
      if (options_.partners->Get(relay) != nullptr) relays.push_back(relay);
    }
    RETURN_IF_ERROR(shares_->AddPartner(partner->node, relays));
  }
  return absl::OkStatus();
}

void Sharing::PartnerChanged(const identity::PartnerChange& change) {
  if (change.after == nullptr) {
    Log("taking a partner out of shares", shares_->RemovePartner(change.before->node));
    streams_->PartnerRemoved(change.before->node);
    return;
  }
  // Whoever comes may carry for others, too.
  if (change.before == nullptr || change.before->relays != change.after->relays) {
    Log("making links", MakeLinks());
  }
  if (change.before != nullptr && LostCertificate(*change.before, *change.after)) {
    streams_->CloseStream(change.after->node);
  }
}

void Sharing::SharesChanged(const std::set<ShareId>& shares) {
  streams_->SharesChanged();
  publisher_->Refresh(shares);
}

void Sharing::OnRecovery(std::function<void()> begun, std::function<void()> ended) {
  on_recovering_ = std::move(begun);
  on_recovered_ = std::move(ended);
}

std::optional<v1::Recovery> Sharing::ReportRecovery() const {
  return recovery_->Report([this](const NodeId& node) { return streams_->IsConnected(node); });
}

void Sharing::Hold() {
  publisher_->Hold();
  shares_->Hold();
}

void Sharing::Recovered(const Incarnation& incarnation) {
  receipt_book_->SetIncarnation(incarnation);
  shares_->Resume();
  Log("making links", Reconcile());
  publisher_->Resume(incarnation);
  if (on_recovered_) on_recovered_();
}

void Sharing::Log(absl::string_view what, const absl::Status& status) const {
  if (status.ok() || !options_.log) return;
  options_.log(absl::StrCat(what, ": ", status.message(), " (", ErrorReason(status), ")"));
}

absl::StatusOr<v1::SyncStatus> Sharing::WaitInSync(absl::Duration timeout,
                                                   const std::function<bool()>& is_cancelled) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    uint64_t seen = 0;
    {
      const MutexLock lock(&mutex_);
      seen = changes_;
    }
    ASSIGN_OR_RETURN(v1::SyncStatus status, reporter_->Report());
    if (status.in_sync()) return status;
    const absl::Time now = absl::Now();
    if (now >= deadline || is_cancelled()) return NotInSync(status);
    const MutexLock lock(&mutex_);
    if (seen == changes_) changed_.WaitFor(&mutex_, std::min(kLookInterval, deadline - now));
  }
}

}  // namespace maillage::sharing
