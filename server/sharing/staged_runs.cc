#include "server/sharing/staged_runs.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {
namespace {

// Whether what comes after a seq goes on from what is staged. Some of it may be
// staged already, where the share was asked for again in between; a run from 0 is
// a new beginning.
bool Follows(const StagedRun& staged, const IncomingRun& run, uint64_t after) {
  const bool begins = after == run.from_seq() && after <= staged.label().from_seq;
  return staged.label().incarnation == run.incarnation() && !begins && after <= staged.seq();
}

absl::Status AddNew(std::vector<IncomingEntry> entries, StagedRun* staged) {
  std::erase_if(entries, [&](const IncomingEntry& incoming) {
    return incoming.entry.seq() <= staged->seq();
  });
  return staged->Add(std::move(entries));
}

}  // namespace

void StagedRuns::Load() {
  if (std::exchange(loaded_, true)) return;
  const auto names = folder_->List();
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    if (!absl::EndsWith(name, storage::kSpoolSuffix)) continue;
    auto run = StagedRun::Open(folder_, name);
    if (run.ok()) {
      const StagedLabel& label = (*run)->label();
      runs_[{label.origin, label.share}] = *std::move(run);
    } else {
      (void)folder_->Remove(name);
    }
  }
}

absl::Status StagedRuns::Add(StagedPart part) {
  Load();
  const IncomingRun& run = *part.run;
  std::unique_ptr<StagedRun>& staged = runs_[{run.origin(), run.share()}];
  if (staged == nullptr || !Follows(*staged, run, part.after)) {
    if (part.after != run.from_seq()) {
      return InvalidArgument("WRONG_FROM", absl::StrCat("a part of a run starts after ", part.after,
                                                        ", and what comes before it is lost"));
    }
    ASSIGN_OR_RETURN(staged, StagedRun::Create(folder_, {run.origin(), run.share(),
                                                         run.incarnation(), run.from_seq()}));
  }
  return AddNew(std::move(part.entries), staged.get());
}

absl::StatusOr<StagedRun*> StagedRuns::Complete(const IncomingRun& run) {
  Load();
  const auto it = runs_.find({run.origin(), run.share()});
  const bool follows =
      it != runs_.end() && it->second != nullptr && Follows(*it->second, run, run.staged_seq());
  if (!follows) {
    Remove(run.origin(), run.share());
    if (!run.is_staged()) return nullptr;
    return InvalidArgument("WRONG_FROM", "what was staged of a run is lost");
  }
  RETURN_IF_ERROR(AddNew(run.entries(), it->second.get()));
  return it->second.get();
}

const StagedRun* StagedRuns::Find(const NodeId& origin, const ShareId& share,
                                  const Incarnation& incarnation, uint64_t proved) {
  Load();
  const auto it = runs_.find({origin, share});
  if (it == runs_.end() || it->second == nullptr) return nullptr;
  const StagedLabel& label = it->second->label();
  if (label.from_seq == 0 && it->second->entries() > 0) return it->second.get();
  if (label.from_seq == proved && label.incarnation == incarnation) return it->second.get();
  Remove(origin, share);
  return nullptr;
}

void StagedRuns::Remove(const NodeId& origin, const ShareId& share) {
  const auto it = runs_.find({origin, share});
  if (it == runs_.end()) return;
  if (it->second != nullptr) (void)it->second->Remove();
  runs_.erase(it);
}

}  // namespace maillage::sharing
