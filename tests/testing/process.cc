#include "tests/testing/process.h"
#include "tests/testing/files.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "tests/testing/files.h"

namespace maillage::testing {
namespace {

// Replaces the child by the program, with its three standard files.
[[noreturn]] void Become(const std::vector<std::string>& argv, int in, int out, int err) {
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  for (int fd = 3; fd < 1024; ++fd) close(fd);
  std::vector<char*> args;
  for (const std::string& arg : argv) args.push_back(const_cast<char*>(arg.c_str()));
  args.push_back(nullptr);
  execvp(args[0], args.data());
  _exit(127);
}

int CodeOf(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Finished RunProgram(const std::vector<std::string>& argv, const std::string& input) {
  const TempDir dir;
  const std::string in_path = dir.path() + "/in";
  const std::string out_path = dir.path() + "/out";
  const std::string err_path = dir.path() + "/err";
  std::ofstream(in_path, std::ios::binary) << input;
  const pid_t pid = fork();
  if (pid == 0) {
    Become(argv, open(in_path.c_str(), O_RDONLY), open(out_path.c_str(), O_CREAT | O_WRONLY, 0600),
           open(err_path.c_str(), O_CREAT | O_WRONLY, 0600));
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return {CodeOf(status), ReadAll(out_path), ReadAll(err_path)};
}

Process::Process(const std::vector<std::string>& argv, const std::string& log_path) {
  pid_ = fork();
  if (pid_ == 0) {
    const int log = open(log_path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    Become(argv, open("/dev/null", O_RDONLY), log, log);
  }
}

Process::~Process() {
  if (alive()) End(SIGKILL);
}

bool Process::alive() {
  int status = 0;
  if (code_ < 0 && waitpid(pid_, &status, WNOHANG) == pid_) code_ = CodeOf(status);
  return code_ < 0;
}

int Process::End(int signal) {
  if (!alive()) return code_;
  kill(pid_, signal);
  int status = 0;
  waitpid(pid_, &status, 0);
  code_ = CodeOf(status);
  return code_;
}

size_t Process::ResidentBytes() const {
  std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
  size_t total = 0;
  size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

bool WaitFor(const std::function<bool()>& condition, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

}  // namespace maillage::testing
