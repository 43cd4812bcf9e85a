// One thread that does one thing after another, some of them later.
#ifndef SERVER_SHARING_SERIAL_QUEUE_H_
#define SERVER_SHARING_SERIAL_QUEUE_H_

#include <deque>
#include <functional>
#include <map>
#include <thread>

#include "absl/time/time.h"
#include "client/base/mutex.h"

namespace maillage::sharing {

// Thread safe.
class SerialQueue {
 public:
  using Task = std::function<void()>;

  SerialQueue();
  ~SerialQueue();

  // Does it after what was posted before. Once stopped, tasks are dropped.
  void Post(Task task);
  void PostAfter(absl::Duration delay, Task task);
  // Posts and waits. False where the queue was stopped first. Not from the
  // queue's own thread.
  bool Run(const Task& task);

  // How many tasks wait for their turn; those of later are not counted.
  size_t size() const;

  // Ends what is being done, drops the rest.
  void Stop();

 private:
  void Loop();
  // The next task; null: stop.
  Task Next();

  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  std::multimap<absl::Time, Task> later_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SERIAL_QUEUE_H_
