#include "server/sharing/receiver.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {

void Receiver::Want(const ShareKey& key, Held held, Outbox* outbox) {
  Forget(key);
  v1::Want* want = outbox->emplace_back().mutable_want();
  key.NameIn(want);
  if (!held.cursor.incarnation.is_zero()) {
    want->set_incarnation(std::string(held.cursor.incarnation.bytes()));
    want->set_seq(held.cursor.seq);
  }
  if (!held.head.payload().empty()) *want->mutable_head() = held.head;
  wanted_[key].held = std::move(held);
}

void Receiver::WantOwn(const NodeId& self, Outbox* outbox) {
  outbox->emplace_back().mutable_want()->set_origin(std::string(self.bytes()));
}

void Receiver::Unwant(const ShareKey& key, Outbox* outbox) {
  if (!wanted_.contains(key)) return;
  Forget(key);
  key.NameIn(outbox->emplace_back().mutable_unwant());
}

void Receiver::HandleStart(const v1::RunStart& start, std::vector<Work>* work, Outbox* outbox) {
  ShareKey key;
  if (!ShareKey::Of(start, &key)) return;
  const auto it = wanted_.find(key);
  if (it == wanted_.end()) return;
  if (absl::Status status = Start(start, &it->second); !status.ok()) {
    return Fail(key, std::move(status), work, outbox);
  }
  runs_[start.run()] = key;
}

absl::Status Receiver::Start(const v1::RunStart& start, Wanted* wanted) {
  if (wanted->run != nullptr || runs_.contains(start.run())) {
    return InvalidArgument("BAD_RUN", "a run began before the one before it ended");
  }
  ASSIGN_OR_RETURN(IncomingRun run, IncomingRun::Start(start));
  const Cursor& cursor = wanted->held.cursor;
  if (run.from_seq() != cursor.seq ||
      (!cursor.incarnation.is_zero() && run.incarnation() != cursor.incarnation)) {
    return InvalidArgument("WRONG_FROM",
                           absl::StrCat("a run starts after ", run.from_seq(),
                                        ", this node has asked for what is after ", cursor.seq));
  }
  wanted->announced = run.to_seq();
  wanted->recovering = false;
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
  if (!status.ok()) return Fail(it->first, std::move(status), work, outbox);
  const bool large = run.bytes() > kLargeRunBytes || run.entries().size() > large_run_entries_;
  if (it->second.held.stages && (large || run.is_staged())) Stage(it->second, work);
}

void Receiver::Stage(const Wanted& wanted, std::vector<Work>* work) {
  IncomingRun& run = *wanted.run;
  StagedPart part{wanted.run, run.staged_seq(), {}, run.bytes()};
  held_bytes_ -= run.bytes();
  part.entries = run.TakeEntries();
  work->push_back(std::move(part));
}

void Receiver::HandleEnd(v1::RunEnd* end, std::vector<Work>* work, Outbox*) {
  const auto it = FindRun(end->run());
  if (it == wanted_.end()) return;
  Wanted& wanted = it->second;
  held_bytes_ -= wanted.run->bytes();
  wanted.held.cursor = {wanted.run->incarnation(), wanted.run->to_seq()};
  wanted.from_zero_again = false;
  work->push_back(FinishedRun{std::move(wanted.run), std::move(*end->mutable_head())});
  wanted.run = nullptr;
  runs_.erase(end->run());
}

void Receiver::HandleRefusal(const v1::Refusal& refusal, std::vector<Work>* work, Outbox* outbox) {
  ShareKey key;
  if (refusal.share().empty()) return work->push_back(OwnOffersEnd{});
  if (!ShareKey::Of(refusal, &key)) return;
  const auto it = wanted_.find(key);
  if (it == wanted_.end()) return;
  switch (refusal.reason()) {
    case v1::Refusal::NOT_READY:
    case v1::Refusal::RECOVERING:
      it->second.recovering = refusal.reason() == v1::Refusal::RECOVERING;
      return DropRun(&it->second);  // it comes when it is
    case v1::Refusal::INCARNATION_CHANGED:
      if (!it->second.held.cursor.incarnation.is_zero()) {
        Forget(key);
        return work->push_back(ChangedLog{key});
      }
      [[fallthrough]];
    case v1::Refusal::BELOW_FLOOR:
      if (it->second.from_zero_again) break;
      Want(key, Held{{}, std::move(it->second.held.head), it->second.held.stages}, outbox);
      wanted_[key].from_zero_again = true;
      return;
    default:
      break;
  }
  const std::string reason = v1::Refusal::Reason_Name(refusal.reason());
  Fail(key,
       FailedPrecondition(reason.empty() ? "REFUSED" : reason,
                          "the partner does not serve the share",
                          "ask the partner whether it is still shared with this node"),
       work, outbox);
}

void Receiver::Fail(const ShareKey& key, absl::Status why, std::vector<Work>* work,
                    Outbox* outbox) {
  const ShareKey failed = key;  // may be a reference into what goes
  Unwant(failed, outbox);
  work->push_back(FailedShare{failed, std::move(why)});
}

void Receiver::Forget(const ShareKey& key) {
  const auto it = wanted_.find(key);
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

std::map<ShareKey, Receiver::Wanted>::iterator Receiver::FindRun(uint32_t number) {
  const auto run = runs_.find(number);
  return run == runs_.end() ? wanted_.end() : wanted_.find(run->second);
}

uint64_t Receiver::AnnouncedSeq(const ShareKey& key) const {
  const auto it = wanted_.find(key);
  return it == wanted_.end() ? 0 : it->second.announced;
}

bool Receiver::IsRecovering(const ShareKey& key) const {
  const auto it = wanted_.find(key);
  return it != wanted_.end() && it->second.recovering;
}

bool Receiver::IsReceiving(const ShareKey& key) const {
  const auto it = wanted_.find(key);
  return it != wanted_.end() && it->second.run != nullptr;
}

}  // namespace maillage::sharing
