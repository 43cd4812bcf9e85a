#include "server/broadcast/mail/send_one.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/mutex.h"
#include "client/base/status_macros.h"

namespace maillage::broadcast {
namespace {

// What the sender's callbacks and the waiting caller share.
struct Exchange {
  Mutex mutex;
  CondVar changed;
  std::optional<OutgoingMail> mail ABSL_GUARDED_BY(mutex);
  std::optional<MailResult> result ABSL_GUARDED_BY(mutex);
  SmtpSender* sender ABSL_GUARDED_BY(mutex) = nullptr;
};

SmtpCallbacks CallbacksFor(Exchange* exchange) {
  SmtpCallbacks callbacks;
  callbacks.next = [exchange](OutgoingMail* mail) {
    MutexLock lock(&exchange->mutex);
    if (!exchange->mail.has_value()) return false;
    *mail = *std::exchange(exchange->mail, std::nullopt);
    return true;
  };
  callbacks.dot_wanted = [exchange](const std::vector<uint64_t>& ids) {
    MutexLock lock(&exchange->mutex);
    exchange->sender->Release(ids);
  };
  callbacks.done = [exchange](std::vector<MailResult> results) {
    MutexLock lock(&exchange->mutex);
    exchange->result = std::move(results.front());
    exchange->changed.SignalAll();
  };
  return callbacks;
}

absl::StatusOr<std::string> AnswerOf(const MailResult& result) {
  switch (result.outcome) {
    case MailOutcome::kAccepted:
      return result.detail;
    case MailOutcome::kBounced:
      return FailedPrecondition("MAIL_REFUSED",
                                absl::StrCat("the mail server refused: ", result.detail),
                                "check the mailbox");
    default:
      return Unavailable("MAIL_SERVER", absl::StrCat("no mail was accepted: ", result.detail),
                         "check the mail server's address in the configuration, then try again");
  }
}

}  // namespace

absl::StatusOr<std::string> SendOne(const SmtpOptions& options, OutgoingMail mail,
                                    absl::Duration patience) {
  Exchange exchange;
  {
    MutexLock lock(&exchange.mutex);
    exchange.mail = std::move(mail);
  }
  SmtpOptions one = options;
  one.connections = 1;
  std::unique_ptr<SmtpSender> sender;
  {
    // Callbacks wait until the sender is known.
    MutexLock lock(&exchange.mutex);
    ASSIGN_OR_RETURN(sender, SmtpSender::Start(one, CallbacksFor(&exchange)));
    exchange.sender = sender.get();
    const absl::Time end = absl::Now() + patience;
    while (!exchange.result.has_value() && absl::Now() < end) {
      exchange.changed.WaitFor(&exchange.mutex, end - absl::Now());
    }
  }
  sender->Stop(absl::ZeroDuration());
  MutexLock lock(&exchange.mutex);
  if (!exchange.result.has_value()) return AnswerOf(MailResult{0, MailOutcome::kUnsent, "timeout"});
  return AnswerOf(*exchange.result);
}

}  // namespace maillage::broadcast
