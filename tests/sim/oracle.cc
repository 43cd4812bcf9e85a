#include "tests/sim/oracle.h"

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "roaring/roaring.hh"
#include "server/directory/directory.h"
#include "server/directory/shown.h"
#include "server/directory/terms.h"
#include "server/identity/signed.h"
#include "server/sharing/inbox.h"
#include "server/sharing/own_share.h"
#include "server/storage/schema.h"

namespace maillage::sim {
namespace {

using storage::Family;

// Commits from one check of the index to the next.
constexpr int kIndexChecks = 16;

std::string Digest(absl::string_view domain, absl::string_view content) {
  const std::string all = absl::StrCat("maillage/v1/", domain, absl::string_view("\0", 1), content);
  return std::string(Sha256::ThisThread().Begin().Add(all).Finish().bytes());
}

std::string LeafOf(const v1::Entry& entry) {
  std::string bytes = entry.id();
  AppendU64(&bytes, entry.seq());
  bytes.push_back(static_cast<char>(entry.kind()));
  bytes.push_back(static_cast<char>(entry.view()));
  AppendU64(&bytes, entry.revision());
  AppendU32(&bytes, static_cast<uint32_t>(entry.payload().size()));
  return Digest("leaf", bytes + entry.payload());
}

// `leaves` by position (4 nibbles as text), then id.
std::string NodeHash(const std::map<std::pair<std::string, std::string>, std::string>& leaves,
                     const std::string& prefix) {
  static const char kNibbles[] = "0123456789abcdef";
  std::string content;
  bool any = false;
  if (prefix.size() == 4) {
    for (const auto& [place, leaf] : leaves) {
      if (place.first == prefix) content += place.second + leaf;
    }
    return content.empty() ? std::string(32, '\0') : Digest("bucket", content);
  }
  for (int i = 0; i < 16; ++i) {
    const std::string below = prefix + kNibbles[i];
    const auto it = leaves.lower_bound({below, ""});
    const bool full = it != leaves.end() && absl::StartsWith(it->first.first, below);
    content += full ? NodeHash(leaves, below) : std::string(32, '\0');
    any = any || full;
  }
  return any ? Digest("inner", content) : std::string(32, '\0');
}

}  // namespace

Hash NaiveRoot(const std::vector<v1::Entry>& entries) {
  std::map<std::pair<std::string, std::string>, std::string> leaves;
  for (const v1::Entry& entry : entries) {
    if (entry.kind() != v1::ENTRY_KIND_PUT) continue;
    const Hash place = Sha256::ThisThread().Begin().Add(entry.id()).Finish();
    leaves[{HexEncode(place.bytes()).substr(0, 4), entry.id()}] = LeafOf(entry);
  }
  return Hash(NodeHash(leaves, ""));
}

std::string HandledKey(uint64_t message) { return absl::StrCat("sim/", message); }

void Oracle::Fail(size_t node, const std::string& what) const {
  violation_(absl::StrCat("node ", node, ": ", what));
}

size_t Oracle::NumberOf(const NodeId& id) const {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i]->id() == id) return i;
  }
  return nodes_.size();
}

std::vector<v1::Entry> Oracle::Log(const Disk& disk, const NodeId& origin,
                                   const ShareId& share) const {
  std::vector<v1::Entry> log;
  const std::string prefix = storage::LogPrefix(origin, share);
  const Rows& rows = disk.rows(Family::kLog);
  for (auto it = rows.lower_bound(prefix); it != rows.end() && absl::StartsWith(it->first, prefix);
       ++it) {
    log.emplace_back().ParseFromString(it->second);
  }
  return log;
}

Oracle::Live Oracle::LiveOf(const std::vector<v1::Entry>& log) const {
  Live live;
  for (const v1::Entry& entry : log) {
    if (entry.kind() != v1::ENTRY_KIND_PUT) continue;
    const auto traces = TracesIn(entry.payload());
    live[RecordId(entry.id())] = traces.empty() ? 0 : traces.front().second;
  }
  return live;
}

void Oracle::Published(size_t origin, const sharing::PublicationPtr& publication) {
  const ShareId id = publication->key.share;
  const auto share = model_.shares.find(id);
  if (share == model_.shares.end()) return;  // a link
  const Live expected = model_.Scope(share->second);
  published_[{id, publication->head.seq()}] = expected;
  const auto log = Log(nodes_[origin]->disk(), nodes_[origin]->id(), id);
  if (LiveOf(log) != expected) Fail(origin, "publishes what is not its share's scope");
  CheckStubs(origin, *publication, log);
  if (NaiveRoot(log).bytes() != absl::string_view(publication->head.root())) {
    Fail(origin, "publishes a Head whose root is not that of its log");
  }
}

void Oracle::Committed(size_t node, const storage::Batch& batch) {
  std::set<std::string> shares;
  for (const storage::Batch::Op& op : batch.ops()) {
    if (op.family == Family::kHeads || op.family == Family::kLog) {
      shares.insert(op.key.substr(0, NodeId::kSize + ShareId::kSize));
    }
    CommittedOwn(node, op);
  }
  for (const std::string& key : shares) {
    if (NodeId(key) != nodes_[node]->id()) CheckHead(node, key);
  }
  // The dearest check; now and then is enough to find what goes wrong.
  if (++commits_ % kIndexChecks == 0) CheckIndex(node);
}

void Oracle::CheckHead(size_t node, const std::string& key) const {
  const Disk& disk = nodes_[node]->disk();
  const NodeId origin(key);
  const ShareId share(absl::string_view(key).substr(NodeId::kSize));
  if (model_.damaged.contains({node, share})) return;
  const Rows& heads = disk.rows(Family::kHeads);
  const auto row = heads.find(key);
  const auto log = Log(disk, origin, share);
  v1::StoredShare stored;
  if (row != heads.end()) stored.ParseFromString(row->second);
  if (stored.dropping()) return;
  if (!stored.has_head()) {
    if (!log.empty()) Fail(node, "holds entries of a share without a Head");
    return;
  }
  const size_t from = NumberOf(origin);
  v1::Head head;
  if (!OpenHead(from, stored.head(), &head)) {
    return Fail(node, absl::StrCat("stores a Head that is not of node ", from));
  }
  if (NaiveRoot(log).bytes() != absl::string_view(head.root())) {
    Fail(node,
         absl::StrCat("holds what is not under the Head of node ", from, ": seq ", head.seq(),
                      " of ", log.empty() ? 0 : log.back().seq(), " in share ", ToText(share)));
  }
  const auto published = published_.find({share, head.seq()});
  if (published != published_.end() && LiveOf(log) != published->second) {
    Fail(node, absl::StrCat("holds what node ", from, " did not publish"));
  }
}

bool Oracle::OpenHead(size_t origin, const v1::Signed& signed_head, v1::Head* head) const {
  if (!verified_.contains(signed_head.signature() + signed_head.payload())) {
    if (!identity::VerifySigned("Head", signed_head, nodes_[origin]->public_keys()).ok()) {
      return false;
    }
    verified_.insert(signed_head.signature() + signed_head.payload());
  }
  return head->ParseFromString(signed_head.payload());
}

void Oracle::CheckAtRest() {
  for (size_t node = 0; node < nodes_.size(); ++node) {
    for (const auto& [key, row] : nodes_[node]->disk().rows(Family::kHeads)) CheckHead(node, key);
    for (const auto& [id, share] : model_.shares) {
      CheckSubscribed(node, id, share);
      CheckCopy(node, id, share);
    }
    for (size_t origin = 0; origin < nodes_.size(); ++origin) {
      if (origin == node) continue;
      CheckShown(node, origin);
      CheckSuggestions(node, origin);
    }
    CheckIndex(node);
    CheckBytes(node);
    CheckGone(node);
    CheckErasures(node);
  }
  CheckMessages();
}

void Oracle::CheckSubscribed(size_t node, const ShareId& id, const ModelShare& share) const {
  const Disk& disk = nodes_[node]->disk();
  const auto live = LiveOf(Log(disk, nodes_[share.origin]->id(), id));
  const bool holds = node == share.origin || model_.subscribed.contains({node, id});
  const Live expected = holds ? model_.Scope(share) : Live();
  if (live == expected) return;
  const Rows& heads = disk.rows(Family::kHeads);
  const auto row = heads.find(storage::HeadKey(nodes_[share.origin]->id(), id));
  v1::StoredShare stored;
  if (row != heads.end()) stored.ParseFromString(row->second);
  Fail(node, absl::StrCat("holds ", live.size(), " records of ", share.title, " of node ",
                          share.origin, " where it should hold ", expected.size(), " (subscribed ",
                          stored.subscribed(), ", quarantine ", stored.quarantine().reason(), ")"));
}

void Oracle::CheckShown(size_t node, size_t origin) const {
  const auto reader = ReaderOf(nodes_[node]->disk().families);
  const auto visible = model_.Visible(node, origin);
  std::set<RecordId> known;
  for (const auto& [id, content] : model_.records[origin]) known.insert(id);
  for (const auto& [key, row] : nodes_[node]->disk().rows(Family::kWhere)) {
    const absl::string_view rest = absl::string_view(key).substr(NodeId::kSize);
    const ShareId share(rest.substr(RecordId::kSize));
    const bool link = share == sharing::LinkId(nodes_[origin]->id(), nodes_[node]->id());
    if (NodeId(key) == nodes_[origin]->id() && !link) known.insert(RecordId(rest));
  }
  for (const RecordId& id : known) {
    const auto shown = directory::ReadShown(*reader, nodes_[origin]->id(), id);
    if (!shown.ok()) return Fail(node, shown.status().ToString());
    const auto it = visible.find(id);
    if ((*shown == nullptr) != (it == visible.end())) {
      Fail(node, absl::StrCat(*shown == nullptr ? "does not show" : "shows", " record ", ToText(id),
                              " of node ", origin));
    } else if (*shown != nullptr) {
      CheckActor(node, **shown, model_.records[origin].at(id), it->second);
    }
  }
}

void Oracle::CheckActor(size_t node, const v1::Actor& actor, const Content& content,
                        v1::View view) const {
  v1::Actor expected = ActorOf(content);
  std::set<std::string> contacts;
  for (const v1::ContactPoint& contact : actor.contact_points()) contacts.insert(contact.value());
  std::set<std::string> right;
  const auto address = [&](Part part) {
    return absl::StrCat(Mark(part, content.number), "@example.org");
  };
  if (view >= v1::VIEW_PROFESSIONAL) right.insert(address(Part::kWork));
  if (view >= v1::VIEW_FULL) right.insert(address(Part::kPrivate));
  const bool same = actor.person_name().family() == expected.person_name().family() &&
                    actor.organisation_name() == expected.organisation_name() &&
                    contacts == right && actor.notes().empty() && actor.tags_size() == 0;
  if (!same) Fail(node, absl::StrCat("shows record ", content.number, " otherwise than it is"));
}

// Every term of all that is shown has its posting, and no other.
void Oracle::CheckIndex(size_t node) const {
  const Disk& disk = nodes_[node]->disk();
  const NodeId& self = nodes_[node]->id();
  const auto damaged = model_.damaged.lower_bound({node, ShareId()});
  if (damaged != model_.damaged.end() && damaged->first == node) return;
  const auto reader = ReaderOf(disk.families);
  std::map<std::string, Roaring> expected;
  for (const auto& [key, place] : disk.rows(Family::kOrdinals)) {
    if (key.front() != 'o') continue;
    const NodeId origin(place);
    const RecordId id(absl::string_view(place).substr(NodeId::kSize));
    std::shared_ptr<const v1::Actor> actor;
    if (origin != self) {
      actor = directory::ReadShown(*reader, origin, id).value();
    } else if (const auto row = reader->Get(Family::kActors, storage::ActorKey(id)).value()) {
      actor = directory::ParseOwnRow(self, id, *row).value();
    }
    if (actor == nullptr) return Fail(node, "has a number for a record that it does not show");
    const uint32_t ordinal = ReadU32(absl::string_view(key).substr(1));
    for (const auto& [field, text] : directory::TermsOf(self, origin, *actor)) {
      expected[storage::PostingKey(static_cast<uint8_t>(field), text, 0)].add(ordinal);
    }
  }
  for (const auto& [key, value] : disk.rows(Family::kPostings)) {
    if (!(expected[key] == Roaring::readSafe(value.data(), value.size()))) {
      return Fail(node, absl::StrCat("indexes what it does not show: ", absl::CHexEscape(key)));
    }
    expected.erase(key);
  }
  if (!expected.empty()) Fail(node, "shows what it does not index");
}

void Oracle::CheckBytes(size_t node) const {
  for (int family = 0; family < storage::kFamilyCount; ++family) {
    for (const auto& [key, value] : nodes_[node]->disk().rows(Family(family))) {
      CheckTraces(node, Family(family), key, value);
    }
  }
}

void Oracle::CheckTraces(size_t node, Family family, const std::string& key,
                         const std::string& value) const {
  const ModelShare* own_log = nullptr;
  ModelShare none;
  none.deleted = true;
  if (family == Family::kLog && NodeId(key) == nodes_[node]->id()) {
    const auto share = model_.shares.find(ShareId(absl::string_view(key).substr(NodeId::kSize)));
    own_log = share == model_.shares.end() ? &none : &share->second;
  }
  for (const auto& bytes : {key, value}) {
    for (const auto& [part, number] : TracesIn(bytes)) {
      if (MayHave(node, part, number, own_log)) continue;
      Fail(node, absl::StrCat("keeps ", Mark(part, number), " in family ",
                              std::string(storage::FamilyName(family))));
    }
  }
}

bool Oracle::MayHave(size_t node, Part part, uint64_t number, const ModelShare* own_log) const {
  for (size_t origin = 0; origin < nodes_.size(); ++origin) {
    for (const auto& [id, content] : model_.records[origin]) {
      if (content.number != number) continue;
      if (origin == node && own_log == nullptr) return true;
      int view = 0;
      if (origin == node) {
        const bool in_scope = !own_log->deleted && FilterTakes(own_log->filter, content);
        view = in_scope ? own_log->view : 0;
      } else {
        const auto visible = model_.Visible(node, origin);
        const auto it = visible.find(id);
        view = it == visible.end() ? 0 : it->second;
      }
      return static_cast<int>(part) <= view;
    }
  }
  return false;
}

void Oracle::CheckMessages() const {
  for (const auto& [number, message] : model_.messages) {
    const Rows& objects = nodes_[message.to]->disk().rows(Family::kObjects);
    const auto row = objects.find(HandledKey(number));
    const std::string times = row == objects.end() ? "0" : row->second;
    if (times == "1" || (times == "0" && !message.certain)) continue;
    Fail(message.to,
         absl::StrCat("handled message ", number, " of node ", message.from, " ", times, " times"));
  }
  for (size_t node = 0; node < nodes_.size(); ++node) {
    for (const auto& [key, value] : nodes_[node]->disk().rows(Family::kInbox)) {
      const auto row = sharing::DecodeInbox(value);
      if (!row.ok() || row->waiting) Fail(node, "has a message that still waits");
      // A receipt that a clock was ahead of, or a key that was revoked meanwhile has
      // signed, is followed by others.
      const bool late = row.ok() && (absl::StrContains(row->reason, "10 minutes from now") ||
                                     absl::StrContains(row->reason, "Receipt is signed by a key"));
      if (row.ok() && !row->reason.empty() && !late)
        Fail(node, "set a message aside: " + row->reason);
    }
  }
}

}  // namespace maillage::sim
