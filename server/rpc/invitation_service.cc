#include "server/rpc/invitation_service.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/base/grpc_status.h"
#include "server/rpc/answer.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {
namespace {

constexpr absl::Duration kWatchEvery = absl::Milliseconds(200);

// Rises from the newest to the oldest; the name makes it unique.
std::string NewestFirst(const v1::Invitation& invitation) {
  const int64_t ms =
      invitation.create_time().seconds() * 1000 + invitation.create_time().nanos() / 1'000'000;
  return absl::StrFormat("%020d/%s", INT64_MAX - ms, invitation.name());
}

std::string ByNumber(const v1::RecipientRow& row) { return absl::StrFormat("%010d", row.number()); }

}  // namespace

grpc::Status InvitationService::CreateInvitation(grpc::ServerContext* context,
                                                 const v1::CreateInvitationRequest* request,
                                                 v1::Invitation* response) {
  return Answer(invitations_->Create(request->file(), callers_->Of(*context).Who()), response);
}

grpc::Status InvitationService::GetInvitation(grpc::ServerContext*,
                                              const v1::GetInvitationRequest* request,
                                              v1::Invitation* response) {
  return Answer(invitations_->Get(request->name()), response);
}

grpc::Status InvitationService::ListInvitations(grpc::ServerContext*,
                                                const v1::ListInvitationsRequest* request,
                                                v1::ListInvitationsResponse* response) {
  const auto all = invitations_->List();
  if (!all.ok()) return ToGrpcStatus(all.status());
  std::vector<v1::Invitation> sorted = *all;
  std::sort(sorted.begin(), sorted.end(), [](const v1::Invitation& a, const v1::Invitation& b) {
    return NewestFirst(a) < NewestFirst(b);
  });
  const auto page = PageOf(*request, sorted, NewestFirst);
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (const v1::Invitation& invitation : page->items) *response->add_invitations() = invitation;
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status InvitationService::CosignInvitation(grpc::ServerContext* context,
                                                 const v1::GetInvitationRequest* request,
                                                 v1::Invitation* response) {
  return Answer(invitations_->Cosign(request->name(), callers_->Of(*context).Who()), response);
}

grpc::Status InvitationService::ReviseInvitation(grpc::ServerContext* context,
                                                 const v1::ReviseInvitationRequest* request,
                                                 v1::Invitation* response) {
  return Answer(
      invitations_->Revise(request->name(), request->file(), callers_->Of(*context).Who()),
      response);
}

grpc::Status InvitationService::RecallInvitation(grpc::ServerContext* context,
                                                 const v1::RecallInvitationRequest* request,
                                                 v1::Invitation* response) {
  return Answer(invitations_->Recall(request->name(), request->why(), callers_->Of(*context).Who()),
                response);
}

grpc::Status InvitationService::AttestInvitation(grpc::ServerContext* context,
                                                 const v1::AttestInvitationRequest* request,
                                                 v1::Invitation* response) {
  return Answer(invitations_->Attest(request->name(), request->organiser(), request->proof(),
                                     callers_->Of(*context).Who()),
                response);
}

grpc::Status InvitationService::PreviewInvitation(grpc::ServerContext*,
                                                  const v1::PreviewInvitationRequest* request,
                                                  v1::PreviewInvitationResponse* response) {
  return Answer(invitations_->Preview(*request), response);
}

grpc::Status InvitationService::TestInvitation(grpc::ServerContext*,
                                               const v1::TestInvitationRequest* request,
                                               v1::TestInvitationResponse* response) {
  return Answer(invitations_->Test(request->name(), request->mailbox()),
                response->mutable_smtp_reply());
}

grpc::Status InvitationService::SendInvitation(grpc::ServerContext* context,
                                               const v1::GetInvitationRequest* request,
                                               v1::Invitation* response) {
  return Answer(invitations_->Send(request->name(), callers_->Of(*context).Who()), response);
}

grpc::Status InvitationService::PauseInvitation(grpc::ServerContext* context,
                                                const v1::GetInvitationRequest* request,
                                                v1::Invitation* response) {
  return Answer(invitations_->Pause(request->name(), callers_->Of(*context).Who()), response);
}

grpc::Status InvitationService::ResumeInvitation(grpc::ServerContext* context,
                                                 const v1::GetInvitationRequest* request,
                                                 v1::Invitation* response) {
  return Answer(invitations_->Resume(request->name(), callers_->Of(*context).Who()), response);
}

grpc::Status InvitationService::WatchInvitation(grpc::ServerContext* context,
                                                const v1::GetInvitationRequest* request,
                                                grpc::ServerWriter<v1::BroadcastProgress>* writer) {
  const auto job = invitations_->FindJob(request->name());
  if (!job.ok()) return ToGrpcStatus(job.status());
  for (bool rests = false; !context->IsCancelled();) {
    // Asked first, so that the last message is of the end.
    const bool last = rests;
    if (!writer->Write((*job)->progress()) || last) return grpc::Status::OK;
    rests = (*job)->WaitForRest(kWatchEvery);
  }
  return grpc::Status::CANCELLED;
}

grpc::Status InvitationService::ReportInvitation(grpc::ServerContext*,
                                                 const v1::GetInvitationRequest* request,
                                                 v1::ReportInvitationResponse* response) {
  return Answer(invitations_->Report(request->name()), response);
}

grpc::Status InvitationService::ListUncertain(grpc::ServerContext*,
                                              const v1::ListUncertainRequest* request,
                                              v1::ListUncertainResponse* response) {
  const auto rows = invitations_->Uncertain(request->name());
  if (!rows.ok()) return ToGrpcStatus(rows.status());
  const auto page = PageOf(*request, *rows, ByNumber);
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (const v1::RecipientRow& row : page->items) *response->add_recipients() = row;
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status InvitationService::ResolveUncertain(grpc::ServerContext* context,
                                                 const v1::ResolveUncertainRequest* request,
                                                 v1::BroadcastProgress* response) {
  return Answer(
      invitations_->Resolve(request->name(), request->decision(), callers_->Of(*context).Who()),
      response);
}

}  // namespace maillage::rpc
