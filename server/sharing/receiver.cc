#include "server/sharing/receiver.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {

void Receiver::Want(const ShareId& share, const Incarnation& incarnation, uint64_t seq,
                    Outbox* outbox) {
  Forget(share);
  Wanted& wanted = wanted_[share];
  wanted.incarnation = incarnation;
  wanted.seq = seq;
  Ask(share, wanted, outbox);
}

void Receiver::Unwant(const ShareId& share, Outbox* outbox) {
  if (!wanted_.contains(share)) return;
  Forget(share);
  v1::Want* unwant = outbox->emplace_back().mutable_unwant();
  unwant->set_origin(std::string(peer_.bytes()));
  unwant->set_share(std::string(share.bytes()));
}

void Receiver::Ask(const ShareId& share, const Wanted& wanted, Outbox* outbox) const {
  v1::Want* want = outbox->emplace_back().mutable_want();
  want->set_origin(std::string(peer_.bytes()));
  want->set_share(std::string(share.bytes()));
  if (wanted.incarnation.is_zero()) return;
  want->set_incarnation(std::string(wanted.incarnation.bytes()));
  want->set_seq(wanted.seq);
}

void Receiver::HandleStart(const v1::RunStart& start, std::vector<Work>* work, Outbox* outbox) {
  ShareId share;
  if (!ShareId::FromBytes(start.share(), &share)) return;
  const auto it = wanted_.find(share);
  if (it == wanted_.end()) return;
  if (absl::Status status = Start(start, &it->second); !status.ok()) {
    return Fail(share, std::move(status), work, outbox);
  }
  runs_[start.run()] = share;
}

absl::Status Receiver::Start(const v1::RunStart& start, Wanted* wanted) {
  if (absl::string_view(start.origin()) != peer_.bytes()) {
    return InvalidArgument("BAD_RUN", "the run is of a node that is not at the other end");
  }
  if (wanted->run != nullptr || runs_.contains(start.run())) {
    return InvalidArgument("BAD_RUN", "a run began before the one before it ended");
  }
  ASSIGN_OR_RETURN(IncomingRun run, IncomingRun::Start(start));
  const bool from_nothing = wanted->incarnation.is_zero();
  if (run.from_seq() != wanted->seq ||
      (!from_nothing && run.incarnation() != wanted->incarnation)) {
    return InvalidArgument("WRONG_FROM",
                           absl::StrCat("a run starts after ", run.from_seq(),
                                        ", this node has asked for what is after ", wanted->seq));
  }
  wanted->announced = run.to_seq();
  wanted->run_number = start.run();
  wanted->run = std::make_shared<IncomingRun>(std::move(run));
  return absl::OkStatus();
}

void Receiver::HandleEntries(v1::RunEntries* entries, std::vector<Work>* work, Outbox* outbox) {
  const auto it = FindRun(entries->run());
  if (it == wanted_.end()) return;
  IncomingRun& run = *it->second.run;
  const size_t before = run.bytes();
  absl::Status status = run.Add(entries, kMaxRunBytes - held_bytes_);
  held_bytes_ += run.bytes() - before;
  if (!status.ok()) Fail(it->first, std::move(status), work, outbox);
}

void Receiver::HandleEnd(v1::RunEnd* end, std::vector<Work>* work, Outbox*) {
  const auto it = FindRun(end->run());
  if (it == wanted_.end()) return;
  Wanted& wanted = it->second;
  held_bytes_ -= wanted.run->bytes();
  wanted.incarnation = wanted.run->incarnation();
  wanted.seq = wanted.run->to_seq();
  wanted.from_zero_again = false;
  work->push_back(FinishedRun{std::move(wanted.run), std::move(*end->mutable_head())});
  wanted.run = nullptr;
  runs_.erase(end->run());
}

void Receiver::HandleRefusal(const v1::Refusal& refusal, std::vector<Work>* work, Outbox* outbox) {
  ShareId share;
  if (!ShareId::FromBytes(refusal.share(), &share)) return;
  const auto it = wanted_.find(share);
  if (it == wanted_.end()) return;
  switch (refusal.reason()) {
    case v1::Refusal::NOT_READY:
      return DropRun(&it->second);  // it comes when it is
    case v1::Refusal::INCARNATION_CHANGED:
      if (it->second.from_zero_again) break;
      Want(share, Incarnation(), 0, outbox);
      wanted_[share].from_zero_again = true;
      return;
    default:
      break;
  }
  const std::string reason = v1::Refusal::Reason_Name(refusal.reason());
  Fail(share,
       FailedPrecondition(reason.empty() ? "REFUSED" : reason,
                          "the partner does not serve the share",
                          "ask the partner whether it is still shared with this node"),
       work, outbox);
}

void Receiver::Fail(const ShareId& share, absl::Status why, std::vector<Work>* work,
                    Outbox* outbox) {
  const ShareId failed = share;  // may be a reference into what goes
  Unwant(failed, outbox);
  work->push_back(FailedShare{failed, std::move(why)});
}

void Receiver::Forget(const ShareId& share) {
  const auto it = wanted_.find(share);
  if (it == wanted_.end()) return;
  DropRun(&it->second);
  wanted_.erase(it);
}

void Receiver::DropRun(Wanted* wanted) {
  if (wanted->run == nullptr) return;
  held_bytes_ -= wanted->run->bytes();
  runs_.erase(wanted->run_number);
  wanted->run = nullptr;
}

std::map<ShareId, Receiver::Wanted>::iterator Receiver::FindRun(uint32_t number) {
  const auto run = runs_.find(number);
  return run == runs_.end() ? wanted_.end() : wanted_.find(run->second);
}

uint64_t Receiver::AnnouncedSeq(const ShareId& share) const {
  const auto it = wanted_.find(share);
  return it == wanted_.end() ? 0 : it->second.announced;
}

bool Receiver::IsReceiving(const ShareId& share) const {
  const auto it = wanted_.find(share);
  return it != wanted_.end() && it->second.run != nullptr;
}

}  // namespace maillage::sharing
