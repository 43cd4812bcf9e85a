#include "tests/testing/test_node.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace maillage::testing {

TestNode::TestNode(const std::string& parent, const std::string& alias, int smtp_port)
    : alias_(alias), dir_(parent + "/" + alias), port_(FreePort()) {
  const Finished init = RunProgram(
      {MAILLAGE_CLI, "node", "init", "--dir", dir_, "--alias", alias, "--name",
       "Institution " + alias, "--listen", "127.0.0.1:" + std::to_string(port_), "--web",
       "127.0.0.1:" + std::to_string(FreePort()), "--smtp",
       "smtp://127.0.0.1:" + std::to_string(smtp_port), "--from", alias + "@example.org"});
  EXPECT_EQ(init.code, 0) << init.err;
}

void TestNode::Start() {
  process_ = std::make_unique<Process>(std::vector<std::string>{MAILLAGE_DAEMON, "--dir", dir_},
                                       dir_ + "/log");
  EXPECT_TRUE(WaitFor([&] {
    return !process_->alive() || Cli({"node", "status"}).code == 0;
  })) << Log();
  EXPECT_TRUE(process_->alive()) << Log();
}

void TestNode::Stop() { EXPECT_EQ(process_->End(SIGTERM), 0) << Log(); }

void TestNode::Kill() { process_->End(SIGKILL); }

Finished TestNode::Cli(const std::vector<std::string>& args, const std::string& input) const {
  std::vector<std::string> argv = {MAILLAGE_CLI, "--node", "unix:" + dir_ + "/admin.sock", "--lang",
                                   "en"};
  argv.insert(argv.end(), args.begin(), args.end());
  return RunProgram(argv, input);
}

std::string TestNode::Ok(const std::vector<std::string>& args, const std::string& input) const {
  const Finished result = Cli(args, input);
  std::string command;
  for (const std::string& arg : args) command += " " + arg;
  EXPECT_EQ(result.code, 0) << "maillage" << command << ": " << result.err;
  return result.out;
}

int64_t TestNode::Count(const std::string& filter) const {
  const Finished result = Cli({"-o", "json", "actor", "count", "--filter", filter});
  if (result.code != 0) return -1;
  const auto json = nlohmann::json::parse(result.out, nullptr, /*allow_exceptions=*/false);
  // Protobuf's JSON writes 64-bit numbers as text and leaves zero out.
  return json.contains("totalSize") ? std::stoll(json["totalSize"].get<std::string>()) : 0;
}

void TestNode::Configure(const std::string& key, const std::string& value) const {
  const std::string path = dir_ + "/node.toml";
  std::ifstream file(path);
  std::string text;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key + " ", 0) != 0) text += line + "\n";
  }
  std::ofstream(path) << text << key << " = \"" << value << "\"\n";
}

std::string TestNode::Log() const {
  std::ifstream file(dir_ + "/log");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void Pair(const TestNode& inviting, const TestNode& accepting) {
  const std::string invited = inviting.Ok({"-o", "json", "partner", "invite"});
  const auto json = nlohmann::json::parse(invited, nullptr, false);
  ASSERT_TRUE(json.contains("token")) << invited;
  accepting.Ok({"partner", "accept", json["token"].get<std::string>()});
}

}  // namespace maillage::testing
