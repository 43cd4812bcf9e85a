// Sends mails to one smarthost over connections that are kept.
//
// The engine asks for the next mail when a connection is free, so that memory
// is bounded by the number of connections. A mail passes through these steps,
// and the owner is told on the engine's thread:
//
//   next          the mail is taken; until `dot_wanted` names it, it has
//                 certainly not been accepted
//   dot_wanted    all of its body left but the end; the owner writes down that
//                 it is about to leave, then calls Release from any thread
//   done          how it ended; each mail that was taken is told once
#ifndef SERVER_BROADCAST_MAIL_SMTP_SENDER_H_
#define SERVER_BROADCAST_MAIL_SMTP_SENDER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace maillage::broadcast {

struct SmtpOptions {
  // smtp://HOST:PORT, with TLS where the server offers it; smtps:// always
  // with TLS. With USER:PASSWORD@ it is TLS with a checked certificate or
  // nothing.
  std::string url;
  // Name given in EHLO; empty: the machine's.
  std::string hello;
  // While one waits for the disk others send. Postfix takes 50 from one client.
  int connections = 40;
  absl::Duration connect_timeout = absl::Seconds(20);
  // For each answer of the server.
  absl::Duration reply_timeout = absl::Minutes(2);
  // How long to leave the server alone after it could not be reached.
  absl::Duration retry_delay = absl::Seconds(5);
};

struct OutgoingMail {
  uint64_t id = 0;  // the owner's; unique among those under way
  std::string envelope_from;
  std::string recipient;
  std::string bytes;  // CRLF line ends
};

enum class MailOutcome {
  kAccepted,   // the server answered 250 to the end of the mail
  kDeferred,   // 4xx: for now
  kBounced,    // 5xx: for good
  kUnsent,     // not sent, and it is not this recipient's doing
  kUncertain,  // the end left, no answer came
};

struct MailResult {
  uint64_t id = 0;
  MailOutcome outcome = MailOutcome::kUnsent;
  // The server's last answer, or what went wrong; one line.
  std::string detail;
};

struct SmtpCallbacks {
  // Fills the next mail, or returns false: nothing for now; Wake when there is.
  std::function<bool(OutgoingMail*)> next;
  // Several at once, so that one commit serves them.
  std::function<void(const std::vector<uint64_t>&)> dot_wanted;
  std::function<void(std::vector<MailResult>)> done;
};

// Thread safe. All callbacks come on one thread and must not block for long.
class SmtpSender {
 public:
  // INVALID_ARGUMENT (BAD_SMTP_URL).
  static absl::StatusOr<std::unique_ptr<SmtpSender>> Start(const SmtpOptions& options,
                                                           SmtpCallbacks callbacks);
  // Stops at once; see Stop.
  ~SmtpSender();

  // `next` may have something again.
  void Wake();
  // These mails' ends may leave. Unknown ids are ignored.
  void Release(const std::vector<uint64_t>& ids);

  // Takes no more mails, waits up to `patience` for those under way, then
  // breaks off the rest as unsent or uncertain, and ends the thread. Every
  // mail was told by `done` on return. Not from a callback.
  void Stop(absl::Duration patience);

 private:
  class Engine;
  explicit SmtpSender(std::unique_ptr<Engine> engine);
  const std::unique_ptr<Engine> engine_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_SMTP_SENDER_H_
