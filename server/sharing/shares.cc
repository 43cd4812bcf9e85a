#include "server/sharing/shares.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/signed.h"
#include "server/sharing/share_preview.h"
#include "server/storage/races.h"

namespace maillage::sharing {
namespace {

using storage::Family;

std::string RowPrefix(const NodeId& self) {
  return absl::StrCat("nodes/", ToText(self), "/shares/");
}

absl::Status NoSuchShare(absl::string_view name) {
  return NotFound("NO_SUCH_SHARE", absl::StrCat("this node has no share ", name),
                  "maillage share list shows those it has");
}

}  // namespace

absl::Status Shares::Load(const NodeId& self, const storage::Reader& reader, ShareTable* table) {
  absl::Status bad;
  const std::string prefix = RowPrefix(self);
  RETURN_IF_ERROR(reader.ScanPrefix(
      Family::kObjects, prefix, [&](absl::string_view key, absl::string_view value) {
        // Receipts stand below their share.
        if (absl::StrContains(key.substr(prefix.size()), '/')) return true;
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

Shares::Shares(const NodeId& self, const identity::Signer* signer,
               const storage::Database* database, storage::Writer* writer, ShareTable* table,
               OnChanged on_changed, OnError on_error, directory::Gates gates)
    : self_(self),
      signer_(signer),
      database_(database),
      writer_(writer),
      table_(table),
      on_changed_(std::move(on_changed)),
      on_error_(std::move(on_error)),
      gates_(std::move(gates)),
      filler_(self, database, writer, &stopping_),
      resigner_(self, database, writer, table, signer, &stopping_) {}

Shares::~Shares() { Stop(); }

absl::StatusOr<OwnSharePtr> Shares::Create(const ShareSpec& spec, absl::string_view who) {
  RETURN_IF_ERROR(CheckSpec(spec));
  RETURN_IF_ERROR(CheckNotHeld());
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
  std::vector<NodeId> members = spec.members;
  members.insert(members.end(), spec.partnership_members.begin(), spec.partnership_members.end());
  SetMembers(std::move(members), &descriptor);
  descriptor.set_relayable(spec.relayable);
  v1::StoredOwnShare stored;
  for (const std::string& partnership : spec.partnerships) stored.add_partnerships(partnership);
  if (!spec.partnerships.empty()) {
    for (const NodeId& node : spec.members) stored.add_named_members(std::string(node.bytes()));
  }
  stored.set_filling(true);
  RETURN_IF_ERROR(Publish(std::move(stored), std::move(descriptor), who, "create"));
  return table_->Get()->Find(id);
}

absl::StatusOr<OwnSharePtr> Shares::Existing(const ShareId& id) const {
  OwnSharePtr share = table_->Get()->Find(id);
  if (share == nullptr || !share->TakesRecords()) return NoSuchShare(ToText(id));
  return share;
}

absl::StatusOr<OwnSharePtr> Shares::Update(const ShareId& id, const ShareChange& change,
                                           absl::string_view who) {
  RETURN_IF_ERROR(CheckNotHeld());
  const MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const OwnSharePtr share, Existing(id));
  ASSIGN_OR_RETURN(EditedShare edited, Edit(*share, change));
  if (!edited.changed) return share;
  if (edited.scope_changed) {
    edited.stored.set_filling(true);
    edited.stored.set_scope_version(edited.descriptor.version() + 1);
  }
  RETURN_IF_ERROR(
      Publish(std::move(edited.stored), std::move(edited.descriptor), who, "change the terms of"));
  return table_->Get()->Find(id);
}

absl::StatusOr<v1::PreviewShareResponse> Shares::Preview(
    const ShareId& id, const ShareChange& change, size_t records,
    const std::function<std::string(const NodeId&)>& alias_of) const {
  ASSIGN_OR_RETURN(const OwnSharePtr share, Existing(id));
  ASSIGN_OR_RETURN(const EditedShare edited, Edit(*share, change));
  return PreviewShare({*database_->Snapshot(), self_, *table_->Get(), gates_}, id, edited, records,
                      alias_of);
}

absl::Status Shares::Delete(const ShareId& id, absl::string_view who) {
  RETURN_IF_ERROR(CheckNotHeld());
  const MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const OwnSharePtr share, Existing(id));
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

absl::Status Shares::AddPartner(const NodeId& node, const std::vector<NodeId>& relays) {
  if (held_) return absl::OkStatus();
  const MutexLock lock(&mutex_);
  const ShareId id = LinkId(self_, node);
  const OwnSharePtr link = table_->Get()->Find(id);
  std::vector<NodeId> members = relays;
  members.push_back(node);
  std::sort(members.begin(), members.end());
  if (link != nullptr && MembersOf(link->descriptor) == members) return absl::OkStatus();
  v1::StoredOwnShare stored;
  v1::ShareDescriptor descriptor;
  if (link != nullptr) {
    stored = link->stored;
    descriptor = link->descriptor;
    for (const NodeId& before : MembersOf(descriptor)) {
      if (!std::binary_search(members.begin(), members.end(), before)) AddFormer(before, &stored);
    }
  }
  descriptor.set_origin(std::string(self_.bytes()));
  descriptor.set_share(std::string(id.bytes()));
  descriptor.set_title("link");
  descriptor.set_view(v1::VIEW_FULL);
  descriptor.set_link(true);
  descriptor.set_link_to(std::string(node.bytes()));
  descriptor.set_relayable(!relays.empty());
  SetMembers(std::move(members), &descriptor);
  return Publish(std::move(stored), std::move(descriptor), "", "");
}

absl::Status Shares::RemovePartner(const NodeId& node) {
  if (held_) return absl::OkStatus();
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
  ForgetName(node, &stored);
  v1::ShareDescriptor descriptor = share.descriptor;
  std::vector<NodeId> members = MembersOf(descriptor);
  std::erase(members, node);
  SetMembers(std::move(members), &descriptor);
  return Publish(std::move(stored), std::move(descriptor), "system", "take a partner out of");
}

absl::Status Shares::Publish(v1::StoredOwnShare stored, v1::ShareDescriptor descriptor,
                             absl::string_view who, absl::string_view what) {
  descriptor.set_version(descriptor.version() + 1);
  *stored.mutable_share_descriptor() = identity::SignMessage(descriptor, *signer_);
  return Store(std::move(stored), who, what);
}

absl::Status Shares::Store(v1::StoredOwnShare stored, absl::string_view who,
                           absl::string_view what) {
  ASSIGN_OR_RETURN(const OwnSharePtr share, OwnShare::FromStored(std::move(stored)));
  const std::string name = ShareName(self_, share->id);
  RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
    storage::Transaction transaction;
    transaction.writes.Put(Family::kObjects, name, share->stored.SerializeAsString());
    transaction.who = std::string(who);
    if (!what.empty()) transaction.what = absl::StrCat(what, " ", name);
    if (share->stored.deleted()) RETURN_IF_ERROR(CloseHead(*share, &transaction));
    return CommitAndShow(share, std::move(transaction));
  }));
  on_changed_({share->id});
  WakeFiller();
  return absl::OkStatus();
}

absl::Status Shares::CloseHead(const OwnShare& share, storage::Transaction* transaction) const {
  // A Head that is on its way to the disk relies on the row as it was, so it is
  // refused from now on, and emptying the share is the last that is done to it.
  const std::string key = storage::HeadKey(self_, share.id);
  ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kHeads, key));
  v1::StoredShare stored;
  if (row.has_value() && !stored.ParseFromString(*row)) {
    return DataLoss("BAD_ROW", "the stored Head of a share cannot be read",
                    "restore from a backup");
  }
  stored.set_dropping(true);
  transaction->preconditions.push_back({Family::kHeads, key, row});
  transaction->writes.Put(Family::kHeads, key, stored.SerializeAsString());
  return absl::OkStatus();
}

absl::Status Shares::CommitAndShow(const OwnSharePtr& share, storage::Transaction transaction) {
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
  const MutexLock lock(&mutex);
  while (!done) cond.Wait(&mutex);
  return result;
}

}  // namespace maillage::sharing
