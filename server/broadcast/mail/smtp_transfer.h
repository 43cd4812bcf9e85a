// One mail on its way through libcurl: body, pause before its end, outcome.
// Used by the engine of SmtpSender alone.
#ifndef SERVER_BROADCAST_MAIL_SMTP_TRANSFER_H_
#define SERVER_BROADCAST_MAIL_SMTP_TRANSFER_H_

#include <curl/curl.h>

#include <memory>
#include <string>

#include "server/broadcast/mail/smtp_sender.h"

namespace maillage::broadcast {

// Reused for mail after mail. Not thread safe: the engine's thread only.
class SmtpTransfer {
 public:
  explicit SmtpTransfer(const SmtpOptions& options);
  ~SmtpTransfer();
  SmtpTransfer(const SmtpTransfer&) = delete;
  SmtpTransfer& operator=(const SmtpTransfer&) = delete;

  // Takes a mail; then the handle is added to the multi handle.
  void Begin(OutgoingMail mail);
  // Lets the end leave.
  void Release();
  // Whether the body waits at its end for Release, told once.
  bool TakeDotWanted();
  // How it ended, from libcurl's code; kills the recipient list.
  MailResult End(CURLcode code);
  // How it stands when it is broken off.
  MailResult BreakOff();

  CURL* handle() const { return handle_; }
  uint64_t id() const { return mail_.id; }

 private:
  static size_t Read(char* buffer, size_t size, size_t count, void* self);
  static size_t Header(char* line, size_t size, size_t count, void* self);
  MailOutcome OutcomeOf(CURLcode code) const;

  CURL* const handle_;
  const SmtpOptions options_;
  OutgoingMail mail_;
  curl_slist* recipients_ = nullptr;
  size_t sent_ = 0;
  bool paused_ = false;
  bool dot_wanted_ = false;  // to be told
  bool released_ = false;
  bool end_left_ = false;  // the end was handed to libcurl
  int reply_ = 0;          // code of the server's last answer
  std::string last_line_;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_SMTP_TRANSFER_H_
