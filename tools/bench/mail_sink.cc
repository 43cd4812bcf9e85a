#include "tools/bench/mail_sink.h"

#include <arpa/inet.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/bench/pair.h"

extern char** environ;

namespace maillage::bench {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

bool Answers(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = Loopback(port);
  const bool open = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return open;
}

// The programs stand in a folder that is on an administrator's path alone.
pid_t Spawn(const char* program, std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, program, nullptr, nullptr, arguments.data(), environ);
  return failed == 0 ? pid : -1;
}

}  // namespace

MailSink::MailSink() : port_(FreePort()) {
  std::vector<std::string> words = {"smtp-sink"};
  // As root it insists on becoming somebody else.
  if (geteuid() == 0) words.insert(words.end(), {"-u", "nobody"});
  words.insert(words.end(), {absl::StrCat("127.0.0.1:", port_), "100"});
  pid_ = Spawn("/usr/sbin/smtp-sink", std::move(words));
  if (pid_ < 0) CheckOk(absl::NotFoundError("smtp-sink is not installed"), "mail server");
  WaitUntil([this] { return Answers(port_); });
}

MailSink::~MailSink() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string MailSink::url() const { return absl::StrCat("smtp://127.0.0.1:", port_); }

double MailSink::RateOfSmtpSource(size_t mails, size_t bytes, int connections) const {
  const absl::Time start = absl::Now();
  const pid_t pid = Spawn("/usr/sbin/smtp-source",
                          {"smtp-source", "-d", "-s", absl::StrCat(connections), "-m",
                           absl::StrCat(mails), "-l", absl::StrCat(bytes), "-f", "a@example.org",
                           "-t", "b@example.org", absl::StrCat("127.0.0.1:", port_)});
  int status = -1;
  if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) return 0;
  return static_cast<double>(mails) / absl::ToDoubleSeconds(absl::Now() - start);
}

}  // namespace maillage::bench
