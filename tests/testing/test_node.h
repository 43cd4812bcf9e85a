// A real node in a folder of its own, driven by the real command line.
#ifndef TESTS_TESTING_TEST_NODE_H_
#define TESTS_TESTING_TEST_NODE_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/testing/files.h"
#include "tests/testing/process.h"

namespace maillage::testing {

class TestNode {
 public:
  // Makes the node's home (`node init`) under `parent`; does not start it.
  TestNode(const std::string& parent, const std::string& alias, int smtp_port = 25);

  // Starts maillaged and waits until it answers.
  void Start();
  // SIGTERM, and waits for a clean end.
  void Stop();
  // SIGKILL.
  void Kill();

  // Runs `maillage ARGS` against this node.
  Finished Cli(const std::vector<std::string>& args, const std::string& input = "") const;
  // The same with a failure of the test where the exit code is not 0.
  std::string Ok(const std::vector<std::string>& args, const std::string& input = "") const;
  // Number of actors that match, by `actor count -o json`.
  int64_t Count(const std::string& filter) const;

  // Sets a key of node.toml; before Start.
  void Configure(const std::string& key, const std::string& value) const;

  const std::string& dir() const { return dir_; }
  const std::string& alias() const { return alias_; }
  int port() const { return port_; }
  Process& process() { return *process_; }
  // What the node wrote to its log.
  std::string Log() const;

 private:
  const std::string alias_;
  const std::string dir_;
  const int port_;
  std::unique_ptr<Process> process_;
};

// Pairs two running nodes by a token.
void Pair(const TestNode& inviting, const TestNode& accepting);

}  // namespace maillage::testing

#endif  // TESTS_TESTING_TEST_NODE_H_
