#include "server/broadcast/mail/smtp_sender.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/mutex.h"
#include "server/broadcast/mail/smtp_transfer.h"

namespace maillage::broadcast {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// How long to wait for the answers to QUIT when stopping.
constexpr absl::Duration kGoodbye = absl::Seconds(1);

// Open sockets, so that a thread can cut off a server that no longer answers.
class Sockets {
 public:
  void Watch(CURL* handle) {
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &Sockets::Open);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, &Sockets::Close);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, this);
  }
  void ShutDown() {
    MutexLock lock(&mutex_);
    for (int fd : open_) shutdown(fd, SHUT_RDWR);
  }

 private:
  static curl_socket_t Open(void* self, curlsocktype, curl_sockaddr* address) {
    const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    auto* const sockets = static_cast<Sockets*>(self);
    MutexLock lock(&sockets->mutex_);
    if (fd >= 0) sockets->open_.insert(fd);
    return fd;
  }
  static int Close(void* self, curl_socket_t fd) {
    auto* const sockets = static_cast<Sockets*>(self);
    MutexLock lock(&sockets->mutex_);
    sockets->open_.erase(fd);
    return close(fd);
  }

  Mutex mutex_;
  std::set<int> open_ ABSL_GUARDED_BY(mutex_);
};

struct GlobalCurl {
  GlobalCurl() { curl_global_init(CURL_GLOBAL_ALL); }
};

absl::Status CheckUrl(const std::string& url) {
  CURLU* parsed = curl_url();
  char* scheme = nullptr;
  char* host = nullptr;
  char* path = nullptr;
  const bool good = curl_url_set(parsed, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
                    curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                    curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                    curl_url_get(parsed, CURLUPART_PATH, &path, 0) == CURLUE_OK &&
                    (std::string(scheme) == "smtp" || std::string(scheme) == "smtps") &&
                    std::string(path) == "/" && url.back() != '/';
  curl_free(scheme);
  curl_free(host);
  curl_free(path);
  curl_url_cleanup(parsed);
  if (good) return absl::OkStatus();
  return InvalidArgument("BAD_SMTP_URL", "the address of the mail server is no SMTP URL",
                         "Write it as smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT.");
}

}  // namespace

class SmtpSender::Engine {
 public:
  Engine(const SmtpOptions& options, SmtpCallbacks callbacks)
      : options_(options), callbacks_(std::move(callbacks)), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      static_cast<long>(options.connections));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options.connections));
    for (int i = 0; i < options.connections; ++i) {
      slots_.push_back(std::make_unique<Slot>(options));
      sockets_.Watch(slots_.back()->transfer.handle());
    }
    thread_ = std::thread([this] { Run(); });
  }
  ~Engine() { Stop(absl::ZeroDuration()); }

  void Wake() {
    MutexLock lock(&mutex_);
    woken_ = true;
    Poke();
  }

  void Release(const std::vector<uint64_t>& ids) {
    MutexLock lock(&mutex_);
    released_.insert(released_.end(), ids.begin(), ids.end());
    Poke();
  }

  void Stop(absl::Duration patience) {
    if (!thread_.joinable()) return;
    {
      MutexLock lock(&mutex_);
      stop_at_ = Now() + absl::ToChronoNanoseconds(std::min(patience, absl::Hours(1)));
      stopping_ = true;
      Poke();
      while (!told_all_) told_.Wait(&mutex_);
      // libcurl says QUIT and waits for the answer; a hung server gives none.
      for (absl::Time end = absl::Now() + kGoodbye; !ended_ && absl::Now() < end;) {
        told_.WaitFor(&mutex_, absl::Milliseconds(50));
      }
    }
    sockets_.ShutDown();
    thread_.join();
  }

 private:
  struct Slot {
    explicit Slot(const SmtpOptions& options) : transfer(options) {}
    SmtpTransfer transfer;
    bool busy = false;
    SteadyTime rests_until = {};
  };

  static SteadyTime Now() { return std::chrono::steady_clock::now(); }

  void Run() {
    while (!Finished()) {
      ReleaseThese(TakeReleased());
      const bool started = StartMails();
      int running = 0;
      curl_multi_perform(multi_, &running);
      const bool ended = Collect();
      if (!started && !ended) curl_multi_poll(multi_, nullptr, 0, PollTimeoutMs(), nullptr);
    }
    BreakOffRest();
    for (const auto& slot : slots_) curl_multi_remove_handle(multi_, slot->transfer.handle());
    {
      MutexLock lock(&mutex_);
      told_all_ = true;
      told_.SignalAll();
    }
    // Closes the kept connections, politely, which may take its time.
    slots_.clear();
    curl_multi_cleanup(multi_);
    MutexLock lock(&mutex_);
    ended_ = true;
    told_.SignalAll();
  }

  void Poke() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!told_all_) curl_multi_wakeup(multi_);
  }

  bool Finished() {
    MutexLock lock(&mutex_);
    return stopping_ && (by_id_.empty() || Now() >= stop_at_);
  }

  std::vector<uint64_t> TakeReleased() {
    MutexLock lock(&mutex_);
    return std::exchange(released_, {});
  }

  void ReleaseThese(const std::vector<uint64_t>& ids) {
    for (uint64_t id : ids) {
      const auto it = by_id_.find(id);
      if (it != by_id_.end()) it->second->transfer.Release();
    }
  }

  bool MayStart() {
    MutexLock lock(&mutex_);
    if (woken_) dry_ = false;
    woken_ = false;
    return !stopping_ && !dry_;
  }

  bool StartMails() {
    if (!MayStart()) return false;
    bool started = false;
    const SteadyTime now = Now();
    for (const auto& slot : slots_) {
      if (slot->busy || slot->rests_until > now) continue;
      OutgoingMail mail;
      if (!callbacks_.next(&mail)) {
        dry_ = true;
        break;
      }
      by_id_[mail.id] = slot.get();
      slot->busy = true;
      slot->transfer.Begin(std::move(mail));
      curl_multi_add_handle(multi_, slot->transfer.handle());
      started = true;
    }
    return started;
  }

  // Tells what happened in the last round.
  bool Collect() {
    std::vector<MailResult> results;
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const handle = message->easy_handle;
      const CURLcode code = message->data.result;
      curl_multi_remove_handle(multi_, handle);
      char* self = nullptr;
      curl_easy_getinfo(handle, CURLINFO_PRIVATE, &self);
      results.push_back(reinterpret_cast<SmtpTransfer*>(self)->End(code));
      Free(results.back());
    }
    std::vector<uint64_t> wanted;
    for (const auto& slot : slots_) {
      if (slot->busy && slot->transfer.TakeDotWanted()) wanted.push_back(slot->transfer.id());
    }
    const bool any = !results.empty();
    if (any) callbacks_.done(std::move(results));
    if (!wanted.empty()) callbacks_.dot_wanted(wanted);
    return any;
  }

  void Free(const MailResult& result) {
    const auto it = by_id_.find(result.id);
    it->second->busy = false;
    // The server is not there, or turns everybody away: leave it alone a while.
    if (result.outcome == MailOutcome::kUnsent) {
      it->second->rests_until = Now() + absl::ToChronoNanoseconds(options_.retry_delay);
    }
    by_id_.erase(it);
  }

  int PollTimeoutMs() {
    using std::chrono::milliseconds;
    milliseconds timeout(1000);
    const SteadyTime now = Now();
    for (const auto& slot : slots_) {
      if (slot->busy || slot->rests_until <= now) continue;
      timeout = std::min(timeout, std::chrono::ceil<milliseconds>(slot->rests_until - now));
    }
    MutexLock lock(&mutex_);
    if (stopping_) timeout = std::min(timeout, milliseconds(20));
    return static_cast<int>(timeout.count());
  }

  void BreakOffRest() {
    std::vector<MailResult> results;
    for (const auto& [id, slot] : by_id_) results.push_back(slot->transfer.BreakOff());
    by_id_.clear();
    if (!results.empty()) callbacks_.done(std::move(results));
  }

  const SmtpOptions options_;
  const SmtpCallbacks callbacks_;
  CURLM* const multi_;
  Sockets sockets_;
  // The engine thread's alone.
  std::vector<std::unique_ptr<Slot>> slots_;
  std::unordered_map<uint64_t, Slot*> by_id_;
  bool dry_ = false;  // `next` had nothing

  Mutex mutex_;
  CondVar told_;
  std::vector<uint64_t> released_ ABSL_GUARDED_BY(mutex_);
  bool woken_ ABSL_GUARDED_BY(mutex_) = true;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime stop_at_ ABSL_GUARDED_BY(mutex_);
  bool told_all_ ABSL_GUARDED_BY(mutex_) = false;  // multi_ is no longer to be used
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // last: runs when all else stands
};

absl::StatusOr<std::unique_ptr<SmtpSender>> SmtpSender::Start(const SmtpOptions& options,
                                                              SmtpCallbacks callbacks) {
  static const GlobalCurl global;
  if (absl::Status status = CheckUrl(options.url); !status.ok()) return status;
  return std::unique_ptr<SmtpSender>(
      new SmtpSender(std::make_unique<Engine>(options, std::move(callbacks))));
}

SmtpSender::SmtpSender(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
SmtpSender::~SmtpSender() = default;

void SmtpSender::Wake() { engine_->Wake(); }
void SmtpSender::Release(const std::vector<uint64_t>& ids) { engine_->Release(ids); }
void SmtpSender::Stop(absl::Duration patience) { engine_->Stop(patience); }

}  // namespace maillage::broadcast
