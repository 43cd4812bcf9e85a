#include "server/node/parts.h"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "client/base/status_macros.h"
#include "server/broadcast/mail/mime.h"
#include "server/identity/files.h"
#include "server/identity/keys.h"
#include "server/identity/next_keys.h"

namespace maillage::node {

absl::Status Parts::Make() {
  RETURN_IF_ERROR(OpenHome());
  RETURN_IF_ERROR(OpenStorage());
  RETURN_IF_ERROR(MakeIdentity());
  RETURN_IF_ERROR(MakePartnerships());
  MakeDirectory();
  RETURN_IF_ERROR(MakeBroadcast());
  RETURN_IF_ERROR(MakeCascades());
  MakeServices();
  return Serve();
}

absl::Status Parts::OpenHome() {
  ASSIGN_OR_RETURN(lock, HomeLock::Take(dir));
  ASSIGN_OR_RETURN(const std::string text, identity::ReadFile(ConfigPath(dir)));
  ASSIGN_OR_RETURN(config, ParseConfig(text, ConfigPath(dir)));
  return absl::OkStatus();
}

absl::Status Parts::OpenStorage() {
  ASSIGN_OR_RETURN(database, storage::Database::Open({.path = DatabasePath(dir),
                                                      .compress = config.compression != "none"}));
  RETURN_IF_ERROR(identity::SettleNextKeys(dir, database->latest()));
  ASSIGN_OR_RETURN(identity::Keys keys, identity::LoadKeys(dir));
  ASSIGN_OR_RETURN(self, identity::Self::Load(std::move(keys), config.alias, database->latest(),
                                              identity::DescriptorPath(dir)));
  ASSIGN_OR_RETURN(partners, identity::Partners::Load(self.get(), database->latest(), clock));
  ASSIGN_OR_RETURN(std::string tag_key, sharing::LoadTagKey(identity::TagKeyPath(dir)));
  ASSIGN_OR_RETURN(objections,
                   directory::Objections::Load(self->node(), database.get(), clock, tag_key));
  ASSIGN_OR_RETURN(erase_log, sharing::EraseLog::Open(EraseLogPath(dir), std::move(tag_key)));
  const auto log = [](const std::string& line) { spdlog::warn("sync: {}", line); };
  ASSIGN_OR_RETURN(sharing, sharing::Sharing::Create({.self = self.get(),
                                                      .partners = partners.get(),
                                                      .database = database.get(),
                                                      .clock = clock,
                                                      .log = log,
                                                      .erase_log = erase_log.get(),
                                                      .gates = TheGates()}));
  ASSIGN_OR_RETURN(closing, identity::Closing::Load(self.get(), database->latest()));
  index_stage = std::make_unique<directory::IndexStage>(self->node());
  history_stage =
      std::make_unique<directory::HistoryStage>(self->node(), &database->latest(), clock);
  audit_stage = std::make_unique<identity::AuditStage>(clock);
  // In the order in which they see a change.
  const std::vector<storage::CommitStage*> stages = {
      closing.get(), index_stage.get(), history_stage.get(), sharing->stage(), audit_stage.get()};
  writer = std::make_unique<storage::Writer>(database.get(), stages);
  backup = std::make_unique<NodeBackup>(dir, self.get(), database.get(), writer.get());
  RETURN_IF_ERROR(CheckStamp());
  return sharing->Open(writer.get());
}

directory::Gates Parts::TheGates() const {
  return {[this](absl::string_view address) { return erase_log->Contains(address); },
          objections.get()};
}

absl::Status Parts::CheckStamp() {
  // Even a home that was just made has its descriptor in the database.
  ASSIGN_OR_RETURN(const auto row,
                   database->latest().Get(storage::Family::kMeta, identity::kDescriptorRow));
  return BootStamp(dir).Renew(
      database->latest(), /*database_is_empty=*/!row.has_value(), writer.get(),
      [this](const std::string& why, storage::Transaction* transaction) {
        spdlog::warn("the node recovers: {}", why);
        return sharing::Recovery::AddBeginning(database->latest(), why, clock->Now(), transaction);
      });
}

absl::Status Parts::MakeIdentity() {
  ASSIGN_OR_RETURN(operators, identity::Operators::Load(database->latest(), writer.get(), clock));
  tokens = std::make_unique<identity::Tokens>(self.get(), &database->latest(), writer.get(), clock);
  pairing =
      std::make_unique<identity::Pairing>(self.get(), tokens.get(), partners.get(), writer.get());
  rotation = std::make_unique<identity::Rotation>(self.get(), dir, CertificateHosts(config),
                                                  writer.get(), clock);
  rotation->OnSigningKey([this] { sharing->shares().SignAnew(); });
  rotation->OnCertificatesRevoked([this] { sharing->streams().CloseAll(); });
  return absl::OkStatus();
}

absl::Status Parts::MakePartnerships() {
  const auto add_to_link = [this](const NodeId& to, const v1::LinkMessage& message,
                                  storage::Transaction* transaction) {
    return sharing->links().AddTo(to, message, transaction);
  };
  ASSIGN_OR_RETURN(partnerships,
                   identity::Partnerships::Load(
                       {.self = self.get(),
                        .partners = partners.get(),
                        .writer = writer.get(),
                        .clock = clock,
                        .add_to_link = add_to_link,
                        .log = [](const std::string& line) { spdlog::warn("{}", line); }},
                       database->latest()));
  partnerships->OnMembersChanged([this] { FollowPartnerships(); });
  sharing->links().Handle(v1::LinkMessage::kSuccession,
                          [this](const NodeId& from, const RecordId&,
                                 const v1::LinkMessage& message, storage::Transaction*) {
                            return partners->Close(from, message.succession(), writer.get());
                          });
  sharing->links().Handle(
      v1::LinkMessage::kRoster,
      [this](const NodeId& from, const RecordId&, const v1::LinkMessage& message,
             storage::Transaction*) { return partnerships->Receive(from, message.roster()); });
  return absl::OkStatus();
}

void Parts::FollowPartnerships() {
  const absl::Status status = sharing->shares().FollowPartnerships(
      [this](absl::string_view id) { return partnerships->PartnersIn(id); });
  if (!status.ok()) spdlog::warn("shares of a partnership: {}", std::string(status.message()));
}

void Parts::MakeDirectory() {
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
  objections->Open(nodes.find, writer.get());
  directory = std::make_unique<directory::Directory>(self->node(), database.get(), writer.get(),
                                                     clock, std::move(nodes), TheGates());
  suggestions = std::make_unique<sharing::Suggestions>(
      sharing::Suggestions::Parts{.self = self.get(),
                                  .partners = partners.get(),
                                  .shares = &sharing->table(),
                                  .database = database.get(),
                                  .writer = writer.get(),
                                  .clock = clock,
                                  .links = &sharing->links(),
                                  .directory = directory.get()});
  suggestions->Register();
  sharing->recovery().AskPeopleBy(
      [this](const NodeId& from, const RecordId& id, const v1::Actor& actor,
             storage::Transaction* transaction) {
        return suggestions->AddRecovered(from, id, actor, transaction);
      },
      [this](const RecordId& id, storage::Transaction* transaction) {
        return suggestions->DropRecovered(id, transaction);
      });
  sharing->erasures().OnErased([this]() -> absl::StatusOr<storage::KeyRange> {
    RETURN_IF_ERROR(suggestions->DropOrphans());
    return sharing::SuggestionRange();
  });
}

absl::Status Parts::MakeBroadcast() {
  broadcast::JobOptions options;
  options.smtp.url = config.smtp;
  ASSIGN_OR_RETURN(mail_tokens, broadcast::MailTokens::Load(identity::KeyPath(dir, "token")));
  options.pages = {config.base_url, mail_tokens.get()};
  options.return_path = config.return_path;
  if (!config.from.empty()) {
    ASSIGN_OR_RETURN(options.sender, broadcast::ParseSender(config.from, config.name));
  }
  const auto add_to_link = [this](const NodeId& to, const v1::LinkMessage& message,
                                  storage::Transaction* transaction) {
    return sharing->links().AddTo(to, message, transaction);
  };
  ASSIGN_OR_RETURN(invitations,
                   broadcast::Invitations::Open(
                       {.database = database.get(),
                        .writer = writer.get(),
                        .clock = clock,
                        .self = self.get(),
                        .partners = partners.get(),
                        .directory = directory.get(),
                        .add_to_link = add_to_link,
                        .objections = objections.get(),
                        .is_recovering = [this] { return sharing->recovery().active(); }},
                       std::move(options)));
  letter_batches = std::make_unique<broadcast::LetterBatches>(broadcast::LetterBatches::Parts{
      .database = database.get(),
      .writer = writer.get(),
      .clock = clock,
      .pages = {config.base_url, mail_tokens.get()},
      .find = [this](absl::string_view name) { return invitations->Find(name); },
      .check_ready =
          [this](const broadcast::KeptInvitation& kept) { return invitations->CheckReady(kept); },
      .expand =
          [this](const v1::InvitationContent& content) { return invitations->Expand(content); }});
  replies = std::make_unique<broadcast::Replies>(broadcast::Replies::Parts{
      database.get(), writer.get(), clock, invitations.get(), self->node()});
  sharing->OnRecovery([this] { HoldBroadcasts(); }, [this] { FollowPartnerships(); });
  if (sharing->recovery().active()) RETURN_IF_ERROR(invitations->Recover());
  for (const auto kind : {v1::LinkMessage::kCosignRequest, v1::LinkMessage::kCosignature}) {
    sharing->links().Handle(
        kind, [this](const NodeId& from, const RecordId&, const v1::LinkMessage& message,
                     storage::Transaction* transaction) {
          return invitations->Receive(from, message, transaction);
        });
  }
  return absl::OkStatus();
}

void Parts::HoldBroadcasts() {
  absl::Status status = invitations->Recover();
  status.Update(cascades->Recover());
  if (!status.ok()) spdlog::error("broadcasts: {}", std::string(status.message()));
}

void Parts::Stop(absl::Duration grace) {
  returns_timer.reset();
  cascade_timer.reset();
  rotation_timer.reset();
  web_server.reset();  // its pages read the parts
  // Streams first: they would hold the server for the whole of `grace`.
  if (sync_client != nullptr) sync_client->Stop();
  if (sharing != nullptr) sharing->Stop();
  if (server != nullptr) server->Shutdown(grace);
  // Broadcasts end before the writer does.
  cascades.reset();
  replies.reset();
  invitations.reset();
  if (writer != nullptr) writer->Stop();
}

}  // namespace maillage::node
