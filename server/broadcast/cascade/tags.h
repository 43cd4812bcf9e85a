// Tags: how nodes speak of a person's address without saying it.
//
//   tag = HMAC-SHA-256(key of the cascade, normalised address)[0..16]
//
// Whoever has the key can test addresses that it guesses, the issuer too; nobody
// can read an address from a tag.
#ifndef SERVER_BROADCAST_CASCADE_TAGS_H_
#define SERVER_BROADCAST_CASCADE_TAGS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"

namespace maillage::broadcast {

using CascadeTag = FixedId<16, struct CascadeTagTag>;
using CascadeTags = std::set<CascadeTag>;

// `address` is in its normal form.
CascadeTag TagOf(absl::string_view key, absl::string_view address);

// So many fit into a message of a link.
inline constexpr size_t kTagsPerPart = 8000;
// Parts of at most that size, in order; at least one.
std::vector<CascadeTags> SplitTags(const CascadeTags& tags);

// One behind the other, as messages carry them.
std::string PackTags(const CascadeTags& tags);
// INVALID_ARGUMENT (BAD_TAGS): not 16 bytes each, or more than a part holds.
absl::StatusOr<CascadeTags> UnpackTags(absl::string_view bytes);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CASCADE_TAGS_H_
