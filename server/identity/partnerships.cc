#include "server/identity/partnerships.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "maillage/v1/stored.pb.h"
#include "server/identity/crypto.h"
#include "server/identity/descriptor.h"
#include "server/identity/timestamps.h"
#include "server/storage/races.h"

namespace maillage::identity {
namespace {

using storage::Family;

constexpr char kRowPrefix[] = "partnership/";

std::string RowKey(const std::string& id) { return absl::StrCat(kRowPrefix, HexEncode(id)); }

void AddRow(const Partnership& partnership, storage::Transaction* transaction) {
  v1::StoredPartnership row;
  *row.mutable_roster() = partnership.roster.signed_roster;
  row.set_accepted(partnership.accepted);
  transaction->writes.Put(Family::kMeta, RowKey(partnership.id()), row.SerializeAsString());
}

absl::Status NotCoordinator(absl::string_view title) {
  return Error(absl::StatusCode::kPermissionDenied, "NOT_COORDINATOR",
               absl::StrCat("this node neither coordinates ", title, " nor is its deputy"),
               "Ask the coordinator.");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Partnerships>> Partnerships::Load(Parts parts,
                                                                 const storage::Reader& reader) {
  std::unique_ptr<Partnerships> partnerships(new Partnerships(std::move(parts)));
  absl::Status bad;
  RETURN_IF_ERROR(reader.ScanPrefix(
      Family::kMeta, kRowPrefix, [&](absl::string_view key, absl::string_view value) {
        v1::StoredPartnership row;
        absl::StatusOr<OpenedRoster> roster = absl::DataLossError("unreadable");
        if (row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          roster = OpenKeptRoster(row.roster());
        }
        if (!roster.ok()) {
          bad = DataLoss("BAD_ROW", absl::StrCat("row ", key, ": ", roster.status().message()),
                         "restore from a backup");
          return false;
        }
        const std::vector<std::string> keys = partnerships->KeysOf(roster->coordinator);
        roster->by_coordinator = VerifySigned("Roster", row.roster(), keys).ok();
        const std::string id = roster->roster.partnership();
        partnerships->Show(id, std::make_shared<const Partnership>(
                                   Partnership{*std::move(roster), row.accepted()}));
        return true;
      }));
  RETURN_IF_ERROR(bad);
  return partnerships;
}

void Partnerships::Start() {
  const MutexLock lock(&change_mutex_);
  Apply();
}

std::vector<PartnershipPtr> Partnerships::List() const {
  std::vector<PartnershipPtr> list;
  {
    const MutexLock lock(&mutex_);
    for (const auto& [id, partnership] : partnerships_) list.push_back(partnership);
  }
  std::sort(list.begin(), list.end(),
            [](const auto& a, const auto& b) { return a->title() < b->title(); });
  return list;
}

absl::StatusOr<PartnershipPtr> Partnerships::Find(absl::string_view name) const {
  for (const PartnershipPtr& partnership : List()) {
    if (partnership->title() == name || HexEncode(partnership->id()) == name) return partnership;
  }
  return NotFound("NO_SUCH_PARTNERSHIP", absl::StrCat("there is no partnership '", name, "'"),
                  "See: maillage partnership list");
}

PartnershipPtr Partnerships::Get(const std::string& id) const {
  const MutexLock lock(&mutex_);
  const auto it = partnerships_.find(id);
  return it == partnerships_.end() ? nullptr : it->second;
}

void Partnerships::Show(const std::string& id, PartnershipPtr partnership) {
  const MutexLock lock(&mutex_);
  if (partnership == nullptr) {
    partnerships_.erase(id);
  } else {
    partnerships_[id] = std::move(partnership);
  }
}

std::vector<NodeId> Partnerships::PartnersIn(absl::string_view id) const {
  std::vector<NodeId> nodes;
  const PartnershipPtr partnership = Get(std::string(id));
  if (partnership == nullptr || !partnership->accepted) return nodes;
  for (const OpenedRoster::Member& member : partnership->roster.members) {
    if (parts_.partners->Get(member.node) != nullptr) nodes.push_back(member.node);
  }
  return nodes;
}

std::vector<std::string> Partnerships::KeysOf(const NodeId& node) const {
  if (node == parts_.self->node()) return SigningKeysOf(parts_.self->descriptor());
  const PartnerPtr partner = parts_.partners->Get(node);
  return partner == nullptr ? std::vector<std::string>() : partner->signing_keys;
}

RosterKeys Partnerships::KeysFor(const NodeId& coordinator, const PartnershipPtr& known) const {
  RosterKeys keys{KeysOf(coordinator), {}};
  if (known != nullptr && !known->roster.deputy.is_zero()) {
    keys.deputy = KeysOf(known->roster.deputy);
  }
  return keys;
}

absl::StatusOr<PartnershipPtr> Partnerships::Create(const std::string& title, const NodeId& deputy,
                                                    const std::vector<NodeId>& relays,
                                                    absl::string_view who) {
  const MutexLock lock(&change_mutex_);
  if (Find(title).ok()) {
    return Error(absl::StatusCode::kAlreadyExists, "TITLE_TAKEN",
                 absl::StrCat("there is a partnership ", title, " already"));
  }
  v1::Roster roster;
  roster.set_partnership(RandomBytes(kPartnershipIdBytes));
  roster.set_title(title);
  roster.set_coordinator(std::string(parts_.self->node().bytes()));
  if (!deputy.is_zero()) roster.set_deputy(std::string(deputy.bytes()));
  std::vector<NodeId> members = relays;
  members.push_back(parts_.self->node());
  if (!deputy.is_zero()) members.push_back(deputy);
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  for (const NodeId& node : members) {
    v1::RosterMember* member = roster.add_members();
    const PartnerPtr partner = parts_.partners->Get(node);
    *member->mutable_node_descriptor() =
        partner == nullptr ? parts_.self->signed_descriptor() : partner->signed_descriptor;
    member->set_suggested_alias(partner == nullptr ? parts_.self->alias() : partner->alias);
    member->set_relay(std::find(relays.begin(), relays.end(), node) != relays.end());
  }
  return Issue(std::move(roster), nullptr, who);
}

absl::StatusOr<PartnershipPtr> Partnerships::Change(absl::string_view name, const Edit& edit,
                                                    absl::string_view who) {
  ASSIGN_OR_RETURN(const PartnershipPtr before, Find(name));
  const NodeId& self = parts_.self->node();
  if (before->roster.coordinator != self && before->roster.deputy != self) {
    return NotCoordinator(before->title());
  }
  v1::Roster roster = before->roster.roster;
  RETURN_IF_ERROR(edit(before->roster, &roster));
  return Issue(std::move(roster), before, who);
}

absl::StatusOr<PartnershipPtr> Partnerships::AddMember(absl::string_view name, const NodeId& node,
                                                       bool relay, absl::string_view who) {
  const MutexLock lock(&change_mutex_);
  const PartnerPtr partner = parts_.partners->Get(node);
  if (partner == nullptr) return NotFound("NO_SUCH_PARTNER", "the node is not a partner");
  return Change(
      name,
      [&](const OpenedRoster& before, v1::Roster* roster) {
        const OpenedRoster::Member* known = before.Find(node);
        v1::RosterMember* member = nullptr;
        for (v1::RosterMember& row : *roster->mutable_members()) {
          if (known != nullptr &&
              row.node_descriptor().payload() == known->row.node_descriptor().payload()) {
            member = &row;
          }
        }
        if (member == nullptr) member = roster->add_members();
        *member->mutable_node_descriptor() = partner->signed_descriptor;
        member->set_suggested_alias(partner->alias);
        member->set_relay(relay);
        return absl::OkStatus();
      },
      who);
}

absl::StatusOr<PartnershipPtr> Partnerships::RemoveMember(absl::string_view name,
                                                          const NodeId& node,
                                                          absl::string_view who) {
  const MutexLock lock(&change_mutex_);
  return Change(
      name,
      [&](const OpenedRoster& before, v1::Roster* roster) {
        if (node == before.coordinator || node == before.deputy) {
          return FailedPrecondition("STILL_NEEDED",
                                    "coordinator and deputy stay members of their partnership");
        }
        if (before.Find(node) == nullptr) {
          return NotFound("NOT_A_MEMBER", "the node is no member of the partnership");
        }
        roster->clear_members();
        for (const OpenedRoster::Member& member : before.members) {
          if (member.node != node) *roster->add_members() = member.row;
        }
        return absl::OkStatus();
      },
      who);
}

absl::StatusOr<PartnershipPtr> Partnerships::Issue(v1::Roster roster, const PartnershipPtr& before,
                                                   absl::string_view who) {
  for (v1::RosterMember& member : *roster.mutable_members()) {
    ASSIGN_OR_RETURN(const v1::NodeDescriptor descriptor,
                     OpenFirstDescriptor(member.node_descriptor()));
    const NodeId node = NodeIdOf(descriptor.root_public_key());
    if (node == parts_.self->node()) {
      *member.mutable_node_descriptor() = parts_.self->signed_descriptor();
    } else if (const PartnerPtr partner = parts_.partners->Get(node)) {
      *member.mutable_node_descriptor() = partner->signed_descriptor;
    }
  }
  roster.set_version(roster.version() + 1);
  *roster.mutable_issued_at() = ToTimestamp(parts_.clock->Now());
  const v1::Signed signed_roster = SignMessage(roster, parts_.self->signer());
  ASSIGN_OR_RETURN(OpenedRoster opened, OpenKeptRoster(signed_roster));
  opened.by_coordinator = opened.coordinator == parts_.self->node();
  // Whoever issues a roster has said yes to it.
  const auto after =
      std::make_shared<const Partnership>(Partnership{std::move(opened), /*accepted=*/true});
  RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
    storage::Transaction transaction;
    AddRow(*after, &transaction);
    transaction.who = std::string(who);
    transaction.what = absl::StrCat("issue partnerships/", HexEncode(after->id()), " version ",
                                    after->roster.roster.version());
    RETURN_IF_ERROR(Send(after, before, &transaction));
    return parts_.writer->Commit(std::move(transaction));
  }));
  Show(after->id(), after);
  Apply();
  return after;
}

absl::Status Partnerships::Send(const PartnershipPtr& partnership, const PartnershipPtr& before,
                                storage::Transaction* transaction) const {
  std::vector<NodeId> nodes;
  for (const PartnershipPtr& version : {partnership, before}) {
    if (version == nullptr) continue;
    for (const OpenedRoster::Member& member : version->roster.members) nodes.push_back(member.node);
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  v1::LinkMessage message;
  *message.mutable_roster() = partnership->roster.signed_roster;
  for (const NodeId& node : nodes) {
    if (parts_.partners->Get(node) == nullptr) continue;
    RETURN_IF_ERROR(parts_.add_to_link(node, message, transaction));
  }
  return absl::OkStatus();
}

}  // namespace maillage::identity
