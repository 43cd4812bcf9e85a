// Child processes for tests: the real programs, run as people run them.
#ifndef TESTS_TESTING_PROCESS_H_
#define TESTS_TESTING_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace maillage::testing {

struct Finished {
  int code = -1;  // exit code; 128 + signal where it was killed
  std::string out;
  std::string err;
};

// Runs a program to its end and returns what it printed.
Finished RunProgram(const std::vector<std::string>& argv, const std::string& input = "");

// A program in the background. Killed with SIGKILL when it goes out of scope.
class Process {
 public:
  // Both outputs are appended to `log_path`.
  Process(const std::vector<std::string>& argv, const std::string& log_path);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  // Whether it still runs.
  bool alive();
  // Sends the signal and waits for the end; returns the code as Finished does.
  int End(int signal);
  // Resident memory now, in bytes.
  size_t ResidentBytes() const;

 private:
  pid_t pid_ = -1;
  int code_ = -1;
};

// Calls `condition` until it is true. Returns false after `timeout`.
bool WaitFor(const std::function<bool()>& condition, absl::Duration timeout = absl::Seconds(30));

// A TCP port of loopback that was free a moment ago.
int FreePort();

}  // namespace maillage::testing

#endif  // TESTS_TESTING_PROCESS_H_
