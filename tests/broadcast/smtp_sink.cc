#include "tests/broadcast/smtp_sink.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

extern char** environ;

namespace maillage::broadcast {
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

}  // namespace

SmtpSink::SmtpSink(const std::vector<std::string>& options, bool keep, const std::string& url)
    : port_(url.empty() ? FreePort() : std::atoi(url.substr(url.rfind(':') + 1).c_str())) {
  std::vector<std::string> words = {"smtp-sink"};
  // As root it insists on becoming somebody else.
  if (geteuid() == 0) words.insert(words.end(), {"-u", "nobody"});
  if (keep) {
    std::string name = "/tmp/maillage-sink-XXXXXX";
    directory_ = mkdtemp(name.data());
    chmod(directory_.c_str(), 0777);
    words.insert(words.end(), {"-d", directory_ + "/mail."});
  }
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {absl::StrCat("127.0.0.1:", port_), "100"});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // A sink that outlives a test that crashed must not hold its output open:
  // whoever reads that would wait for good.
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_WRONLY, 0);
  }
  posix_spawn(&pid_, "/usr/sbin/smtp-sink", &quiet, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&quiet);
  for (absl::Time end = absl::Now() + absl::Seconds(20); !Answers(port_) && absl::Now() < end;) {
    std::this_thread::yield();
  }
}

SmtpSink::~SmtpSink() {
  Signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
  if (!directory_.empty()) std::filesystem::remove_all(directory_);
}

std::string SmtpSink::url() const { return absl::StrCat("smtp://127.0.0.1:", port_); }

std::vector<std::string> SmtpSink::Mails() const {
  std::vector<std::string> mails;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    mails.push_back(text.str());
  }
  return mails;
}

int64_t SmtpSink::Count() const {
  return std::distance(std::filesystem::directory_iterator(directory_), {});
}

void SmtpSink::Signal(int signal) const { kill(pid_, signal); }

}  // namespace maillage::broadcast
