// A node's identity served for real: mutual TLS on a loopback port, admin
// socket in a temporary directory.
#ifndef TESTS_RPC_NODE_FIXTURE_H_
#define TESTS_RPC_NODE_FIXTURE_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "server/identity/certificate.h"
#include "server/rpc/node_service.h"
#include "server/rpc/partner_service.h"
#include "server/rpc/server.h"
#include "tests/identity/identity_fixture.h"

namespace maillage::rpc {

class ServedNode {
 public:
  ServedNode(const std::string& alias, const Clock* clock);
  ~ServedNode();

  std::string address() const;
  std::string admin_socket() const { return dir_ + "/admin.sock"; }
  // As the holder of `tls`, or over the admin socket.
  std::shared_ptr<grpc::Channel> Dial(const identity::TlsKey& tls) const;
  std::shared_ptr<grpc::Channel> DialAdmin() const;

  identity::TestIdentity identity;

 private:
  std::string dir_;
  std::unique_ptr<identity::Closing> closing_;
  std::unique_ptr<Callers> callers_;
  std::unique_ptr<NodeService> node_service_;
  std::unique_ptr<PartnerService> partner_service_;
  std::unique_ptr<grpc::Service> pairing_service_;
  std::unique_ptr<Server> server_;
};

// A certificate that no node knows.
identity::TlsKey StrangersKey();

}  // namespace maillage::rpc

#endif  // TESTS_RPC_NODE_FIXTURE_H_
