#include "server/broadcast/cascade/tags.h"

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/identity/crypto.h"

namespace maillage::broadcast {

CascadeTag TagOf(absl::string_view key, absl::string_view address) {
  return CascadeTag(identity::HmacSha256(key, address).substr(0, CascadeTag::kSize));
}

std::vector<CascadeTags> SplitTags(const CascadeTags& tags) {
  std::vector<CascadeTags> parts(1);
  for (const CascadeTag& tag : tags) {
    if (parts.back().size() == kTagsPerPart) parts.emplace_back();
    parts.back().insert(parts.back().end(), tag);
  }
  return parts;
}

std::string PackTags(const CascadeTags& tags) {
  std::string bytes;
  bytes.reserve(tags.size() * CascadeTag::kSize);
  for (const CascadeTag& tag : tags) absl::StrAppend(&bytes, tag.bytes());
  return bytes;
}

absl::StatusOr<CascadeTags> UnpackTags(absl::string_view bytes) {
  if (bytes.size() % CascadeTag::kSize != 0 || bytes.size() > kTagsPerPart * CascadeTag::kSize) {
    return InvalidArgument("BAD_TAGS", "the tags are not 16 bytes each, or more than 8,000");
  }
  CascadeTags tags;
  for (; !bytes.empty(); bytes.remove_prefix(CascadeTag::kSize)) {
    tags.emplace(bytes.substr(0, CascadeTag::kSize));
  }
  return tags;
}

}  // namespace maillage::broadcast
