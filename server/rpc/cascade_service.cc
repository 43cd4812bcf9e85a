#include "server/rpc/cascade_service.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "client/base/grpc_status.h"
#include "server/rpc/answer.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {
namespace {

// Rises from the newest to the oldest; the name makes it unique.
std::string NewestFirst(const v1::InvitationOffer& offer) {
  return absl::StrFormat("%020d/%s", INT64_MAX - offer.invitation().create_time().seconds(),
                         offer.name());
}

}  // namespace

grpc::Status CascadeService::OfferInvitation(grpc::ServerContext* context,
                                             const v1::OfferInvitationRequest* request,
                                             v1::Cascade* response) {
  return Answer(cascades_->Offer(*request, callers_->Of(*context).Who()), response);
}

grpc::Status CascadeService::GetCascade(grpc::ServerContext*,
                                        const v1::GetInvitationRequest* request,
                                        v1::Cascade* response) {
  return Answer(cascades_->Get(request->name()), response);
}

grpc::Status CascadeService::IgnoreObjections(grpc::ServerContext* context,
                                              const v1::IgnoreObjectionsRequest* request,
                                              v1::Cascade* response) {
  return Answer(cascades_->IgnoreObjections(*request, callers_->Of(*context).Who()), response);
}

grpc::Status CascadeService::ListOffers(grpc::ServerContext*, const v1::ListOffersRequest* request,
                                        v1::ListOffersResponse* response) {
  auto offers = cascades_->ListOffers();
  if (!offers.ok()) return ToGrpcStatus(offers.status());
  std::sort(offers->begin(), offers->end(),
            [](const v1::InvitationOffer& a, const v1::InvitationOffer& b) {
              return NewestFirst(a) < NewestFirst(b);
            });
  const auto page = PageOf(*request, *offers, NewestFirst);
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (const v1::InvitationOffer& offer : page->items) *response->add_offers() = offer;
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status CascadeService::AcceptOffer(grpc::ServerContext* context,
                                         const v1::AcceptOfferRequest* request,
                                         v1::InvitationOffer* response) {
  return Answer(cascades_->Accept(*request, callers_->Of(*context).Who()), response);
}

grpc::Status CascadeService::DeclineOffer(grpc::ServerContext* context,
                                          const v1::GetInvitationRequest* request,
                                          v1::InvitationOffer* response) {
  return Answer(cascades_->Decline(request->name(), callers_->Of(*context).Who()), response);
}

}  // namespace maillage::rpc
