// Judges whether what is gone is gone: receipts, floors, erasures, damage that
// was repaired; and what became of suggestions.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/encoding.h"
#include "server/directory/shown.h"
#include "server/identity/signed.h"
#include "server/sharing/receipts.h"
#include "server/sharing/recount.h"
#include "server/sharing/suggestion_rows.h"
#include "server/storage/schema.h"
#include "tests/sim/oracle.h"

namespace maillage::sim {
namespace {

using storage::Family;

// Between hearing that somebody is no member any more and going by it.
constexpr absl::Duration kGrace = absl::Seconds(5);

}  // namespace

void Oracle::CommittedOwn(size_t node, const storage::Batch::Op& op) {
  if (op.kind != storage::Batch::Kind::kPut) return;
  const NodeId& self = nodes_[node]->id();
  absl::string_view rest = op.key;
  if (op.family == Family::kLog && NodeId(rest) == self) {
    v1::Entry entry;
    entry.ParseFromString(op.value);
    auto& stubs = stubs_[ShareId(rest.substr(NodeId::kSize))];
    stubs.erase(RecordId(entry.id()));
    if (entry.kind() == v1::ENTRY_KIND_WITHDRAW) stubs[RecordId(entry.id())] = entry.seq();
  }
  if (op.family == Family::kMeta && absl::ConsumePrefix(&rest, "share-floor/")) {
    CheckFloor(node, ShareId(rest), ReadU64(op.value));
  }
  if (op.family == Family::kMeta && absl::ConsumePrefix(&rest, "receipt-sent/")) {
    CheckReceipt(node, NodeId(rest), ShareId(rest.substr(NodeId::kSize)));
  }
  const std::string erasures = absl::StrCat("nodes/", ToText(self), "/erasures/");
  v1::Erasure erasure;
  if (op.family == Family::kObjects && absl::ConsumePrefix(&rest, erasures) &&
      erasure.ParseFromString(op.value) && erasure.has_purge_time()) {
    CheckPurged(node, ParseRecordId(rest).value());
  }
}

// Above its floor a log tells of all that was withdrawn.
void Oracle::CheckStubs(size_t origin, const sharing::Publication& publication,
                        const std::vector<v1::Entry>& log) const {
  std::set<uint64_t> there;
  for (const v1::Entry& entry : log) {
    if (entry.kind() == v1::ENTRY_KIND_WITHDRAW) there.insert(entry.seq());
  }
  const auto stubs = stubs_.find(publication.key.share);
  if (stubs == stubs_.end()) return;
  for (const auto& [id, seq] : stubs->second) {
    if (seq <= publication.head.purge_floor() || there.contains(seq)) continue;
    Fail(origin, "publishes a Head that does not say which stubs are gone");
  }
}

// Nobody who may hold the share is asked to do without a stub.
void Oracle::CheckFloor(size_t origin, const ShareId& share, uint64_t floor) const {
  const NodeId& self = nodes_[origin]->id();
  const auto reader = ReaderOf(nodes_[origin]->disk().families);
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (node == origin) continue;
    const v1::StoredShare stored = StoredShareOf(*nodes_[node], self, share);
    v1::Head head;
    if (!stored.has_head() || stored.dropping()) continue;
    head.ParseFromString(stored.head().payload());
    if (head.seq() >= floor) continue;
    // Messages to who is a partner no more are withdrawn unheard; paired again, the
    // link begins anew.
    if (share == sharing::LinkId(self, nodes_[node]->id()) &&
        model_.parted.contains(std::minmax(origin, node))) {
      continue;
    }
    // Who said to hold nothing may have taken it anew, from an old relay.
    const auto receipt =
        sharing::ReceiptBook::Get(*reader, self, share, nodes_[node]->id()).value();
    if (receipt.has_value() && receipt->dropped()) continue;
    Fail(origin, absl::StrCat("raises a floor to ", floor, " above what node ", node,
                              " holds: ", head.seq()));
  }
}

// Whoever gives a receipt has nothing of what the share lets go of in its files.
void Oracle::CheckReceipt(size_t node, const NodeId& origin, const ShareId& share) const {
  if (model_.damaged.contains({node, share}) || model_.repaired.contains(node)) return;
  const Disk& disk = nodes_[node]->disk();
  const auto reader = ReaderOf(disk.families);
  const std::string prefix = storage::LogPrefix(origin, share);
  for (const Disk::Buried& row : disk.buried) {
    v1::Entry entry;
    if (row.family != Family::kLog || !absl::StartsWith(row.key, prefix)) continue;
    if (!entry.ParseFromString(row.value) || entry.kind() != v1::ENTRY_KIND_PUT) continue;
    const RecordId id(entry.id());
    const auto where = reader->Get(Family::kWhere, storage::WhereKey(origin, id, share)).value();
    if (!where.has_value()) {
      Fail(node, absl::StrCat("gives a receipt while its files hold ", ToText(id)));
    } else if (directory::DecodeSighting(share, *where)->kind != v1::ENTRY_KIND_PUT) {
      Fail(node, absl::StrCat("gives a receipt while its files still hold ", ToText(id)));
    }
  }
}

void Oracle::CheckPurged(size_t node, const RecordId& id) const {
  const auto numbers = model_.numbers.find(id);
  if (numbers == model_.numbers.end()) return;
  const auto check = [&](Family family, absl::string_view bytes) {
    for (const auto& [part, number] : TracesIn(bytes)) {
      if (!numbers->second.contains(number)) continue;
      Fail(node, absl::StrCat("keeps ", Mark(part, number), ", which was erased, in files of ",
                              std::string(storage::FamilyName(family))));
    }
  };
  for (const Disk::Buried& row : nodes_[node]->disk().buried) {
    check(row.family, row.key);
    check(row.family, row.value);
  }
}

// Nothing that was erased is left under any row either.
void Oracle::CheckGone(size_t node) const {
  // What a damaged copy held cannot be told.
  if (model_.repaired.contains(node)) return;
  for (const RecordId& id : model_.erased) CheckPurged(node, id);
}

bool Oracle::NeverHeard(size_t node, const NodeId& origin, const std::string& title) const {
  for (const auto& [id, share] : model_.shares) {
    const Rows& heads = nodes_[node]->disk().rows(Family::kHeads);
    if (share.title == title && heads.contains(storage::HeadKey(origin, id))) return false;
  }
  return true;
}

// All have said that they let go, but for those who may not have heard of it.
void Oracle::CheckErasures(size_t node) const {
  const auto list = nodes_[node]->erasures().List();
  if (!list.ok()) return Fail(node, list.status().ToString());
  for (const v1::Erasure& erasure : *list) {
    if (!erasure.has_purge_time()) Fail(node, "has not purged " + erasure.name());
    for (const v1::ErasureAtMember& member : erasure.members()) {
      const size_t other = NumberOf(ParseNodeId(member.member()).value());
      if (member.done() || model_.parted.contains(std::minmax(node, other))) continue;
      // Who was taken out before it heard of the share has nothing to let go of.
      if (NeverHeard(other, nodes_[node]->id(), member.share())) continue;
      Fail(node, absl::StrCat("waits for node ", other, " to let go of ", erasure.name(), " in ",
                              member.share()));
    }
  }
}

// The rows of a copy fit each other, and no stub lies below the floor.
void Oracle::CheckCopy(size_t node, const ShareId& id, const ModelShare& share) const {
  const NodeId& origin = nodes_[share.origin]->id();
  const Disk& disk = nodes_[node]->disk();
  const v1::StoredShare stored = StoredShareOf(*nodes_[node], origin, id);
  v1::Head head;
  if (!stored.has_head() || share.deleted) return;
  head.ParseFromString(stored.head().payload());
  const auto reader = ReaderOf(disk.families);
  const auto counted = sharing::RecountShare(*reader, origin, id);
  if (!counted.ok() || !counted->Fits(head)) Fail(node, "holds rows that do not fit each other");
  for (const v1::Entry& entry : Log(disk, origin, id)) {
    if (entry.kind() == v1::ENTRY_KIND_WITHDRAW && entry.seq() <= head.purge_floor()) {
      Fail(node, absl::StrCat("keeps a stub below the floor of ", share.title));
    }
  }
  const std::string key = identity::KeyIdOf(nodes_[share.origin]->public_keys().back());
  if (stored.head().key_id() != key) Fail(node, "holds a Head that a former key has signed");
}

// Both sides say the same of a suggestion.
void Oracle::CheckSuggestions(size_t author, size_t origin) const {
  if (model_.parted.contains(std::minmax(author, origin))) return;
  const auto at_author = ReaderOf(nodes_[author]->disk().families);
  const auto at_origin = ReaderOf(nodes_[origin]->disk().families);
  const NodeId& by = nodes_[author]->id();
  std::map<RecordId, v1::SuggestionState> states;
  const auto read = [&](const sharing::SuggestionRow& row) { states[row.id] = row.stored.state(); };
  const std::string prefix = sharing::SuggestionPrefix(by);
  if (!sharing::ForEachSuggestion(*at_origin, prefix, read).ok()) Fail(origin, "bad suggestions");
  const auto compare = [&](const sharing::SuggestionRow& row) {
    if (row.origin() != nodes_[origin]->id()) return;
    const auto there = states.find(row.id);
    const bool sent = row.stored.state() == v1::SUGGESTION_STATE_SENT;
    // Its author gives up on what it does not see any more.
    if (row.stored.state() == v1::SUGGESTION_STATE_REFUSED) return;
    const bool same = there != states.end() &&
                      there->second == (sent ? v1::SUGGESTION_STATE_OPEN : row.stored.state());
    if (!same) Fail(author, absl::StrCat("thinks otherwise of suggestion ", ToText(row.id)));
  };
  if (!sharing::ForEachSuggestion(*at_author, prefix, compare).ok()) Fail(author, "bad rows");
}

void Oracle::Offered(size_t node, const v1::Signed& signed_descriptor) {
  v1::ShareDescriptor descriptor;
  if (!descriptor.ParseFromString(signed_descriptor.payload())) return;
  ShareId id;
  if (!ShareId::FromBytes(descriptor.share(), &id)) return;
  const auto share = model_.shares.find(id);
  if (share == model_.shares.end()) return;
  const auto& keys = nodes_[share->second.origin]->public_keys();
  if (!identity::VerifySigned("ShareDescriptor", signed_descriptor, keys).ok()) return;
  Heard& heard = heard_[{node, nodes_[node]->lives(), id}];
  if (descriptor.version() <= heard.descriptor.version()) return;
  heard = {descriptor, clock_.Now()};
}

// A relay goes by the newest terms that it has heard of.
void Oracle::Serves(size_t node, size_t to, const v1::RunStart& start) {
  const auto heard = heard_.find({node, nodes_[node]->lives(), ShareId(start.share())});
  if (heard == heard_.end() || clock_.Now() < heard->second.since + kGrace) return;
  const v1::ShareDescriptor& terms = heard->second.descriptor;
  const auto& members = terms.members();
  const std::string peer(nodes_[to]->id().bytes());
  if (peer == start.origin() || std::find(members.begin(), members.end(), peer) != members.end()) {
    return;
  }
  Fail(node, absl::StrCat("relays ", terms.title(), " to node ", to, ", which is no member"));
}

}  // namespace maillage::sim
