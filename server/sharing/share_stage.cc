#include "server/sharing/share_stage.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/terms.h"
#include "server/identity/signed.h"
#include "server/sharing/projection.h"
#include "server/sharing/share_log.h"

namespace maillage::sharing {

using storage::Family;

// One change: which shares it is in, and its payload in each view they use.
struct ShareStage::Projections {
  std::array<std::string, v1::VIEW_FULL + 1> payloads;
  std::vector<bool> matches;  // by index of the share
};

struct ShareStage::Work : Prepared {
  uint64_t generation = 0;
  std::vector<OwnSharePtr> shares;
  std::vector<Projections> changes;  // of own records, in order
};

namespace {

// Looked at again as it is, and gone from the share by a later revision.
bool StaysOut(const storage::RecordChange& change,
              const std::optional<directory::Sighting>& known) {
  return known.has_value() && known->kind == v1::ENTRY_KIND_WITHDRAW &&
         change.before->revision() == change.after->revision() &&
         known->revision > change.after->revision();
}

}  // namespace

ShareStage::ShareStage(const NodeId& self, const ShareTable* shares, const identity::Signer* signer,
                       OnGrown on_grown, directory::Gates gates)
    : self_(self),
      shares_(shares),
      signer_(signer),
      on_grown_(std::move(on_grown)),
      gates_(std::move(gates)) {}

absl::StatusOr<std::unique_ptr<storage::CommitStage::Prepared>> ShareStage::Prepare(
    const storage::Transaction& transaction) const {
  for (const Change& change : transaction.changes) {
    if (change.origin == self_ && change.after != nullptr) {
      RETURN_IF_ERROR(CheckSize(*change.after));
    }
  }
  return Evaluate(transaction);
}

std::unique_ptr<ShareStage::Work> ShareStage::Evaluate(
    const storage::Transaction& transaction) const {
  auto work = std::make_unique<Work>();
  const ShareSetPtr set = shares_->Get();
  work->generation = set->generation;
  for (const auto& [id, share] : set->shares) {
    if (share->TakesRecords()) work->shares.push_back(share);
  }
  for (const Change& change : transaction.changes) {
    if (change.origin == self_) Project(change, work->shares, &work->changes.emplace_back());
  }
  return work;
}

void ShareStage::Project(const Change& change, const std::vector<OwnSharePtr>& shares,
                         Projections* projections) const {
  projections->matches.resize(shares.size());
  if (change.after == nullptr) return;
  std::optional<directory::Terms> terms;  // made where there is a filter to ask
  for (size_t i = 0; i < shares.size(); ++i) {
    const OwnShare& share = *shares[i];
    if (!share.filter.MatchesAll()) {
      if (!terms.has_value()) terms = directory::TermsOf(self_, self_, *change.after);
      if (!share.filter.Matches(*terms)) continue;
    }
    if (gates_.Leaving(*change.after, share.filter) != v1::HELD_BACK_UNSPECIFIED) continue;
    projections->matches[i] = true;
    std::string& payload = projections->payloads[share.descriptor.view()];
    if (payload.empty()) payload = sharing::Project(*change.after, share.descriptor.view());
  }
}

absl::Status ShareStage::Commit(const storage::Transaction& transaction, const Prepared* prepared,
                                storage::Group* group) {
  RETURN_IF_ERROR(NoteOwnLogRows(transaction));
  const auto* work = static_cast<const Work*>(prepared);
  std::unique_ptr<Work> again;
  // A share came or went since: rare, so the writer may do it.
  if (work->generation != shares_->Get()->generation) {
    again = Evaluate(transaction);
    work = again.get();
  }
  if (transaction.brings_own && !work->shares.empty()) {
    return Error(absl::StatusCode::kAborted, "RECORDS_ARE_SHARED",
                 "this node shares records, so that each must be looked at", "add them one by one");
  }
  auto projections = work->changes.begin();
  for (const Change& change : transaction.changes) {
    if (change.origin != self_) continue;
    RETURN_IF_ERROR(CommitChange(change, *projections++, work->shares, group));
  }
  return absl::OkStatus();
}

absl::Status ShareStage::CommitChange(const Change& change, const Projections& work,
                                      const std::vector<OwnSharePtr>& shares,
                                      storage::Group* group) {
  for (size_t i = 0; i < shares.size(); ++i) {
    const std::string* payload =
        work.matches[i] ? &work.payloads[shares[i]->descriptor.view()] : nullptr;
    if (payload == nullptr && change.before == nullptr) {
      if (change.erase) RETURN_IF_ERROR(SignAnew(change, *shares[i], group));
      continue;
    }
    RETURN_IF_ERROR(CommitToShare(change, *shares[i], payload, group));
  }
  return absl::OkStatus();
}

absl::Status ShareStage::CommitToShare(const Change& change, const OwnShare& share,
                                       const std::string* payload, storage::Group* group) {
  std::optional<directory::Sighting> known;
  if (change.before != nullptr) {
    ASSIGN_OR_RETURN(const auto row,
                     group->Get(Family::kWhere, storage::WhereKey(self_, change.id, share.id)));
    if (row.has_value()) {
      ASSIGN_OR_RETURN(known, directory::DecodeSighting(share.id, *row));
    }
  }
  const bool live = known.has_value() && known->kind == v1::ENTRY_KIND_PUT;
  if (payload != nullptr) {
    const bool same = live && known->revision == change.after->revision() &&
                      known->view == share.descriptor.view();
    if (same || StaysOut(change, known)) return absl::OkStatus();
  } else if (!live) {
    const bool must_erase =
        change.erase && known.has_value() && known->kind != v1::ENTRY_KIND_ERASE;
    if (!must_erase) return absl::OkStatus();
  }
  return Append(change, share, known, payload, group);
}

absl::Status ShareStage::SignAnew(const Change& change, const OwnShare& share,
                                  storage::Group* group) {
  ASSIGN_OR_RETURN(const auto row,
                   group->Get(Family::kWhere, storage::WhereKey(self_, change.id, share.id)));
  if (!row.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto known, directory::DecodeSighting(share.id, *row));
  if (known.kind != v1::ENTRY_KIND_ERASE) return absl::OkStatus();
  return Append(change, share, known, nullptr, group);
}

absl::Status ShareStage::Append(const Change& change, const OwnShare& share,
                                const std::optional<directory::Sighting>& known,
                                const std::string* payload, storage::Group* group) {
  ASSIGN_OR_RETURN(const uint64_t seq, NextSeq(share.id, group));
  v1::Entry entry;
  entry.set_id(std::string(change.id.bytes()));
  entry.set_seq(seq);
  entry.set_view(share.descriptor.view());
  entry.set_revision(change.after != nullptr ? change.after->revision() : known->revision);
  if (payload != nullptr) {
    entry.set_kind(v1::ENTRY_KIND_PUT);
    entry.set_payload(*payload);
  } else if (change.erase && change.after == nullptr) {
    entry.set_kind(v1::ENTRY_KIND_ERASE);
    entry.set_erase_signature(
        identity::SignBytes(kEraseName, EraseBytes(self_, change.id, seq), *signer_));
  } else {
    entry.set_kind(v1::ENTRY_KIND_WITHDRAW);
  }
  if (known.has_value()) {
    group->Delete(Family::kLog, storage::LogKey(self_, share.id, known->seq));
  }
  group->Put(Family::kLog, storage::LogKey(self_, share.id, seq), entry.SerializeAsString());
  group->Put(Family::kWhere, storage::WhereKey(self_, change.id, share.id),
             directory::EncodeSighting(SightingOf(share.id, entry)));
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> ShareStage::NextSeq(const ShareId& share, storage::Group* group) {
  auto it = seqs_.find(share);
  if (it == seqs_.end()) {
    ASSIGN_OR_RETURN(const auto row, group->Get(Family::kMeta, SeqKey(share)));
    ASSIGN_OR_RETURN(const uint64_t stored, DecodeSeq(row));
    it = seqs_.emplace(share, stored).first;
  }
  numbered_.insert(share);
  grown_.insert(share);
  return ++it->second;
}

absl::Status ShareStage::NoteOwnLogRows(const storage::Transaction& transaction) {
  for (const storage::Batch::Op& op : transaction.writes.ops()) {
    const absl::string_view key = op.key;
    if (op.family == Family::kMeta && absl::StartsWith(key, kSeqPrefix)) {
      RETURN_IF_ERROR(RaiseSeq(op));
    }
    if (op.family != Family::kLog || !absl::StartsWith(key, self_.bytes())) continue;
    grown_.insert(ShareId(key.substr(NodeId::kSize, ShareId::kSize)));
  }
  return absl::OkStatus();
}

absl::Status ShareStage::RaiseSeq(const storage::Batch::Op& op) {
  const absl::string_view share = absl::string_view(op.key).substr(sizeof(kSeqPrefix) - 1);
  const auto known = seqs_.find(ShareId(share));
  if (known == seqs_.end()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const uint64_t seq, DecodeSeq(op.value));
  if (seq <= known->second) return absl::AbortedError("the seq was given a moment ago");
  known->second = seq;
  return absl::OkStatus();
}

absl::Status ShareStage::EndGroup(storage::Group* group) {
  for (const ShareId& share : numbered_) {
    group->Put(Family::kMeta, SeqKey(share), EncodeSeq(seqs_[share]));
  }
  return absl::OkStatus();
}

void ShareStage::GroupDone(bool committed) {
  if (committed && !grown_.empty() && on_grown_) on_grown_(grown_);
  if (!committed) seqs_.clear();
  numbered_.clear();
  grown_.clear();
}

}  // namespace maillage::sharing
