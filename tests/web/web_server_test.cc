#include "server/web/web_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "gtest/gtest.h"
#include "server/sharing/refusal_counts.h"
#include "server/web/metrics_page.h"

namespace maillage::web {
namespace {

// Sends bytes to the server; returns what it says until it closes.
std::string Ask(int port, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_GT(send(fd, request.data(), request.size(), MSG_NOSIGNAL), 0);
  std::string answer;
  char buffer[4096];
  for (ssize_t n = 0; (n = recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
    answer.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return answer;
}

std::string Line(const std::string& line, const std::string& headers = "") {
  return absl::StrCat(line, " HTTP/1.1\r\nHost: node.example.org\r\nConnection: close\r\n", headers,
                      "\r\n");
}

TEST(WebServer, AnswersWhatIsReadAndRefusesTheRest) {
  const auto server = WebServer::Start(
      "127.0.0.1:0", {{"/healthz", {[](const Request&) { return Page{.body = "ok\n"}; }, false}}},
      {});
  ASSERT_TRUE(server.ok()) << server.status();
  const int port = (*server)->port();
  const std::string page = Ask(port, Line("GET /healthz"));
  EXPECT_TRUE(absl::StartsWith(page, "HTTP/1.1 200")) << page;
  EXPECT_TRUE(absl::EndsWith(page, "\r\n\r\nok\n")) << page;
  EXPECT_TRUE(absl::StrContains(page, "X-Content-Type-Options: nosniff")) << page;
  EXPECT_TRUE(absl::EndsWith(Ask(port, Line("HEAD /healthz")), "\r\n\r\n"));
  EXPECT_TRUE(absl::StartsWith(Ask(port, Line("GET /else")), "HTTP/1.1 404"));
  EXPECT_TRUE(absl::StartsWith(Ask(port, Line("POST /healthz")), "HTTP/1.1 405"));
  EXPECT_TRUE(absl::StartsWith(Ask(port, Line("GET /healthz", "Content-Length: 1000000\r\n")),
                               "HTTP/1.1 413"));
  // Headers without end: refused, and not kept.
  const std::string long_header = absl::StrCat("X-Long: ", std::string(64 << 10, 'x'), "\r\n");
  EXPECT_FALSE(absl::StartsWith(Ask(port, Line("GET /healthz", long_header)), "HTTP/1.1 200"));
}

TEST(WebServer, SaysWhichSettingMendsATakenPort) {
  const auto first = WebServer::Start("127.0.0.1:0", {}, {});
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = WebServer::Start(absl::StrCat("127.0.0.1:", (*first)->port()), {}, {});
  EXPECT_EQ(ErrorReason(second.status()), "CANNOT_LISTEN");
  EXPECT_TRUE(absl::StrContains(second.status().message(), "in use")) << second.status();
  EXPECT_TRUE(absl::StrContains(ErrorMend(second.status()), "'web' in node.toml"));
}

TEST(Metrics, SayLagStatesAndRefusals) {
  Numbers numbers;
  v1::ShareStatus& share = *numbers.sync.add_shares();
  share.set_name("nodes/a/shares/b");
  share.set_partner("irev");
  share.set_state(v1::ShareStatus::COMPLETE);
  share.set_connected(true);
  share.set_seq(3);
  share.set_head_seq(5);
  share.set_lag(2);
  share.set_failures(4);
  share.mutable_head_time()->set_seconds(1000);
  sharing::RefusalCounts refusals;
  refusals.Count("ROOT_MISMATCH");
  refusals.Count("whatever a partner says");
  refusals.Count("whatever else");
  numbers.refusals = refusals.Get();
  numbers.streams.streams = 3;
  numbers.streams.waiting = 7;
  numbers.streams.bytes_in = 1000;
  numbers.streams.runs_taken = 9;
  const std::string text = MetricsText(numbers, absl::FromUnixSeconds(1060));
  for (const char* part :
       {"maillage_share_lag_records{", "side=\"from\"} 2", "side=\"from\"} 60",
        "maillage_shares{state=\"COMPLETE\"} 1", "maillage_shares{state=\"QUARANTINED\"} 0",
        "maillage_connected_partners 1", "maillage_refusals_total{reason=\"ROOT_MISMATCH\"} 1",
        "maillage_refusals_total{reason=\"OTHER\"} 2", "maillage_streams_open 3",
        "maillage_queue_length{queue=\"sync\"} 7", "maillage_stream_bytes_received_total 1000",
        "maillage_runs_taken_total 9",
        "maillage_share_failures{partner=\"irev\",share=\"nodes/a/shares/b\",side=\"from\"} 4",
        "state=\"COMPLETE\"} 1"}) {
    EXPECT_TRUE(absl::StrContains(text, part)) << part << "\n" << text;
  }
}

}  // namespace
}  // namespace maillage::web
