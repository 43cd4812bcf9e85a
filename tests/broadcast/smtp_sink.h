// Postfix's smtp-sink as a mail server to test against.
#ifndef TESTS_BROADCAST_SMTP_SINK_H_
#define TESTS_BROADCAST_SMTP_SINK_H_

#include <cstdint>
#include <string>
#include <vector>

namespace maillage::broadcast {

// Runs smtp-sink on a free port of the loopback until it goes out of scope.
class SmtpSink {
 public:
  // `options` as on its command line. With `keep` each mail becomes a file. With
  // the `url` of one that is gone it listens there.
  explicit SmtpSink(const std::vector<std::string>& options, bool keep = false,
                    const std::string& url = "");
  ~SmtpSink();
  SmtpSink(const SmtpSink&) = delete;
  SmtpSink& operator=(const SmtpSink&) = delete;

  std::string url() const;
  // What the sink wrote down of each mail.
  std::vector<std::string> Mails() const;
  // How many there are, without reading them.
  int64_t Count() const;
  // Sends the process a signal.
  void Signal(int signal) const;

 private:
  int port_ = 0;
  int pid_ = -1;
  std::string directory_;
};

}  // namespace maillage::broadcast

#endif  // TESTS_BROADCAST_SMTP_SINK_H_
