#include "server/rpc/disclosure_service.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/grpc_status.h"
#include "client/base/status_macros.h"
#include "server/directory/shown.h"
#include "server/sharing/share_edit.h"

namespace maillage::rpc {
namespace {

constexpr int kMaxChanges = 1000;

}  // namespace

grpc::Status DisclosureService::DiscloseActor(grpc::ServerContext* context,
                                              const v1::DiscloseActorRequest* request,
                                              v1::Disclosure* response) {
  return ToGrpcStatus(Disclose(*request, parts_.callers->Of(*context).Who(), response));
}

absl::Status DisclosureService::Disclose(const v1::DiscloseActorRequest& request,
                                         const std::string& who, v1::Disclosure* disclosure) const {
  ASSIGN_OR_RETURN(const RecordId id, parts_.directory->FindOwn(request.name()));
  ASSIGN_OR_RETURN(const auto actor, parts_.directory->Get(request.name()));
  disclosure->set_controller(parts_.controller);
  disclosure->mutable_time()->set_seconds(absl::ToUnixSeconds(parts_.clock->Now()));
  *disclosure->mutable_actor() = *actor;
  RETURN_IF_ERROR(AddRecipients(id, disclosure));
  for (const v1::ContactPoint& point : actor->contact_points()) {
    if (point.kind() != v1::CONTACT_KIND_EMAIL) continue;
    RETURN_IF_ERROR(AddInvitations(point.value(), disclosure));
    ASSIGN_OR_RETURN(const auto objections, parts_.objections->List(point.value()));
    for (const v1::Objection& objection : objections) *disclosure->add_objections() = objection;
  }
  v1::GetActorHistoryRequest changes;
  changes.set_name(request.name());
  changes.set_page_size(kMaxChanges);
  ASSIGN_OR_RETURN(auto history, parts_.directory->History(changes));
  *disclosure->mutable_changes() = std::move(*history.mutable_changes());
  storage::Transaction audit;
  audit.who = who;
  audit.what = absl::StrCat("disclose ", actor->name());
  return parts_.writer->Commit(std::move(audit));
}

absl::Status DisclosureService::AddRecipients(const RecordId& id,
                                              v1::Disclosure* disclosure) const {
  ASSIGN_OR_RETURN(const auto sightings,
                   directory::ReadSightings(parts_.database->latest(), parts_.self, id));
  const std::vector<sharing::OwnSharePtr> shares = parts_.shares->List();
  for (const directory::Sighting& sighting : sightings) {
    const auto share = std::find_if(shares.begin(), shares.end(),
                                    [&](const auto& one) { return one->id == sighting.share; });
    if (share == shares.end()) continue;
    for (const NodeId& member : sharing::MembersOf((*share)->descriptor)) {
      v1::DisclosedRecipient& recipient = *disclosure->add_recipients();
      recipient.set_partner(parts_.alias_of(member));
      recipient.set_share((*share)->descriptor.title());
      recipient.set_view((*share)->descriptor.view());
      recipient.set_current(sighting.kind == v1::ENTRY_KIND_PUT);
    }
  }
  return absl::OkStatus();
}

absl::Status DisclosureService::AddInvitations(const std::string& mailbox,
                                               v1::Disclosure* disclosure) const {
  ASSIGN_OR_RETURN(const auto invitations, parts_.invitations->List());
  for (const v1::Invitation& invitation : invitations) {
    ASSIGN_OR_RETURN(const auto kept, parts_.invitations->Find(invitation.name()));
    const auto job = parts_.invitations->JobOf(kept);
    if (job == nullptr) continue;
    ASSIGN_OR_RETURN(const auto recipient, job->FindRecipient(broadcast::KeyOf(mailbox)));
    if (!recipient.has_value()) continue;
    v1::DisclosedInvitation& one = *disclosure->add_invitations();
    one.set_invitation(kept.name);
    one.set_delivery(std::string(
        absl::StripPrefix(v1::DeliveryState_Name(recipient->state()), "DELIVERY_STATE_")));
    ASSIGN_OR_RETURN(const std::string id, parts_.replies->IdForMailbox(kept, mailbox));
    ASSIGN_OR_RETURN(const auto reply, parts_.replies->Get(kept.name, id));
    if (reply.has_value()) *one.mutable_reply() = *reply;
  }
  return absl::OkStatus();
}

}  // namespace maillage::rpc
