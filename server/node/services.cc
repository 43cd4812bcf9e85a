// The services of a node, and the servers they are on.
#include <spdlog/spdlog.h>

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/broadcast/returns.h"
#include "server/directory/import.h"
#include "server/directory/inheritance.h"
#include "server/directory/territories.h"
#include "server/identity/files.h"
#include "server/identity/keys.h"
#include "server/node/parts.h"
#include "server/node/version.h"
#include "server/rpc/pairing_service.h"
#include "server/rpc/sync_service.h"
#include "server/web/metrics_page.h"

namespace maillage::node {
namespace {

constexpr absl::Duration kReadReturnsEvery = absl::Seconds(30);

}  // namespace

void Parts::MakeServices() {
  callers = std::make_unique<rpc::Callers>(partners.get(), operators.get());
  MakeActorService();
  erasure_service =
      std::make_unique<rpc::ErasureService>(directory.get(), &sharing->erasures(), callers.get());
  audit_service = std::make_unique<rpc::AuditService>(database.get());
  disclosure_service = std::make_unique<rpc::DisclosureService>(rpc::DisclosureService::Parts{
      .self = self->node(),
      .controller = config.name,
      .directory = directory.get(),
      .objections = objections.get(),
      .shares = &sharing->shares(),
      .invitations = invitations.get(),
      .replies = replies.get(),
      .database = database.get(),
      .writer = writer.get(),
      .clock = clock,
      .callers = callers.get(),
      .alias_of = [this](const NodeId& node) { return AliasOf(node); }});
  history_service = std::make_unique<rpc::HistoryService>(directory.get());
  notice_service = std::make_unique<rpc::NoticeService>(
      directory::Notices(self->node(), directory.get(), database.get(), writer.get(), clock),
      callers.get());
  objection_service = std::make_unique<rpc::ObjectionService>(objections.get(), callers.get());
  MakeNodeService();
  MakePartnerService();
  MakePartnershipService();
  MakeSyncEnds();
  invitation_service = std::make_unique<rpc::InvitationService>(invitations.get(), callers.get());
  cascade_service = std::make_unique<rpc::CascadeService>(cascades.get(), callers.get());
  letter_service = std::make_unique<rpc::LetterService>(letter_batches.get(), callers.get());
  reply_service = std::make_unique<rpc::ReplyService>(replies.get(), callers.get());
  suggestion_service = std::make_unique<rpc::SuggestionService>(suggestions.get(), callers.get());
  pairing_service = rpc::NewPairingService(pairing.get(), callers.get());
}

void Parts::MakeActorService() {
  const auto new_import = [this](v1::ImportSpec spec, std::string who,
                                 directory::Import::OnProblemFn on_problem) {
    return std::make_unique<directory::Import>(self->node(), database.get(), writer.get(), clock,
                                               std::move(spec), std::move(who),
                                               std::move(on_problem), TheGates());
  };
  const auto alias_of = [this](const NodeId& node) { return AliasOf(node); };
  actor_service = std::make_unique<rpc::ActorService>(directory.get(), callers.get(), clock,
                                                      new_import, alias_of);
  interchange_service = std::make_unique<rpc::InterchangeService>(
      directory::Exporter(self->node(), directory.get(), writer.get(), alias_of),
      directory::ImportBatches(self->node(), database.get(), writer.get(), clock),
      directory::Mappings(database.get(), writer.get()), callers.get());
}

std::string Parts::AliasOf(const NodeId& node) const {
  if (node == self->node()) return self->alias();
  const identity::PartnerPtr partner = partners->Get(node);
  return partner == nullptr ? std::string() : partner->alias;
}

void Parts::MakeNodeService() {
  node_service = std::make_unique<rpc::NodeService>(rpc::NodeService::Parts{
      .callers = callers.get(),
      .self = self.get(),
      .partners = partners.get(),
      .operators = operators.get(),
      .rotation = rotation.get(),
      .closing = closing.get(),
      .add_to_link =
          [this](const NodeId& to, const v1::LinkMessage& message,
                 storage::Transaction* transaction) {
            return sharing->links().AddTo(to, message, transaction);
          },
      .writer = writer.get(),
      .clock = clock,
      .is_connected = [this](const NodeId& node) { return sharing->streams().IsConnected(node); },
      .version = kVersion,
      .listen = config.listen,
      .start_time = clock->Now(),
      .reporters = {[this](v1::NodeStatus* status) { Report(status); }},
      .back_up = [this](const std::string& folder, uint32_t keep,
                        const std::string& who) { return backup->Make(folder, keep, who); },
      .end_recovery =
          [this](const std::string& who) { return sharing->streams().EndRecovery(who); }});
}

void Parts::Report(v1::NodeStatus* status) const {
  status->set_territory_vintage(directory::Territories::Official().vintage());
  int32_t connected = 0;
  for (const auto& partner : partners->List()) {
    connected += sharing->streams().IsConnected(partner->node) ? 1 : 0;
  }
  status->set_connected_partners(connected);
  if (auto recovery = sharing->ReportRecovery()) *status->mutable_recovery() = *std::move(recovery);
  const auto count = directory->Count("");
  if (!count.ok()) return;
  int64_t own = 0;
  for (const auto& group : count->groups) own += group.origin == self->node() ? group.count : 0;
  status->set_own_actors(own);
  const std::string ours = absl::StrCat(" AND origin = ", ToText(self->node()));
  const std::string today = absl::FormatTime("%Y-%m-%d", clock->Now(), absl::UTCTimeZone());
  if (const auto due = directory->Count(absl::StrCat("notice = DUE", ours)); due.ok()) {
    status->set_notice_due(due->total);
  }
  if (const auto due = directory->Count(absl::StrCat("retain_until <= ", today, ours)); due.ok()) {
    status->set_retention_due(due->total);
  }
  status->set_partner_actors(count->total - own);
}

void Parts::MakePartnerService() {
  const auto is_connected = [this](const NodeId& node) {
    return sharing->streams().IsConnected(node);
  };
  partner_service = std::make_unique<rpc::PartnerService>(rpc::PartnerService::Parts{
      .callers = callers.get(),
      .self = self.get(),
      .partners = partners.get(),
      .tokens = tokens.get(),
      .pairing = pairing.get(),
      .writer = writer.get(),
      .inherit =
          [this](const NodeId& from, const std::string& who) {
            return directory::Inherit(directory.get(), self->node(), from, who);
          },
      .is_connected = is_connected});
}

void Parts::MakePartnershipService() {
  partnership_service = std::make_unique<rpc::PartnershipService>(
      rpc::PartnershipService::Parts{.callers = callers.get(),
                                     .self = self.get(),
                                     .partners = partners.get(),
                                     .partnerships = partnerships.get()});
}

void Parts::MakeSyncEnds() {
  share_service = std::make_unique<rpc::ShareService>(rpc::ShareService::Parts{
      .self = self->node(),
      .self_alias = config.alias,
      .callers = callers.get(),
      .partners = partners.get(),
      .sharing = sharing.get(),
      .partnerships = partnerships.get(),
      .parse_filter = [this](absl::string_view text) { return directory->ParseFilter(text); }});
  sync_service = rpc::NewSyncService(&sharing->streams(), callers.get());
  sync_client = std::make_unique<rpc::SyncClient>(rpc::SyncClient::Parts{
      .self = self.get(),
      .partners = partners.get(),
      .streams = &sharing->streams(),
      .log = [](const std::string& line) { spdlog::info("sync: {}", line); }});
}

absl::Status Parts::Serve() {
  RETURN_IF_ERROR(sharing->Start());
  partnerships->Start();
  RETURN_IF_ERROR(suggestions->DropOrphans());
  ASSIGN_OR_RETURN(
      server,
      rpc::Server::Start({.listen = config.listen,
                          .key_path = identity::TlsKeyPath(dir),
                          .certificate_path = identity::TlsCertificatePath(dir),
                          .admin_socket = AdminSocketPath(dir, config)},
                         callers.get(),
                         {node_service.get(), partner_service.get(), partnership_service.get(),
                          actor_service.get(), interchange_service.get(), share_service.get(),
                          suggestion_service.get(), erasure_service.get(), history_service.get(),
                          audit_service.get(), disclosure_service.get(), notice_service.get(),
                          objection_service.get(), invitation_service.get(), cascade_service.get(),
                          letter_service.get(), reply_service.get(), &territory_service},
                         {pairing_service.get(), sync_service.get()}));
  const identity::Description description = DescriptionOf(config, server->port());
  if (description.endpoints.empty()) {
    spdlog::warn("partners cannot dial this node: set 'endpoint' in node.toml");
  }
  RETURN_IF_ERROR(self->Refresh(description, writer.get(), *clock));
  sync_client->Start();
  StartTimers(description);
  return ServeWeb();
}

void Parts::StartTimers(const identity::Description& description) {
  // Whether a replaced key's time is over, and rosters are behind their members.
  // What fails is tried again an hour later.
  rotation_timer = std::make_unique<Periodic>(absl::Hours(1), [this, description] {
    for (const absl::Status& status : {rotation->Tick(description), partnerships->Refresh()}) {
      if (!status.ok()) spdlog::warn("keys: {}", std::string(status.message()));
    }
  });
  StartCascades();
  if (config.returns.empty()) return;
  returns_timer = std::make_unique<Periodic>(kReadReturnsEvery, [this] { ReadReturns(); });
}

void Parts::ReadReturns() const {
  const broadcast::Returns returns(
      {.maildir = config.returns,
       .local_part = config.return_path.substr(0, config.return_path.find('@')),
       .tokens = mail_tokens.get(),
       .clock = clock,
       .find_job = [this](const RecordId& job) { return invitations->JobWithId(job); }});
  const auto counts = returns.ReadNew();
  if (!counts.ok()) {
    spdlog::warn("returned mails: {}", std::string(counts.status().message()));
  } else if (counts->failed + counts->to_read > 0) {
    spdlog::info("returned mails: {} bounced, {} to read in {}", counts->failed, counts->to_read,
                 config.returns);
  }
}

absl::Status Parts::ServeWeb() {
  if (config.web.empty()) return absl::OkStatus();
  web::Routes routes;
  routes["/healthz"].handler = [](const web::Request&) { return web::Page{.body = "ok\n"}; };
  routes["/metrics"].handler = [this](const web::Request&) {
    web::Numbers numbers;
    auto status = sharing->reporter().Report();
    if (status.ok()) numbers.sync = *std::move(status);
    numbers.refusals = sharing->streams().Refusals();
    numbers.streams = sharing->streams().Figures();
    numbers.commits_waiting = writer->waiting();
    numbers.open_suggestions = suggestions->CountOpen().value_or(0);
    return web::Page{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                     .body = web::MetricsText(numbers, clock->Now())};
  };
  web::WebServer::Options options;
  options.proxy = config.web_proxy;
  if (!config.web_certificate.empty()) {
    ASSIGN_OR_RETURN(options.certificate, identity::ReadFile(config.web_certificate));
    ASSIGN_OR_RETURN(options.key, identity::ReadPrivateFile(config.web_key));
  }
  if (!config.base_url.empty()) {
    site = std::make_unique<web::Site>(web::Site::Parts{.self = self->node(),
                                                        .institution = config.name,
                                                        .base_url = config.base_url,
                                                        .invitations = invitations.get(),
                                                        .replies = replies.get(),
                                                        .letters = letter_batches.get(),
                                                        .tokens = mail_tokens.get(),
                                                        .objections = objections.get(),
                                                        .clock = clock});
    site->AddTo(&routes);
  }
  ASSIGN_OR_RETURN(web_server, web::WebServer::Start(config.web, std::move(routes), options));
  return absl::OkStatus();
}

}  // namespace maillage::node
