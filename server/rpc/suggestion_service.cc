#include "server/rpc/suggestion_service.h"

#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "client/base/grpc_status.h"
#include "server/rpc/answer.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {
namespace {

std::string ByNumber(const v1::ProposedChange& suggestion) {
  return absl::StrFormat("%020d", suggestion.number());
}

}  // namespace

grpc::Status SuggestionService::MakeSuggestion(grpc::ServerContext* context,
                                               const v1::MakeSuggestionRequest* request,
                                               v1::ProposedChange* response) {
  const auto& paths = request->update_mask().paths();
  return Answer(suggestions_->Make(request->actor(), {paths.begin(), paths.end()}, request->why(),
                                   callers_->Of(*context).Who()),
                response);
}

grpc::Status SuggestionService::ListSuggestions(grpc::ServerContext*,
                                                const v1::ListSuggestionsRequest* request,
                                                v1::ListSuggestionsResponse* response) {
  const auto all = suggestions_->List();
  if (!all.ok()) return ToGrpcStatus(all.status());
  auto page = PageOf(*request, *all, ByNumber);
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (v1::ProposedChange& suggestion : page->items) {
    *response->add_suggestions() = std::move(suggestion);
  }
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status SuggestionService::AcceptSuggestion(grpc::ServerContext* context,
                                                 const v1::DecideSuggestionRequest* request,
                                                 v1::ProposedChange* response) {
  return Answer(suggestions_->Accept(request->name(), callers_->Of(*context).Who()), response);
}

grpc::Status SuggestionService::RefuseSuggestion(grpc::ServerContext* context,
                                                 const v1::DecideSuggestionRequest* request,
                                                 v1::ProposedChange* response) {
  return Answer(suggestions_->Refuse(request->name(), request->why(), callers_->Of(*context).Who()),
                response);
}

}  // namespace maillage::rpc
