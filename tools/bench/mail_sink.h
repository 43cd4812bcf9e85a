// Postfix's smtp-sink on a free port of the loopback, and smtp-source as a peer.
#ifndef TOOLS_BENCH_MAIL_SINK_H_
#define TOOLS_BENCH_MAIL_SINK_H_

#include <sys/types.h>

#include <cstddef>
#include <string>

namespace maillage::bench {

// Takes mails and forgets them, until it goes out of scope. Ends the program where
// smtp-sink is not installed.
class MailSink {
 public:
  MailSink();
  ~MailSink();
  MailSink(const MailSink&) = delete;
  MailSink& operator=(const MailSink&) = delete;

  std::string url() const;

  // Mails a second of `smtp-source -d`, with mails of that size; 0 where it fails.
  double RateOfSmtpSource(size_t mails, size_t bytes, int connections) const;

 private:
  int port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_MAIL_SINK_H_
