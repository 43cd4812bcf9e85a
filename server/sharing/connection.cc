#include "server/sharing/connection.h"

#include <utility>

namespace maillage::sharing {

size_t BytesOf(const Work& work) {
  if (const auto* part = std::get_if<StagedPart>(&work)) return part->bytes;
  if (const auto* answer = std::get_if<PeerAnswer>(&work)) return answer->answer.ByteSizeLong();
  const auto* finished = std::get_if<FinishedRun>(&work);
  return finished == nullptr ? 0 : finished->run->bytes();
}

Connection::Connection(uint64_t number, std::unique_ptr<Session> session, bool dialled_here,
                       std::shared_ptr<Wire> wire, OnWork on_work, StreamCounters* counters)
    : number_(number),
      peer_(session->peer()),
      dialled_here_(dialled_here),
      wire_(std::move(wire)),
      on_work_(std::move(on_work)),
      counters_(counters),
      session_(std::move(session)) {}

bool Connection::Receive(v1::SyncMessage message) {
  std::vector<Work> work;
  absl::Status status;
  bool go_on = true;
  ++counters_->messages_in;
  counters_->bytes_in += message.ByteSizeLong();
  {
    const MutexLock lock(&mutex_);
    if (closed_) return true;
    ++messages_;
    status = session_->Receive(std::move(message), &work);
    for (const Work& item : work) waiting_bytes_ += BytesOf(item);
    waiting_works_ += work.size();
    paused_ = !HasRoom();
    go_on = !paused_;
  }
  if (!work.empty()) on_work_(std::move(work));
  if (status.ok()) {
    wire_->Wake();  // an answer, perhaps
  } else {
    Close(status);
  }
  return go_on;
}

bool Connection::Next(v1::SyncMessage* message) {
  absl::StatusOr<bool> some = false;
  {
    const MutexLock lock(&mutex_);
    if (closed_) return false;
    some = session_->Next(message);
    if (some.ok() && *some) ++messages_;
  }
  if (some.ok() && *some) {
    ++counters_->messages_out;
    counters_->bytes_out += message->ByteSizeLong();
  }
  if (some.ok()) return *some;
  Close(some.status());
  return false;
}

void Connection::With(absl::FunctionRef<void(Session*)> use) {
  {
    const MutexLock lock(&mutex_);
    if (closed_) return;
    use(session_.get());
  }
  wire_->Wake();
}

void Connection::Close(absl::Status why) {
  {
    const MutexLock lock(&mutex_);
    if (std::exchange(closed_, true)) return;
  }
  wire_->Close(std::move(why));
}

bool Connection::is_closed() const {
  const MutexLock lock(&mutex_);
  return closed_;
}

bool Connection::IsWorking() const {
  const MutexLock lock(&mutex_);
  return waiting_works_ > 0;
}

std::optional<uint64_t> Connection::OwedProgress() const {
  const MutexLock lock(&mutex_);
  if (session_->HasToSend()) return messages_;
  // A stream that is not read because of what it brought owes nothing.
  const bool waits = session_->receiver().HasOpenRuns() && !paused_ && waiting_works_ == 0;
  return waits ? std::optional<uint64_t>(messages_) : std::nullopt;
}

void Connection::WorkDone(size_t bytes) {
  {
    const MutexLock lock(&mutex_);
    --waiting_works_;
    waiting_bytes_ -= bytes;
    if (!paused_ || !HasRoom()) return;
    paused_ = false;
  }
  wire_->ResumeReading();
}

}  // namespace maillage::sharing
