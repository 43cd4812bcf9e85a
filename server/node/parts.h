// The parts of a running node and how they hang together. Known to this room
// alone: parts get each other, never this.
#ifndef SERVER_NODE_PARTS_H_
#define SERVER_NODE_PARTS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/periodic.h"
#include "server/broadcast/cascade/cascades.h"
#include "server/broadcast/invitations.h"
#include "server/broadcast/letters/letter_batches.h"
#include "server/broadcast/replies.h"
#include "server/broadcast/tokens.h"
#include "server/directory/directory.h"
#include "server/directory/history_stage.h"
#include "server/directory/index_stage.h"
#include "server/directory/objections.h"
#include "server/identity/audit_stage.h"
#include "server/identity/operators.h"
#include "server/identity/pairing.h"
#include "server/identity/partners.h"
#include "server/identity/partnerships.h"
#include "server/identity/rotation.h"
#include "server/identity/self.h"
#include "server/identity/succession.h"
#include "server/identity/tokens.h"
#include "server/node/backup.h"
#include "server/node/config.h"
#include "server/node/home.h"
#include "server/rpc/actor_service.h"
#include "server/rpc/audit_service.h"
#include "server/rpc/authentication.h"
#include "server/rpc/cascade_service.h"
#include "server/rpc/disclosure_service.h"
#include "server/rpc/erasure_service.h"
#include "server/rpc/history_service.h"
#include "server/rpc/interchange_service.h"
#include "server/rpc/invitation_service.h"
#include "server/rpc/letter_service.h"
#include "server/rpc/node_service.h"
#include "server/rpc/notice_service.h"
#include "server/rpc/objection_service.h"
#include "server/rpc/partner_service.h"
#include "server/rpc/partnership_service.h"
#include "server/rpc/reply_service.h"
#include "server/rpc/server.h"
#include "server/rpc/share_service.h"
#include "server/rpc/suggestion_service.h"
#include "server/rpc/sync_client.h"
#include "server/rpc/territory_service.h"
#include "server/sharing/sharing.h"
#include "server/sharing/suggestions.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"
#include "server/web/site.h"
#include "server/web/web_server.h"

namespace maillage::node {

// In the order of making; let go in the reverse order.
struct Parts {
  ~Parts() { Stop(absl::ZeroDuration()); }

  std::string dir;
  const Clock* clock = nullptr;
  Config config;
  std::unique_ptr<HomeLock> lock;

  // What commit stages read.
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<identity::Self> self;
  std::unique_ptr<identity::Partners> partners;
  std::unique_ptr<directory::Objections> objections;
  std::unique_ptr<sharing::EraseLog> erase_log;
  std::unique_ptr<sharing::Sharing> sharing;
  std::unique_ptr<identity::Closing> closing;
  std::unique_ptr<directory::IndexStage> index_stage;
  std::unique_ptr<directory::HistoryStage> history_stage;
  std::unique_ptr<identity::AuditStage> audit_stage;
  std::unique_ptr<storage::Writer> writer;

  // What writes.
  std::unique_ptr<NodeBackup> backup;
  std::unique_ptr<identity::Operators> operators;
  std::unique_ptr<identity::Tokens> tokens;
  std::unique_ptr<identity::Pairing> pairing;
  std::unique_ptr<identity::Rotation> rotation;
  std::unique_ptr<identity::Partnerships> partnerships;
  std::unique_ptr<directory::Directory> directory;
  std::unique_ptr<sharing::Suggestions> suggestions;
  std::unique_ptr<broadcast::MailTokens> mail_tokens;
  std::unique_ptr<broadcast::Invitations> invitations;
  std::unique_ptr<broadcast::LetterBatches> letter_batches;
  std::unique_ptr<broadcast::Replies> replies;
  std::unique_ptr<broadcast::Cascades> cascades;

  // What others call.
  std::unique_ptr<rpc::Callers> callers;
  rpc::TerritoryService territory_service;
  std::unique_ptr<rpc::ActorService> actor_service;
  std::unique_ptr<rpc::InterchangeService> interchange_service;
  std::unique_ptr<rpc::ErasureService> erasure_service;
  std::unique_ptr<rpc::AuditService> audit_service;
  std::unique_ptr<rpc::DisclosureService> disclosure_service;
  std::unique_ptr<rpc::HistoryService> history_service;
  std::unique_ptr<rpc::NoticeService> notice_service;
  std::unique_ptr<rpc::ObjectionService> objection_service;
  std::unique_ptr<rpc::NodeService> node_service;
  std::unique_ptr<rpc::PartnerService> partner_service;
  std::unique_ptr<rpc::PartnershipService> partnership_service;
  std::unique_ptr<rpc::ShareService> share_service;
  std::unique_ptr<rpc::SuggestionService> suggestion_service;
  std::unique_ptr<rpc::InvitationService> invitation_service;
  std::unique_ptr<rpc::CascadeService> cascade_service;
  std::unique_ptr<rpc::LetterService> letter_service;
  std::unique_ptr<rpc::ReplyService> reply_service;
  std::unique_ptr<grpc::Service> pairing_service;
  std::unique_ptr<grpc::Service> sync_service;
  std::unique_ptr<rpc::Server> server;
  std::unique_ptr<rpc::SyncClient> sync_client;
  std::unique_ptr<Periodic> rotation_timer;
  std::unique_ptr<Periodic> returns_timer;
  std::unique_ptr<Periodic> cascade_timer;
  std::unique_ptr<web::Site> site;
  std::unique_ptr<web::WebServer> web_server;

  // All of the following, in its order, so that the node serves. parts.cc.
  absl::Status Make();
  // In this order.
  absl::Status OpenHome();
  absl::Status OpenStorage();
  absl::Status MakeIdentity();
  absl::Status MakePartnerships();
  void MakeDirectory();
  absl::Status MakeBroadcast();
  // cascades.cc
  absl::Status MakeCascades();
  // services.cc
  void MakeServices();
  absl::Status Serve();

  // Also of a node that did not get to the end of its start. Harmless when
  // repeated.
  void Stop(absl::Duration grace);

 private:
  // Who may come in, and which records may leave.
  directory::Gates TheGates() const;
  // Whether the database is the one that this home ran with last.
  absl::Status CheckStamp();
  // Shares whose members are those of partnerships.
  void FollowPartnerships();
  // A recovery begins: no mail leaves any more.
  void HoldBroadcasts();
  // cascades.cc
  absl::StatusOr<std::vector<NodeId>> MembersOf(const std::string& name) const;
  void StartCascades();
  void MakeActorService();
  std::string AliasOf(const NodeId& node) const;
  void MakeNodeService();
  void MakePartnerService();
  void MakePartnershipService();
  void MakeSyncEnds();
  absl::Status ServeWeb();
  // What is done now and then.
  void StartTimers(const identity::Description& description);
  void ReadReturns() const;
  void Report(v1::NodeStatus* status) const;
};

}  // namespace maillage::node

#endif  // SERVER_NODE_PARTS_H_
