#include "tools/bench/bare_smtp.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/bench/pair.h"

namespace maillage::bench {
namespace {

// One connection's handle, used for mail after mail.
struct Bare {
  CURL* handle = curl_easy_init();
  curl_slist* recipients = nullptr;
  const std::string* bytes = nullptr;
  size_t sent = 0;

  ~Bare() {
    curl_slist_free_all(recipients);
    curl_easy_cleanup(handle);
  }

  static size_t Read(char* buffer, size_t size, size_t count, void* self) {
    auto* const bare = static_cast<Bare*>(self);
    const size_t take = std::min(size * count, bare->bytes->size() - bare->sent);
    std::memcpy(buffer, bare->bytes->data() + bare->sent, take);
    bare->sent += take;
    return take;
  }

  void Begin(const std::string& url, const broadcast::OutgoingMail& mail) {
    bytes = &mail.bytes;
    sent = 0;
    curl_slist_free_all(recipients);
    recipients = curl_slist_append(nullptr, absl::StrCat("<", mail.recipient, ">").c_str());
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, absl::StrCat("<", mail.envelope_from, ">").c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, &Bare::Read);
    curl_easy_setopt(handle, CURLOPT_READDATA, this);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
  }
};

class BareSender {
 public:
  BareSender(const std::string& url, int connections, size_t mails,
             const std::vector<broadcast::OutgoingMail>& samples)
      : url_(url), mails_(mails), samples_(samples), bares_(connections) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(connections));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
  }
  ~BareSender() {
    bares_.clear();
    curl_multi_cleanup(multi_);
  }

  void Run() {
    for (Bare& bare : bares_) Next(&bare);
    int running = 1;
    while (running > 0) {
      curl_multi_perform(multi_, &running);
      if (Collect()) {
        running = 1;  // the next ones have not been counted yet
      } else if (running > 0) {
        curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
      }
    }
  }

 private:
  void Next(Bare* bare) {
    if (begun_ == mails_) return;
    bare->Begin(url_, samples_[begun_++ % samples_.size()]);
    curl_multi_add_handle(multi_, bare->handle);
  }

  bool Collect() {
    bool any = false;
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      any = true;
      CURL* const handle = message->easy_handle;
      if (message->data.result != CURLE_OK) {
        CheckOk(absl::UnavailableError(curl_easy_strerror(message->data.result)), "bare libcurl");
      }
      curl_multi_remove_handle(multi_, handle);
      char* self = nullptr;
      curl_easy_getinfo(handle, CURLINFO_PRIVATE, &self);
      Next(reinterpret_cast<Bare*>(self));
    }
    return any;
  }

  const std::string url_;
  const size_t mails_;
  const std::vector<broadcast::OutgoingMail>& samples_;
  CURLM* const multi_ = curl_multi_init();
  std::vector<Bare> bares_;
  size_t begun_ = 0;
};

}  // namespace

double RateOfBareLibcurl(const std::string& url, int connections, size_t mails,
                         const std::vector<broadcast::OutgoingMail>& samples) {
  BareSender sender(url, connections, mails, samples);
  const absl::Time start = absl::Now();
  sender.Run();
  return static_cast<double>(mails) / absl::ToDoubleSeconds(absl::Now() - start);
}

}  // namespace maillage::bench
