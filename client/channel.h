// Channels to a node: over its admin socket, or by mutual TLS without any
// authority, where each side knows the other by the hash of its certificate.
#ifndef CLIENT_CHANNEL_H_
#define CLIENT_CHANNEL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace maillage::client {

// Longest message either way; the protocol's own limit is 4 MiB.
inline constexpr int kMaxMessageBytes = 5 << 20;

// An idle pinned channel with an open stream pings this often and gives the
// peer kKeepaliveTimeoutMs to answer. Servers must allow it: set
// GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS below this.
inline constexpr int kKeepaliveMs = 30'000;
inline constexpr int kKeepaliveTimeoutMs = 10'000;

// How to reach a node by TLS, and as whom.
struct TlsOptions {
  std::string address;          // HOST:PORT, [IPv6]:PORT
  std::string certificate_pem;  // own, shown to the node
  std::string key_pem;          // of the own certificate
  // SHA-256 (32 bytes each) of the DER of certificates the node may show; at
  // least one. Anything else fails the handshake: calls get UNAVAILABLE, which
  // FromCallStatus() in client/call.h turns into WRONG_CERTIFICATE.
  std::vector<std::string> pins;
};

// A channel to the admin socket at `path`. Connects with the first call.
std::shared_ptr<grpc::Channel> AdminChannel(absl::string_view path);

// A channel to a node by pinned mutual TLS. Connects with the first call and
// reconnects by itself, with a pause of 0.2 to 10 s. Validity dates in
// certificates are not looked at; node descriptors count. INVALID_ARGUMENT:
// BAD_ADDRESS, BAD_PIN, or as CheckKeyPair().
absl::StatusOr<std::shared_ptr<grpc::Channel>> PinnedChannel(const TlsOptions& options);

}  // namespace maillage::client

#endif  // CLIENT_CHANNEL_H_
