// Going on with the records of a node that closed.
#ifndef SERVER_DIRECTORY_INHERITANCE_H_
#define SERVER_DIRECTORY_INHERITANCE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "server/directory/directory.h"

namespace maillage::directory {

// Makes an own actor of every actor of `from` that is seen here, as far as it is
// seen: under the same UUID, so that a second call makes nothing twice, with
// organisations named by their new names, and with `from` in its source. Returns
// how many of them this node has now. Errors as Directory::Create().
absl::StatusOr<int64_t> Inherit(Directory* directory, const NodeId& self, const NodeId& from,
                                absl::string_view who);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_INHERITANCE_H_
