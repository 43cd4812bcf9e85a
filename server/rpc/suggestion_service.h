// Suggestions, made here and received.
#ifndef SERVER_RPC_SUGGESTION_SERVICE_H_
#define SERVER_RPC_SUGGESTION_SERVICE_H_

#include "maillage/v1/suggestion_service.grpc.pb.h"
#include "server/rpc/authentication.h"
#include "server/sharing/suggestions.h"

namespace maillage::rpc {

// Thread safe.
class SuggestionService final : public v1::SuggestionService::Service {
 public:
  // Both must outlive the service.
  SuggestionService(sharing::Suggestions* suggestions, const Callers* callers)
      : suggestions_(suggestions), callers_(callers) {}

  grpc::Status MakeSuggestion(grpc::ServerContext* context,
                              const v1::MakeSuggestionRequest* request,
                              v1::ProposedChange* response) override;
  grpc::Status ListSuggestions(grpc::ServerContext* context,
                               const v1::ListSuggestionsRequest* request,
                               v1::ListSuggestionsResponse* response) override;
  grpc::Status AcceptSuggestion(grpc::ServerContext* context,
                                const v1::DecideSuggestionRequest* request,
                                v1::ProposedChange* response) override;
  grpc::Status RefuseSuggestion(grpc::ServerContext* context,
                                const v1::DecideSuggestionRequest* request,
                                v1::ProposedChange* response) override;

 private:
  sharing::Suggestions* const suggestions_;
  const Callers* const callers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_SUGGESTION_SERVICE_H_
