// Walking through List methods page by page.
#ifndef CLIENT_PAGER_H_
#define CLIENT_PAGER_H_

#include <utility>

#include "absl/status/status.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::client {

// Fetches page after page, from `request` on, and hands each to `on_page` until
// there are no more or it returns false.
//   fetch:   absl::StatusOr<Response>(const Request&)
//   on_page: bool(Response)
// Returns the first error of `fetch`; DATA_LOSS (PAGE_REPEATED) where a server
// gives out the token it was asked with, which would never end.
template <typename Request, typename Fetch, typename OnPage>
absl::Status ForEachPage(Request request, Fetch fetch, OnPage on_page) {
  while (true) {
    ASSIGN_OR_RETURN(auto page, fetch(request));
    const auto token = page.next_page_token();
    if (!on_page(std::move(page)) || token.empty()) return absl::OkStatus();
    if (token == request.page_token()) {
      return DataLoss("PAGE_REPEATED", "the node repeats a page instead of going on");
    }
    request.set_page_token(token);
  }
}

}  // namespace maillage::client

#endif  // CLIENT_PAGER_H_
