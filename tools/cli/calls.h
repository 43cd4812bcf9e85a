// The shapes that most commands have: call and show one thing, page through and
// show many.
#ifndef TOOLS_CLI_CALLS_H_
#define TOOLS_CLI_CALLS_H_

#include <google/protobuf/repeated_ptr_field.h>
#include <grpcpp/channel.h>

#include <algorithm>
#include <concepts>
#include <functional>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "client/base/status_macros.h"
#include "client/call.h"
#include "client/pager.h"
#include "client/retry.h"
#include "tools/cli/context.h"

namespace maillage::cli {

// A person waits and can interrupt; this only ends what nobody watches.
inline constexpr absl::Duration kCallTimeout = absl::Minutes(10);

template <typename Service>
absl::StatusOr<std::unique_ptr<typename Service::Stub>> NewStub(Context* context) {
  ASSIGN_OR_RETURN(auto channel, context->Channel());
  return Service::NewStub(channel);
}

// Call<v1::NodeService>(context, &v1::NodeService::Stub::GetNodeStatus, request)
template <typename Service, typename Request, typename Response>
absl::StatusOr<Response> Call(Context* context,
                              grpc::Status (Service::Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                              const Request& request, absl::Duration timeout = kCallTimeout) {
  ASSIGN_OR_RETURN(const auto stub, NewStub<Service>(context));
  return client::Call(stub.get(), method, request, timeout);
}

// Calls and shows the answer.
template <typename Service, typename Request, typename Response>
absl::Status CallAndShow(Context* context,
                         grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                         const Request& request, const std::vector<Column>& columns) {
  ASSIGN_OR_RETURN(const Response response, Call<Service>(context, method, request));
  context->out().One(response, columns);
  return absl::OkStatus();
}

// How many there are in all; 0 where a page does not tell.
template <typename Response>
int64_t TotalOf(const Response& page) {
  if constexpr (requires { page.total_size(); }) return page.total_size();
  // A preview counts its recipients so.
  if constexpr (requires {
                  { page.recipients() } -> std::convertible_to<int64_t>;
                }) {
    return page.recipients();
  }
  return 0;
}

// Pages through and shows up to `limit` rows (0: all), `items` of each page:
// CallAndList<v1::PartnerService>(context, &v1::PartnerService::Stub::ListPartners, request,
//                                 &v1::ListPartnersResponse::partners, columns, noun).
// `on_page`, where there is one, sees each page.
template <typename Service, typename Request, typename Response, typename Item>
absl::Status CallAndList(
    Context* context,
    grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
    Request request, const google::protobuf::RepeatedPtrField<Item>& (Response::*items)() const,
    const std::vector<Column>& columns, const Noun& noun, int64_t limit = 0,
    const std::type_identity_t<std::function<void(const Response&)>>& on_page = nullptr) {
  constexpr int64_t kPageSize = 1000;
  const int64_t most = limit > 0 ? limit : std::numeric_limits<int64_t>::max();
  request.set_page_size(static_cast<int>(std::min(most, kPageSize)));
  ListWriter list(&context->out(), &columns);
  int64_t total = 0;
  RETURN_IF_ERROR(client::ForEachPage(
      std::move(request),
      [&](const Request& page) {
        return client::Retry({.max_attempts = 3},
                             [&] { return Call<Service>(context, method, page); });
      },
      [&](const Response& page) {
        total = TotalOf(page);
        if (on_page) on_page(page);
        for (const Item& item : (page.*items)()) {
          if (list.rows() < most) list.Add(item);
        }
        return list.rows() < most;
      }));
  list.End(noun, total);
  return absl::OkStatus();
}

}  // namespace maillage::cli

#endif  // TOOLS_CLI_CALLS_H_
