#include "server/sharing/shares.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/signed.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr size_t kMaxTitleBytes = 200;
constexpr absl::Duration kRetryPause = absl::Seconds(30);

std::string RowPrefix(const NodeId& self) {
  return absl::StrCat("nodes/", ToText(self), "/shares/");
}

absl::Status NoSuchShare(absl::string_view name) {
  return NotFound("NO_SUCH_SHARE", absl::StrCat("this node has no share ", name),
                  "maillage share list shows those it has");
}

absl::Status CheckSpec(const ShareSpec& spec) {
  if (spec.title.empty() || spec.title.size() > kMaxTitleBytes || spec.title == "link" ||
      absl::StrContains(spec.title, '/')) {
    return InvalidArgument("BAD_SHARE", "a share's title has 1 to 200 bytes and no slash",
                           "give it another title");
  }
  if (spec.view < v1::VIEW_CARD || spec.view > v1::VIEW_FULL) {
    return InvalidArgument("BAD_SHARE", "a share has a view", "choose card, professional or full");
  }
  if (spec.members.empty()) {
    return InvalidArgument("BAD_SHARE", "a share has members", "name at least one partner");
  }
  return absl::OkStatus();
}

void SetMembers(std::vector<NodeId> members, v1::ShareDescriptor* descriptor) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  descriptor->clear_members();
  for (const NodeId& member : members) descriptor->add_members(std::string(member.bytes()));
}

std::vector<NodeId> MembersOf(const v1::ShareDescriptor& descriptor) {
  return {descriptor.members().begin(), descriptor.members().end()};
}

void AddFormer(const NodeId& node, v1::StoredOwnShare* stored) {
  const std::string bytes(node.bytes());
  const auto& former = stored->former_members();
  if (std::find(former.begin(), former.end(), bytes) == former.end()) {
    stored->add_former_members(bytes);
  }
}

}  // namespace

absl::Status Shares::Load(const NodeId& self, const storage::Reader& reader, ShareTable* table) {
  absl::Status bad;
  RETURN_IF_ERROR(reader.ScanPrefix(
      Family::kObjects, RowPrefix(self), [&](absl::string_view key, absl::string_view value) {
        v1::StoredOwnShare stored;
        if (!stored.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          bad = DataLoss("BAD_ROW", absl::StrCat(key, " cannot be read"), "restore from a backup");
          return false;
        }
        auto share = OwnShare::FromStored(std::move(stored));
        bad = share.status();
        if (share.ok()) table->Put(*std::move(share));
        return bad.ok();
      }));
  return bad;
}

Shares::Shares(const NodeId& self, const identity::SigningKey* key,
               const storage::Database* database, storage::Writer* writer, ShareTable* table,
               OnChanged on_changed, OnError on_error)
    : self_(self),
      key_(key),
      writer_(writer),
      table_(table),
      on_changed_(std::move(on_changed)),
      on_error_(std::move(on_error)),
      filler_(self, database, writer, &stopping_) {}

Shares::~Shares() { Stop(); }

void Shares::Start() {
  filler_thread_ = std::thread([this] { FillerLoop(); });
}

void Shares::Stop() {
  {
    const MutexLock lock(&filler_mutex_);
    stopping_ = true;
    filler_wake_.SignalAll();
  }
  if (filler_thread_.joinable()) filler_thread_.join();
}

absl::StatusOr<OwnSharePtr> Shares::Create(const ShareSpec& spec, absl::string_view who) {
  RETURN_IF_ERROR(CheckSpec(spec));
  const MutexLock lock(&mutex_);
  for (const OwnSharePtr& share : List()) {
    if (share->descriptor.title() == spec.title) {
      return Error(absl::StatusCode::kAlreadyExists, "TITLE_TAKEN",
                   absl::StrCat("there is a share ", spec.title, " already"),
                   "choose another title or delete that share");
    }
  }
  const ShareId id = NewShareId();
  v1::ShareDescriptor descriptor;
  descriptor.set_origin(std::string(self_.bytes()));
  descriptor.set_share(std::string(id.bytes()));
  descriptor.set_title(spec.title);
  descriptor.set_filter(spec.filter.ToString());
  descriptor.set_view(spec.view);
  SetMembers(spec.members, &descriptor);
  descriptor.set_relayable(spec.relayable);
  v1::StoredOwnShare stored;
  stored.set_filling(true);
  RETURN_IF_ERROR(Publish(std::move(stored), std::move(descriptor), who, "create"));
  return table_->Get()->Find(id);
}

absl::Status Shares::Delete(const ShareId& id, absl::string_view who) {
  const MutexLock lock(&mutex_);
  const OwnSharePtr share = table_->Get()->Find(id);
  if (share == nullptr || share->is_link() || share->stored.deleted()) {
    return NoSuchShare(ToText(id));
  }
  v1::StoredOwnShare stored = share->stored;
  for (const NodeId& member : MembersOf(share->descriptor)) AddFormer(member, &stored);
  stored.set_deleted(true);
  stored.set_filling(false);
  v1::ShareDescriptor descriptor = share->descriptor;
  descriptor.clear_members();
  return Publish(std::move(stored), std::move(descriptor), who, "delete");
}

absl::StatusOr<OwnSharePtr> Shares::Find(absl::string_view name) const {
  for (const OwnSharePtr& share : List()) {
    if (name == ShareName(self_, share->id) || name == ToText(share->id) ||
        name == share->descriptor.title()) {
      return share;
    }
  }
  return NoSuchShare(name);
}

std::vector<OwnSharePtr> Shares::List() const {
  std::vector<OwnSharePtr> list;
  const ShareSetPtr set = table_->Get();
  for (const auto& [id, share] : set->shares) {
    if (share->TakesRecords()) list.push_back(share);
  }
  std::sort(list.begin(), list.end(), [](const OwnSharePtr& a, const OwnSharePtr& b) {
    return a->descriptor.title() < b->descriptor.title();
  });
  return list;
}

absl::Status Shares::AddPartner(const NodeId& node) {
  const MutexLock lock(&mutex_);
  const ShareId id = LinkId(self_, node);
  const OwnSharePtr link = table_->Get()->Find(id);
  if (link != nullptr && link->HasMember(node)) return absl::OkStatus();
  v1::StoredOwnShare stored;
  v1::ShareDescriptor descriptor;
  if (link != nullptr) {
    stored = link->stored;
    descriptor = link->descriptor;
  }
  descriptor.set_origin(std::string(self_.bytes()));
  descriptor.set_share(std::string(id.bytes()));
  descriptor.set_title("link");
  descriptor.set_view(v1::VIEW_FULL);
  descriptor.set_link(true);
  SetMembers({node}, &descriptor);
  return Publish(std::move(stored), std::move(descriptor), "", "");
}

absl::Status Shares::RemovePartner(const NodeId& node) {
  const MutexLock lock(&mutex_);
  const ShareSetPtr set = table_->Get();
  for (const auto& [id, share] : set->shares) {
    if (share->HasMember(node)) RETURN_IF_ERROR(RemoveMember(*share, node));
  }
  return absl::OkStatus();
}

absl::Status Shares::RemoveMember(const OwnShare& share, const NodeId& node) {
  v1::StoredOwnShare stored = share.stored;
  AddFormer(node, &stored);
  v1::ShareDescriptor descriptor = share.descriptor;
  std::vector<NodeId> members = MembersOf(descriptor);
  std::erase(members, node);
  SetMembers(std::move(members), &descriptor);
  return Publish(std::move(stored), std::move(descriptor), "system", "take a partner out of");
}

absl::Status Shares::Publish(v1::StoredOwnShare stored, v1::ShareDescriptor descriptor,
                             absl::string_view who, absl::string_view what) {
  descriptor.set_version(descriptor.version() + 1);
  *stored.mutable_share_descriptor() = identity::SignMessage(descriptor, *key_);
  return Store(std::move(stored), who, what);
}

absl::Status Shares::Store(v1::StoredOwnShare stored, absl::string_view who,
                           absl::string_view what) {
  ASSIGN_OR_RETURN(const OwnSharePtr share, OwnShare::FromStored(std::move(stored)));
  const std::string name = ShareName(self_, share->id);
  storage::Transaction transaction;
  transaction.writes.Put(Family::kObjects, name, share->stored.SerializeAsString());
  transaction.who = std::string(who);
  if (!what.empty()) transaction.what = absl::StrCat(what, " ", name);
  Mutex mutex;
  CondVar cond;
  bool done = false;
  absl::Status result;
  writer_->Submit(std::move(transaction), [&](absl::Status status) {
    if (status.ok()) table_->Put(share);
    const MutexLock lock(&mutex);
    result = std::move(status);
    done = true;
    cond.Signal();
  });
  {
    const MutexLock lock(&mutex);
    while (!done) cond.Wait(&mutex);
  }
  RETURN_IF_ERROR(result);
  on_changed_({share->id});
  const MutexLock lock(&filler_mutex_);
  filler_work_ = true;
  filler_wake_.SignalAll();
  return absl::OkStatus();
}

void Shares::FillerLoop() {
  std::set<ShareId> emptied;
  while (true) {
    {
      const MutexLock lock(&filler_mutex_);
      while (!filler_work_ && !stopping_) filler_wake_.Wait(&filler_mutex_);
      if (stopping_) return;
      filler_work_ = false;
    }
    for (OwnSharePtr share = NextToFill(emptied); share != nullptr && !stopping_;
         share = NextToFill(emptied)) {
      if (share->stored.deleted()) emptied.insert(share->id);
      const absl::Status status = FillOne(*share);
      if (status.ok() || stopping_) continue;
      on_error_(share->id, status);
      const MutexLock lock(&filler_mutex_);
      if (!stopping_) filler_wake_.WaitFor(&filler_mutex_, kRetryPause);
    }
  }
}

OwnSharePtr Shares::NextToFill(const std::set<ShareId>& emptied) const {
  const ShareSetPtr set = table_->Get();
  for (const auto& [id, share] : set->shares) {
    if (share->stored.filling()) return share;
    if (share->stored.deleted() && !emptied.contains(id)) return share;
  }
  return nullptr;
}

absl::Status Shares::FillOne(const OwnShare& share) {
  if (share.stored.deleted()) return filler_.Empty(share.id);
  RETURN_IF_ERROR(filler_.Fill(share.id));
  const MutexLock lock(&mutex_);
  const OwnSharePtr now = table_->Get()->Find(share.id);
  if (!now->stored.filling()) return absl::OkStatus();
  v1::StoredOwnShare stored = now->stored;
  stored.set_filling(false);
  return Store(std::move(stored), "", "");
}

}  // namespace maillage::sharing
