// The messages of partners that wait, and when each is tried again. On the stream's
// thread.
#include <algorithm>
#include <utility>
#include <vector>

#include "server/sharing/links.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// So many messages are tried again at once; their partners share the thread.
constexpr size_t kMaxHandledAtOnce = 2'000;
// While no more wait, all are tried again with each that comes.
constexpr size_t kFewWaiting = 200;

}  // namespace

void Links::NoteArrived(const NodeId& from, const RecordId& id) {
  const auto row = database_->latest().Get(Family::kInbox, storage::InboxKey(from, id));
  const size_t bytes = row.ok() && row->has_value() ? (*row)->size() : 0;
  const MutexLock lock(&mutex_);
  waiting_.insert_or_assign({from, id}, bytes);
  arrived_.emplace_back(from, id);
}

InboxUse Links::UseOf(const NodeId& from) const {
  InboxUse use;
  const MutexLock lock(&mutex_);
  for (auto it = waiting_.lower_bound({from, RecordId()});
       it != waiting_.end() && it->first.first == from; ++it) {
    ++use.messages;
    use.bytes += it->second;
  }
  return use;
}

void Links::HandleWaiting() {
  std::vector<Message> messages;
  {
    const MutexLock lock(&mutex_);
    if (waiting_.empty()) return;
    auto next = waiting_.upper_bound(turn_);
    for (size_t i = 0; i < std::min(waiting_.size(), kMaxHandledAtOnce); ++i, ++next) {
      if (next == waiting_.end()) next = waiting_.begin();
      messages.push_back(next->first);
    }
  }
  turn_ = messages.back();
  std::sort(messages.begin(), messages.end());
  HandleAll(messages);
}

void Links::HandleArrived() {
  const std::vector<Message> arrived = std::exchange(arrived_, {});
  size_t waiting = 0;
  {
    const MutexLock lock(&mutex_);
    waiting = waiting_.size();
  }
  if (waiting <= kFewWaiting) return HandleWaiting();
  HandleAll(arrived);
}

void Links::HandleAll(const std::vector<Message>& messages) {
  for (const Message& message : messages) {
    const auto handled = HandleMessage(message);
    // What cannot be read or written now is tried again.
    if (!handled.ok() || !*handled) continue;
    const MutexLock lock(&mutex_);
    waiting_.erase(message);
  }
}

}  // namespace maillage::sharing
