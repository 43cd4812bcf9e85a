// Pages of short lists that are held in memory, in order of a text.
#ifndef SERVER_RPC_PAGING_H_
#define SERVER_RPC_PAGING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/base/encoding.h"
#include "client/base/error.h"

namespace maillage::rpc {

inline constexpr int kDefaultPageSize = 100;
inline constexpr int kMaxPageSize = 1000;

template <typename Item>
struct Page {
  std::vector<Item> items;
  std::string next_page_token;  // empty on the last page
};

enum class PageOrder { kAscending, kDescending };

// The page of `list`, which is sorted by `key(item)` without equal ones, that
// `request` asks for. Its token is the last key in base32, so pages stay right
// while the list changes. INVALID_ARGUMENT: BAD_PAGE_SIZE, BAD_PAGE_TOKEN.
template <typename Request, typename Item, typename Key>
absl::StatusOr<Page<Item>> PageOf(const Request& request, const std::vector<Item>& list, Key key,
                                  PageOrder order = PageOrder::kAscending) {
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    return InvalidArgument("BAD_PAGE_SIZE", "page_size is 1 to 1000, or 0 for 100");
  }
  const size_t size =
      static_cast<size_t>(request.page_size() == 0 ? kDefaultPageSize : request.page_size());
  const auto after = Base32Decode(request.page_token());
  if (!after.ok()) return InvalidArgument("BAD_PAGE_TOKEN", "the page token was not given here");
  Page<Item> page;
  for (const Item& item : list) {
    const bool later = order == PageOrder::kAscending ? key(item) > *after : key(item) < *after;
    if (!request.page_token().empty() && !later) continue;
    if (page.items.size() == size) {
      page.next_page_token = Base32Encode(key(page.items.back()));
      break;
    }
    page.items.push_back(item);
  }
  return page;
}

}  // namespace maillage::rpc

#endif  // SERVER_RPC_PAGING_H_
