#include "server/broadcast/mail/smtp_transfer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace maillage::broadcast {
namespace {

// A detail is stored and shown: short, one line.
std::string OneLine(absl::string_view text) {
  std::string line(absl::StripAsciiWhitespace(text.substr(0, 300)));
  for (char& c : line) {
    if (absl::ascii_iscntrl(c) || static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return line;
}

}  // namespace

SmtpTransfer::SmtpTransfer(const SmtpOptions& options)
    : handle_(curl_easy_init()), options_(options) {
  const bool password = absl::StrContains(options.url, "@");
  const std::string url = absl::StrCat(options.url, "/", options.hello);
  curl_easy_setopt(handle_, CURLOPT_URL, (options.hello.empty() ? options.url : url).c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle_, CURLOPT_USE_SSL, password ? CURLUSESSL_ALL : CURLUSESSL_TRY);
  if (!password && absl::StartsWith(options.url, "smtp://")) {
    // Between mail servers an unchecked certificate is better than none.
    curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  curl_easy_setopt(handle_, CURLOPT_PROXY, "");
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(handle_, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(options.connect_timeout)));
  curl_easy_setopt(
      handle_, CURLOPT_SERVER_RESPONSE_TIMEOUT,
      static_cast<long>(std::max<int64_t>(1, absl::ToInt64Seconds(options.reply_timeout))));
  // The last resort, should a server take the body byte by byte.
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(options.connect_timeout +
                                                               5 * options.reply_timeout)));
  curl_easy_setopt(handle_, CURLOPT_READFUNCTION, &SmtpTransfer::Read);
  curl_easy_setopt(handle_, CURLOPT_READDATA, this);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &SmtpTransfer::Header);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
}

SmtpTransfer::~SmtpTransfer() {
  curl_slist_free_all(recipients_);
  curl_easy_cleanup(handle_);
}

void SmtpTransfer::Begin(OutgoingMail mail) {
  mail_ = std::move(mail);
  sent_ = 0;
  paused_ = dot_wanted_ = released_ = end_left_ = false;
  reply_ = 0;
  last_line_.clear();
  error_[0] = '\0';
  curl_slist_free_all(recipients_);
  recipients_ = curl_slist_append(nullptr, absl::StrCat("<", mail_.recipient, ">").c_str());
  curl_easy_setopt(handle_, CURLOPT_MAIL_FROM, absl::StrCat("<", mail_.envelope_from, ">").c_str());
  curl_easy_setopt(handle_, CURLOPT_MAIL_RCPT, recipients_);
  curl_easy_setopt(handle_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(-1));
}

void SmtpTransfer::Release() {
  released_ = true;
  if (!paused_) return;
  paused_ = false;
  curl_easy_pause(handle_, CURLPAUSE_CONT);
}

bool SmtpTransfer::TakeDotWanted() { return std::exchange(dot_wanted_, false); }

size_t SmtpTransfer::Read(char* buffer, size_t size, size_t count, void* self) {
  auto* const transfer = static_cast<SmtpTransfer*>(self);
  const std::string& bytes = transfer->mail_.bytes;
  const size_t take = std::min(size * count, bytes.size() - transfer->sent_);
  if (take > 0) {
    std::memcpy(buffer, bytes.data() + transfer->sent_, take);
    transfer->sent_ += take;
    return take;
  }
  if (!transfer->released_) {
    transfer->dot_wanted_ = !transfer->paused_;
    transfer->paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  transfer->end_left_ = true;
  return 0;
}

size_t SmtpTransfer::Header(char* line, size_t size, size_t count, void* self) {
  auto* const transfer = static_cast<SmtpTransfer*>(self);
  const absl::string_view text(line, size * count);
  int code = 0;
  // 221 answers the QUIT that libcurl sends after a refusal.
  if (absl::SimpleAtoi(text.substr(0, 3), &code) && code != 221) {
    transfer->reply_ = code;
    transfer->last_line_ = std::string(text);
  }
  return size * count;
}

MailOutcome SmtpTransfer::OutcomeOf(CURLcode code) const {
  if (code == CURLE_OK) return MailOutcome::kAccepted;
  // After the end left, the last answer before was 354: a higher one is to it.
  if (end_left_) {
    if (reply_ >= 500) return MailOutcome::kBounced;
    return reply_ >= 400 ? MailOutcome::kDeferred : MailOutcome::kUncertain;
  }
  // Before, an answer counts against this mail where it refused its recipient
  // or its body; 421 is the server's own trouble, and so is a refused sender.
  const bool refused = code == CURLE_SEND_ERROR && (absl::StartsWith(error_, "RCPT failed") ||
                                                    absl::StartsWith(error_, "DATA failed"));
  if (refused && reply_ >= 500) return MailOutcome::kBounced;
  if (refused && reply_ >= 400 && reply_ != 421) return MailOutcome::kDeferred;
  // Cut off in the body: it may be this body that the server cannot take.
  return sent_ > 0 ? MailOutcome::kDeferred : MailOutcome::kUnsent;
}

MailResult SmtpTransfer::End(CURLcode code) {
  MailResult result{mail_.id, OutcomeOf(code), OneLine(last_line_)};
  if (code != CURLE_OK && reply_ < 400) {
    result.detail = OneLine(error_[0] != '\0' ? error_ : curl_easy_strerror(code));
  }
  mail_.bytes.clear();
  return result;
}

MailResult SmtpTransfer::BreakOff() {
  return {mail_.id, end_left_ ? MailOutcome::kUncertain : MailOutcome::kUnsent, "broken off"};
}

}  // namespace maillage::broadcast
