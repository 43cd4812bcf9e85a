#include "server/directory/page_token.h"

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/sha256.h"

namespace maillage::directory {
namespace {

constexpr size_t kCheckBytes = 4;

std::string Check(absl::string_view key, absl::string_view filter) {
  const std::string text = absl::StrCat(filter, std::string(1, '\0'), key);
  return std::string(Sha256::Of(text).bytes().substr(0, kCheckBytes));
}

}  // namespace

std::string MakePageToken(absl::string_view key, absl::string_view filter) {
  return Base32Encode(absl::StrCat(Check(key, filter), key));
}

absl::StatusOr<std::string> OpenPageToken(absl::string_view token, absl::string_view filter) {
  if (token.empty()) return std::string();
  const auto bytes = Base32Decode(token);
  if (!bytes.ok() || bytes->size() <= kCheckBytes ||
      Check(bytes->substr(kCheckBytes), filter) != bytes->substr(0, kCheckBytes)) {
    return InvalidArgument("BAD_PAGE_TOKEN", "the page token is not of this list",
                           "start again without a page token");
  }
  return bytes->substr(kCheckBytes);
}

uint32_t OrdinalOfSortedKey(absl::string_view key) {
  return key.size() < 4 ? 0 : ReadU32(key.substr(key.size() - 4));
}

}  // namespace maillage::directory
