// What a change of a share's terms would change in what its members see.
#ifndef SERVER_SHARING_SHARE_PREVIEW_H_
#define SERVER_SHARING_SHARE_PREVIEW_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/share_service.pb.h"
#include "server/directory/gates.h"
#include "server/sharing/own_share.h"
#include "server/sharing/share_edit.h"
#include "server/storage/reader.h"

namespace maillage::sharing {

// Looks at all shares of `set` that a member has: a record that leaves one and
// stays in another does not leave. Works on bitmaps, so it is quick with a
// million records. `records` are named of each effect on each member. What matches
// and stays at home (gates.h) is counted by reason. Errors
// are those of reading.
struct PreviewGround {
  const storage::Reader& reader;
  const NodeId self;
  const ShareSet& set;
  const directory::Gates& gates;
};
absl::StatusOr<v1::PreviewShareResponse> PreviewShare(
    const PreviewGround& ground, const ShareId& share, const EditedShare& edited, size_t records,
    const std::function<std::string(const NodeId&)>& alias_of);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SHARE_PREVIEW_H_
