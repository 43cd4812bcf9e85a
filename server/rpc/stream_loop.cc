#include "server/rpc/stream_loop.h"

#include <utility>

namespace maillage::rpc {

StreamLoop::StreamLoop(StreamOperations* operations, Open open, Closed closed)
    : operations_(operations), open_(std::move(open)), closed_fn_(std::move(closed)) {}

void StreamLoop::Begin(bool open_first) {
  {
    const MutexLock lock(&mutex_);
    reading_ = true;  // keeps the operations alive
  }
  if (open_first) {
    if (absl::Status status = OpenConnection(); !status.ok()) return Refuse(std::move(status));
  }
  operations_->Read(&in_);
  Wake();  // the Hello
}

void StreamLoop::Refuse(absl::Status why) {
  {
    const MutexLock lock(&mutex_);
    closing_ = true;
    reading_ = false;
    why_ = std::move(why);
    if (!TakeRelease()) return;
  }
  Release();
}

absl::Status StreamLoop::OpenConnection() {
  auto connection = open_(shared_from_this());
  const MutexLock lock(&mutex_);
  if (connection.ok()) connection_ = *std::move(connection);
  return connection.status();
}

void StreamLoop::ReadDone(bool ok) {
  sharing::ConnectionPtr connection;
  {
    const MutexLock lock(&mutex_);
    connection = connection_;
  }
  if (ok && connection == nullptr) {
    if (absl::Status status = OpenConnection(); !status.ok()) {
      ok = false;
      Close(std::move(status));
    }
    const MutexLock lock(&mutex_);
    connection = connection_;
  }
  const bool room = ok && connection->Receive(std::move(in_));
  if (!ok) Close(absl::OkStatus());
  bool again = false;
  bool release = false;
  {
    const MutexLock lock(&mutex_);
    const bool resume = std::exchange(resume_, false);
    again = !closing_ && (room || resume);
    paused_ = !closing_ && !again;
    reading_ = again;
    release = TakeRelease();
  }
  if (again) operations_->Read(&in_);
  if (release) Release();
}

void StreamLoop::WriteDone(bool ok) {
  if (!ok) Close(absl::OkStatus());
  {
    const MutexLock lock(&mutex_);
    wake_ = true;
  }
  Pump();
}

void StreamLoop::Cancelled() { Close(absl::CancelledError("the stream was cancelled")); }

void StreamLoop::Wake() {
  {
    const MutexLock lock(&mutex_);
    wake_ = true;
    if (writing_ || closing_ || connection_ == nullptr) return;
    writing_ = true;
  }
  Pump();
}

void StreamLoop::Pump() {
  while (true) {
    sharing::ConnectionPtr connection;
    {
      const MutexLock lock(&mutex_);
      if (closing_ || !wake_) {
        writing_ = false;
        if (!TakeRelease()) return;
        break;
      }
      wake_ = false;
      connection = connection_;
    }
    out_.Clear();
    if (connection->Next(&out_)) return operations_->Write(&out_);
  }
  Release();
}

void StreamLoop::ResumeReading() {
  {
    const MutexLock lock(&mutex_);
    if (closing_) return;
    if (!paused_) {
      resume_ = reading_;
      return;
    }
    paused_ = false;
    reading_ = true;
  }
  operations_->Read(&in_);
}

void StreamLoop::Close(absl::Status why) {
  {
    const MutexLock lock(&mutex_);
    if (closing_ || released_) return;
    closing_ = true;
    cancelling_ = true;  // keeps the operations alive
    why_ = std::move(why);
  }
  operations_->Cancel();
  {
    const MutexLock lock(&mutex_);
    cancelling_ = false;
    if (!TakeRelease()) return;
  }
  Release();
}

bool StreamLoop::TakeRelease() {
  if (!closing_ || cancelling_ || reading_ || writing_) return false;
  return !std::exchange(released_, true);
}

void StreamLoop::Release() {
  sharing::ConnectionPtr connection;
  absl::Status why;
  {
    const MutexLock lock(&mutex_);
    connection = std::exchange(connection_, nullptr);
    why = why_;
  }
  if (connection != nullptr) closed_fn_(connection);
  operations_->Release(why);
}

}  // namespace maillage::rpc
