#include "tests/rpc/node_fixture.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "client/channel.h"
#include "server/identity/files.h"
#include "server/rpc/pairing_service.h"

namespace maillage::rpc {

ServedNode::ServedNode(const std::string& alias, const Clock* clock) : identity(alias, clock) {
  dir_ = "/tmp/maillage_rpc.XXXXXX";
  EXPECT_NE(mkdtemp(dir_.data()), nullptr);
  const identity::TlsKey& tls = identity.self->tls();
  EXPECT_TRUE(identity::WriteFileAtomically(dir_ + "/tls.key", tls.key_pem, 0600).ok());
  EXPECT_TRUE(identity::WriteFileAtomically(dir_ + "/tls.crt", tls.certificate_pem, 0600).ok());
  callers_ = std::make_unique<Callers>(identity.partners.get(), identity.operators.get());
  closing_ = identity::Closing::Load(identity.self.get(), identity.database->latest()).value();
  node_service_ = std::make_unique<NodeService>(
      NodeService::Parts{.callers = callers_.get(),
                         .self = identity.self.get(),
                         .partners = identity.partners.get(),
                         .operators = identity.operators.get(),
                         .rotation = nullptr,
                         .closing = closing_.get(),
                         .add_to_link = nullptr,
                         .writer = identity.writer.get(),
                         .clock = clock,
                         .is_connected = nullptr,
                         .version = "1.2.3",
                         .listen = "127.0.0.1:0",
                         .start_time = clock->Now(),
                         .reporters = {[](v1::NodeStatus* s) { s->set_own_actors(7); }},
                         .back_up = nullptr,
                         .end_recovery = nullptr});
  partner_service_ = std::make_unique<PartnerService>(
      PartnerService::Parts{.callers = callers_.get(),
                            .self = identity.self.get(),
                            .partners = identity.partners.get(),
                            .tokens = identity.tokens.get(),
                            .pairing = identity.pairing.get(),
                            .writer = identity.writer.get(),
                            .inherit = nullptr,
                            .is_connected = [](const NodeId&) { return false; }});
  pairing_service_ = NewPairingService(identity.pairing.get(), callers_.get());
  auto server = Server::Start({.listen = "127.0.0.1:0",
                               .key_path = dir_ + "/tls.key",
                               .certificate_path = dir_ + "/tls.crt",
                               .admin_socket = admin_socket()},
                              callers_.get(), {node_service_.get(), partner_service_.get()},
                              {pairing_service_.get()});
  EXPECT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  EXPECT_TRUE(identity.self
                  ->Refresh({alias, absl::StrCat("Node ", alias), {address()}},
                            identity.writer.get(), *clock)
                  .ok());
}

ServedNode::~ServedNode() {
  server_.reset();
  std::filesystem::remove_all(dir_);
}

std::string ServedNode::address() const { return absl::StrCat("127.0.0.1:", server_->port()); }

std::shared_ptr<grpc::Channel> ServedNode::Dial(const identity::TlsKey& tls) const {
  auto channel = client::PinnedChannel({.address = address(),
                                        .certificate_pem = tls.certificate_pem,
                                        .key_pem = tls.key_pem,
                                        .pins = {identity.self->tls().certificate_hash}});
  EXPECT_TRUE(channel.ok()) << channel.status();
  return *channel;
}

std::shared_ptr<grpc::Channel> ServedNode::DialAdmin() const {
  return client::AdminChannel(admin_socket());
}

identity::TlsKey StrangersKey() { return *identity::NewTlsKey("stranger", {}); }

}  // namespace maillage::rpc
