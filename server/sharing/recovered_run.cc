#include "server/sharing/recovered_run.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/directory.h"
#include "server/directory/shown.h"
#include "server/identity/signed.h"
#include "server/sharing/projection.h"
#include "server/sharing/share_log.h"
#include "server/sharing/subscriber.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using directory::Sighting;
using storage::Family;

// Takes entries of one run. Lives as long as TakeRecovered().
class Taker {
 public:
  Taker(const storage::Reader& reader, const RecoveryBench& bench, const ShareId& share)
      : reader_(reader), bench_(bench), share_(share) {}

  absl::Status Take(const IncomingEntry& incoming);
  RecoveredPart Done() { return std::move(part_); }

 private:
  absl::Status Erase(const IncomingEntry& incoming);
  absl::Status KeepStub(const v1::Entry& entry, const std::vector<Sighting>& sightings);
  absl::Status Withdraw(const IncomingEntry& incoming);
  absl::Status Suggest(const IncomingEntry& incoming);
  // The own record; null: there is none.
  absl::StatusOr<std::shared_ptr<const v1::Actor>> Own(const RecordId& id) const;
  absl::StatusOr<std::optional<Sighting>> InShare(const RecordId& id) const;
  absl::StatusOr<bool> IsErased(const RecordId& id) const;
  absl::StatusOr<uint64_t> TakeSeq();
  void Put(const v1::Entry& entry);

  const storage::Reader& reader_;
  const RecoveryBench& bench_;
  const ShareId share_;
  std::optional<uint64_t> last_seq_;
  RecoveredPart part_;
};

absl::Status Taker::Take(const IncomingEntry& incoming) {
  switch (incoming.entry.kind()) {
    case v1::ENTRY_KIND_PUT:
      return Suggest(incoming);
    case v1::ENTRY_KIND_ERASE:
      return Erase(incoming);
    default:
      return Withdraw(incoming);
  }
}

absl::StatusOr<std::shared_ptr<const v1::Actor>> Taker::Own(const RecordId& id) const {
  ASSIGN_OR_RETURN(const auto row, reader_.Get(Family::kActors, storage::ActorKey(id)));
  if (!row.has_value()) return nullptr;
  ASSIGN_OR_RETURN(auto own, directory::ParseOwnRow(bench_.self, id, *row));
  return std::shared_ptr<const v1::Actor>(std::move(own));
}

absl::StatusOr<std::optional<Sighting>> Taker::InShare(const RecordId& id) const {
  ASSIGN_OR_RETURN(const auto row,
                   reader_.Get(Family::kWhere, storage::WhereKey(bench_.self, id, share_)));
  if (!row.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(const Sighting sighting, directory::DecodeSighting(share_, *row));
  return sighting;
}

void Taker::Put(const v1::Entry& entry) {
  storage::Batch& writes = part_.transaction.writes;
  writes.Put(Family::kLog, storage::LogKey(bench_.self, share_, entry.seq()),
             entry.SerializeAsString());
  writes.Put(Family::kWhere, storage::WhereKey(bench_.self, RecordId(entry.id()), share_),
             directory::EncodeSighting(SightingOf(share_, entry)));
}

absl::Status Taker::Erase(const IncomingEntry& incoming) {
  if (!identity::AreSigned(kEraseName, EraseBytes(bench_.self, incoming.id, incoming.entry.seq()),
                           incoming.entry.erase_signature(), bench_.own_keys)) {
    return InvalidArgument("BAD_ERASE", absl::StrCat("entry ", incoming.entry.seq(),
                                                     " erases without this node's word"));
  }
  if (bench_.unsuggest) RETURN_IF_ERROR(bench_.unsuggest(incoming.id, &part_.transaction));
  ASSIGN_OR_RETURN(const auto own, Own(incoming.id));
  if (own != nullptr) {
    part_.erased.push_back(incoming.id);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto sightings,
                   directory::ReadSightings(reader_, bench_.self, incoming.id));
  return KeepStub(incoming.entry, sightings);
}

absl::Status Taker::KeepStub(const v1::Entry& entry, const std::vector<Sighting>& sightings) {
  const bool known = std::any_of(sightings.begin(), sightings.end(),
                                 [&](const Sighting& one) { return one.share == share_; });
  const std::string key = storage::LogKey(bench_.self, share_, entry.seq());
  ASSIGN_OR_RETURN(const auto taken, reader_.Get(Family::kLog, key));
  // Its seq is one of this log's past; where it was given again meanwhile, the
  // stubs of other members remain.
  if (known || taken.has_value()) return absl::OkStatus();
  part_.transaction.preconditions.push_back({Family::kLog, key, std::nullopt});
  Put(entry);
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> Taker::TakeSeq() {
  const std::string key = SeqKey(share_);
  if (!last_seq_.has_value()) {
    ASSIGN_OR_RETURN(const auto row, reader_.Get(Family::kMeta, key));
    ASSIGN_OR_RETURN(last_seq_, DecodeSeq(row));
    part_.transaction.preconditions.push_back({Family::kMeta, key, row});
  }
  part_.transaction.writes.Put(Family::kMeta, key, EncodeSeq(++*last_seq_));
  return *last_seq_;
}

absl::Status Taker::Withdraw(const IncomingEntry& incoming) {
  ASSIGN_OR_RETURN(const auto own, Own(incoming.id));
  ASSIGN_OR_RETURN(const auto known, InShare(incoming.id));
  const bool live = known.has_value() && known->kind == v1::ENTRY_KIND_PUT;
  // Numbers rise over all lives of a log.
  const bool newer = own != nullptr && live && own->revision() <= incoming.entry.revision() &&
                     known->seq < incoming.entry.seq();
  if (!newer) return absl::OkStatus();
  v1::Entry entry = incoming.entry;
  // A later revision than the one here: see ShareStage.
  entry.set_revision(std::max(entry.revision(), own->revision() + 1));
  ASSIGN_OR_RETURN(const uint64_t seq, TakeSeq());
  entry.set_seq(seq);
  part_.transaction.writes.Delete(Family::kLog, storage::LogKey(bench_.self, share_, known->seq));
  Put(entry);
  ++part_.withdrawn;
  return absl::OkStatus();
}

absl::StatusOr<bool> Taker::IsErased(const RecordId& id) const {
  if (bench_.is_erased && bench_.is_erased(id)) return true;
  ASSIGN_OR_RETURN(const auto sightings, directory::ReadSightings(reader_, bench_.self, id));
  return std::any_of(sightings.begin(), sightings.end(), [](const Sighting& sighting) {
    return sighting.kind == v1::ENTRY_KIND_ERASE;
  });
}

absl::Status Taker::Suggest(const IncomingEntry& incoming) {
  const v1::Entry& entry = incoming.entry;
  const auto actor = directory::ActorOfEntry(bench_.self, entry);
  if (actor == nullptr) {
    return InvalidArgument("BAD_PAYLOAD", absl::StrCat("entry ", entry.seq(), " is damaged"));
  }
  ASSIGN_OR_RETURN(const auto own, Own(incoming.id));
  if (own != nullptr) {
    const bool same =
        own->revision() == entry.revision() && Project(*own, entry.view()) == entry.payload();
    if (own->revision() > entry.revision() || same) return absl::OkStatus();
  } else {
    ASSIGN_OR_RETURN(const bool erased, IsErased(incoming.id));
    if (erased) return absl::OkStatus();
  }
  ++part_.suggestions;
  return bench_.suggest(bench_.from, incoming.id, *actor, &part_.transaction);
}

}  // namespace

absl::Status ProveRecoveredRun(const storage::Reader& reader, const RecoveryBench& bench,
                               const IncomingRun& run, const v1::Signed& signed_head) {
  ASSIGN_OR_RETURN(const v1::Head head,
                   identity::OpenSigned<v1::Head>(signed_head, bench.own_keys));
  const bool fits = absl::string_view(head.origin()) == bench.self.bytes() &&
                    absl::string_view(head.share()) == run.share().bytes() &&
                    absl::string_view(head.incarnation()) == run.incarnation().bytes() &&
                    head.seq() == run.to_seq();
  if (!fits) return InvalidArgument("WRONG_HEAD", "the Head is not of the run that it closes");
  const bool onward = run.from_seq() > 0;
  ASSIGN_OR_RETURN(const ReceivedShare stored,
                   ReceivedShare::Read(reader, bench.self, run.share()));
  if (onward &&
      (stored.head.seq() != run.from_seq() || stored.head.incarnation() != head.incarnation())) {
    return InvalidArgument("WRONG_FROM", "the run does not start at the stored Head");
  }
  TreeUpdate tree(bench.self, run.share());
  for (const IncomingEntry& incoming : run.entries()) {
    if (incoming.entry.kind() == v1::ENTRY_KIND_PUT) {
      tree.Set(incoming.id, incoming.leaf);
    } else {
      tree.Remove(incoming.id);
    }
  }
  storage::Batch ignored;  // the tree here stays that of the database
  ASSIGN_OR_RETURN(const TreeUpdate::Result result,
                   tree.Apply(onward ? &reader : nullptr, &ignored));
  if (result.root.bytes() == absl::string_view(head.root())) return absl::OkStatus();
  return InvalidArgument("ROOT_MISMATCH", absl::StrCat("the run to ", run.to_seq(),
                                                       " does not make what this node signed"));
}

absl::StatusOr<RecoveredPart> TakeRecovered(const storage::Reader& reader,
                                            const RecoveryBench& bench, const IncomingRun& run,
                                            size_t first, size_t count) {
  Taker taker(reader, bench, run.share());
  const size_t end = std::min(first + count, run.entries().size());
  for (size_t i = first; i < end; ++i) RETURN_IF_ERROR(taker.Take(run.entries()[i]));
  return taker.Done();
}

}  // namespace maillage::sharing
