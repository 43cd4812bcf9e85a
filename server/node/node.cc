#include "server/node/node.h"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/directory/directory.h"
#include "server/directory/import.h"
#include "server/directory/index_stage.h"
#include "server/directory/territories.h"
#include "server/identity/audit_stage.h"
#include "server/identity/files.h"
#include "server/identity/keys.h"
#include "server/identity/operators.h"
#include "server/identity/pairing.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/identity/tokens.h"
#include "server/node/home.h"
#include "server/node/version.h"
#include "server/rpc/actor_service.h"
#include "server/rpc/authentication.h"
#include "server/rpc/node_service.h"
#include "server/rpc/pairing_service.h"
#include "server/rpc/partner_service.h"
#include "server/rpc/server.h"
#include "server/rpc/territory_service.h"
#include "server/sharing/sharing.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::node {

// In the order of making; let go in the reverse order.
struct Node::Parts {
  ~Parts() { Stop(absl::ZeroDuration()); }

  std::string dir;
  const Clock* clock = nullptr;
  Config config;
  std::unique_ptr<HomeLock> lock;

  std::unique_ptr<storage::Database> database;
  std::unique_ptr<identity::Self> self;
  std::unique_ptr<identity::Partners> partners;

  std::unique_ptr<sharing::Sharing> sharing;
  std::unique_ptr<directory::IndexStage> index_stage;
  std::unique_ptr<identity::AuditStage> audit_stage;
  std::unique_ptr<storage::Writer> writer;

  std::unique_ptr<identity::Operators> operators;
  std::unique_ptr<identity::Tokens> tokens;
  std::unique_ptr<identity::Pairing> pairing;

  std::unique_ptr<directory::Directory> directory;

  std::unique_ptr<rpc::Callers> callers;
  rpc::TerritoryService territory_service;
  std::unique_ptr<rpc::ActorService> actor_service;
  std::unique_ptr<rpc::NodeService> node_service;
  std::unique_ptr<rpc::PartnerService> partner_service;
  std::unique_ptr<grpc::Service> pairing_service;
  std::unique_ptr<rpc::Server> server;

  absl::Status OpenHome();
  absl::Status OpenStorage();
  absl::Status MakeIdentity();
  void MakeDirectory();
  void MakeServices();
  void MakeActorService();
  void Report(v1::NodeStatus* status) const;
  absl::Status Serve();
  // Also of a node that did not get to its end of starting. Harmless when repeated.
  void Stop(absl::Duration grace);
};

absl::Status Node::Parts::OpenHome() {
  ASSIGN_OR_RETURN(lock, HomeLock::Take(dir));
  ASSIGN_OR_RETURN(const std::string text, identity::ReadFile(ConfigPath(dir)));
  ASSIGN_OR_RETURN(config, ParseConfig(text, ConfigPath(dir)));
  return absl::OkStatus();
}

absl::Status Node::Parts::OpenStorage() {
  ASSIGN_OR_RETURN(database, storage::Database::Open({.path = DatabasePath(dir)}));
  ASSIGN_OR_RETURN(identity::Keys keys, identity::LoadKeys(dir));
  ASSIGN_OR_RETURN(self, identity::Self::Load(std::move(keys), config.alias, database->latest()));
  ASSIGN_OR_RETURN(partners, identity::Partners::Load(self.get(), database->latest(), clock));
  const auto log = [](const std::string& line) { spdlog::warn("sync: {}", line); };
  ASSIGN_OR_RETURN(sharing, sharing::Sharing::Create({.self = self.get(),
                                                      .partners = partners.get(),
                                                      .database = database.get(),
                                                      .clock = clock,
                                                      .log = log}));
  index_stage = std::make_unique<directory::IndexStage>(self->node());
  audit_stage = std::make_unique<identity::AuditStage>(clock);
  // In the order in which they see a change.
  const std::vector<storage::CommitStage*> stages = {index_stage.get(), sharing->stage(),
                                                     audit_stage.get()};
  writer = std::make_unique<storage::Writer>(database.get(), stages);
  return absl::OkStatus();
}

absl::Status Node::Parts::MakeIdentity() {
  ASSIGN_OR_RETURN(operators, identity::Operators::Load(database->latest(), writer.get(), clock));
  tokens = std::make_unique<identity::Tokens>(self.get(), &database->latest(), writer.get(), clock);
  pairing =
      std::make_unique<identity::Pairing>(self.get(), tokens.get(), partners.get(), writer.get());
  return absl::OkStatus();
}

void Node::Parts::MakeDirectory() {
  directory::Directory::Nodes nodes;
  nodes.find = [this](absl::string_view name) -> absl::StatusOr<NodeId> {
    if (name == self->alias() || name == ToText(self->node())) return self->node();
    ASSIGN_OR_RETURN(const identity::PartnerPtr partner, partners->Find(name));
    return partner->node;
  };
  nodes.all = [this] {
    std::vector<NodeId> list;
    for (const auto& partner : partners->List()) list.push_back(partner->node);
    return list;
  };
  directory = std::make_unique<directory::Directory>(self->node(), database.get(), writer.get(),
                                                     clock, std::move(nodes));
}

void Node::Parts::MakeActorService() {
  const auto new_import = [this](v1::ImportSpec spec, std::string who,
                                 directory::Import::OnProblemFn on_problem) {
    return std::make_unique<directory::Import>(self->node(), database.get(), writer.get(), clock,
                                               std::move(spec), std::move(who),
                                               std::move(on_problem));
  };
  const auto alias_of = [this](const NodeId& node) {
    if (node == self->node()) return self->alias();
    const identity::PartnerPtr partner = partners->Get(node);
    return partner == nullptr ? std::string() : partner->alias;
  };
  actor_service = std::make_unique<rpc::ActorService>(directory.get(), callers.get(), clock,
                                                      new_import, alias_of);
}

void Node::Parts::Report(v1::NodeStatus* status) const {
  status->set_territory_vintage(directory::Territories::Official().vintage());
  int32_t connected = 0;
  for (const auto& partner : partners->List()) {
    connected += sharing->streams().IsConnected(partner->node) ? 1 : 0;
  }
  status->set_connected_partners(connected);
  const auto count = directory->Count("");
  if (!count.ok()) return;
  int64_t own = 0;
  for (const auto& group : count->groups) own += group.origin == self->node() ? group.count : 0;
  status->set_own_actors(own);
  status->set_partner_actors(count->total - own);
}

void Node::Parts::MakeServices() {
  callers = std::make_unique<rpc::Callers>(partners.get(), operators.get());
  MakeActorService();
  node_service = std::make_unique<rpc::NodeService>(
      rpc::NodeService::Parts{.callers = callers.get(),
                              .self = self.get(),
                              .partners = partners.get(),
                              .operators = operators.get(),
                              .version = kVersion,
                              .listen = config.listen,
                              .start_time = clock->Now(),
                              .reporters = {[this](v1::NodeStatus* status) { Report(status); }}});
  partner_service = std::make_unique<rpc::PartnerService>(rpc::PartnerService::Parts{
      .callers = callers.get(),
      .self = self.get(),
      .partners = partners.get(),
      .tokens = tokens.get(),
      .pairing = pairing.get(),
      .writer = writer.get(),
      .is_connected = [this](const NodeId& node) { return sharing->streams().IsConnected(node); }});
  pairing_service = rpc::NewPairingService(pairing.get(), callers.get());
}

absl::Status Node::Parts::Serve() {
  ASSIGN_OR_RETURN(
      server, rpc::Server::Start({.listen = config.listen,
                                  .key_path = identity::TlsKeyPath(dir),
                                  .certificate_path = identity::TlsCertificatePath(dir),
                                  .admin_socket = AdminSocketPath(dir, config)},
                                 callers.get(),
                                 {node_service.get(), partner_service.get(), actor_service.get(),
                                  &territory_service},
                                 {pairing_service.get()}));
  const identity::Description description = DescriptionOf(config, server->port());
  if (description.endpoints.empty()) {
    spdlog::warn("partners cannot dial this node: set 'endpoint' in node.toml");
  }
  return self->Refresh(description, writer.get(), *clock);
}

void Node::Parts::Stop(absl::Duration grace) {
  // Streams first: they would hold the server for the whole of `grace`.
  if (sharing != nullptr) sharing->Stop();
  if (server != nullptr) server->Shutdown(grace);
  if (writer != nullptr) writer->Stop();
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

absl::StatusOr<std::unique_ptr<Node>> Node::Start(const std::string& dir, const Clock& clock) {
  auto parts = std::make_unique<Parts>();
  parts->dir = dir;
  parts->clock = &clock;
  RETURN_IF_ERROR(parts->OpenHome());
  RETURN_IF_ERROR(parts->OpenStorage());
  RETURN_IF_ERROR(parts->MakeIdentity());
  parts->MakeDirectory();
  RETURN_IF_ERROR(parts->sharing->Open(parts->writer.get()));
  parts->MakeServices();
  RETURN_IF_ERROR(parts->sharing->Start());
  RETURN_IF_ERROR(parts->Serve());
  return std::unique_ptr<Node>(new Node(std::move(parts)));
}

Node::~Node() = default;

const NodeId& Node::id() const { return parts_->self->node(); }
const Config& Node::config() const { return parts_->config; }
int Node::port() const { return parts_->server->port(); }

void Node::Stop(absl::Duration grace) { parts_->Stop(grace); }

}  // namespace maillage::node
