#include "server/sharing/incoming_run.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/keys.h"
#include "server/sharing/projection.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

absl::Status BadEntry(uint64_t seq, absl::string_view what) {
  return InvalidArgument("BAD_ENTRY", absl::StrCat("entry ", seq, " ", what));
}

}  // namespace

// A PUT has a payload, a stub has none, an ERASE has a signature.
absl::Status CheckContent(const v1::Entry& entry) {
  if (entry.view() < v1::VIEW_CARD || entry.view() > v1::VIEW_FULL) {
    return BadEntry(entry.seq(), "has no view");
  }
  if (entry.payload().size() > kMaxPayloadBytes) {
    return BadEntry(entry.seq(), "has a payload over 256 KiB");
  }
  switch (entry.kind()) {
    case v1::ENTRY_KIND_PUT:
      if (entry.payload().empty()) return BadEntry(entry.seq(), "puts nothing");
      break;
    case v1::ENTRY_KIND_WITHDRAW:
    case v1::ENTRY_KIND_ERASE:
      if (!entry.payload().empty()) return BadEntry(entry.seq(), "is a stub with a payload");
      break;
    default:
      return BadEntry(entry.seq(), "is of no known kind");
  }
  if (entry.kind() != v1::ENTRY_KIND_ERASE) {
    if (entry.erase_signature().empty()) return absl::OkStatus();
    return BadEntry(entry.seq(), "erases nothing and has an erasure's signature");
  }
  if (entry.erase_signature().size() == identity::kSignatureBytes) return absl::OkStatus();
  return InvalidArgument("UNSIGNED_ERASE", absl::StrCat("entry ", entry.seq(),
                                                        " erases without its origin's signature"));
}

absl::StatusOr<IncomingRun> IncomingRun::Start(const v1::RunStart& start) {
  IncomingRun run;
  if (!ShareKey::Of(start, &run.key_) ||
      !Incarnation::FromBytes(start.incarnation(), &run.incarnation_) ||
      start.from_seq() > start.to_seq()) {
    return InvalidArgument("BAD_RUN", "the start of a run cannot be read");
  }
  run.from_seq_ = start.from_seq();
  run.to_seq_ = start.to_seq();
  run.last_seq_ = start.from_seq();
  run.staged_seq_ = start.from_seq();
  return run;
}

absl::Status IncomingRun::Add(v1::RunEntries* part, size_t room) {
  const size_t before = bytes_;
  for (v1::Entry& entry : *part->mutable_entries()) {
    RETURN_IF_ERROR(AddEntry(&entry));
    if (bytes_ - before > room) {
      return InvalidArgument("RUN_TOO_LARGE",
                             absl::StrCat("the run is larger than the ", kMaxRunBytes >> 20,
                                          " MiB that this node holds at once"),
                             "ask the partner for a narrower share");
    }
  }
  return absl::OkStatus();
}

std::vector<IncomingEntry> IncomingRun::TakeEntries() {
  is_staged_ = true;
  staged_seq_ = last_seq_;
  bytes_ = 0;
  return std::exchange(entries_, {});
}

absl::Status IncomingRun::AddEntry(v1::Entry* entry) {
  if (entry->seq() <= last_seq_ || entry->seq() > to_seq_) {
    return InvalidArgument("OUT_OF_ORDER",
                           absl::StrCat("entry ", entry->seq(), " after ", last_seq_,
                                        " in a run from ", from_seq_, " to ", to_seq_));
  }
  IncomingEntry& added = entries_.emplace_back();
  if (!RecordId::FromBytes(entry->id(), &added.id)) return BadEntry(entry->seq(), "has no id");
  RETURN_IF_ERROR(CheckContent(*entry));
  last_seq_ = entry->seq();
  bytes_ += entry->payload().size() + kEntryOverheadBytes;
  added.entry.Swap(entry);
  if (added.entry.kind() == v1::ENTRY_KIND_PUT) added.leaf = LeafHash(added.entry);
  return absl::OkStatus();
}

}  // namespace maillage::sharing
