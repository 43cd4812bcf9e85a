// The shares of this node, as commits and publications see them.
#ifndef SERVER_SHARING_OWN_SHARE_H_
#define SERVER_SHARING_OWN_SHARE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/stored.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/directory/filter.h"

namespace maillage::sharing {

// First 8 bytes of SHA-256("maillage/v1/link" 00 from to).
ShareId LinkId(const NodeId& from, const NodeId& to);

// Whether the node is a member.
bool NamesMember(const v1::ShareDescriptor& descriptor, const NodeId& node);

// One share as it stood when it was looked up; never changes.
struct OwnShare {
  ShareId id;
  v1::StoredOwnShare stored;
  v1::ShareDescriptor descriptor;  // of `stored`
  directory::Filter filter;        // of the descriptor; links have none

  // DATA_LOSS (BAD_ROW) where the stored row or its filter cannot be read.
  static absl::StatusOr<std::shared_ptr<const OwnShare>> FromStored(v1::StoredOwnShare stored);

  bool is_link() const { return descriptor.link(); }
  bool HasMember(const NodeId& node) const { return NamesMember(descriptor, node); }
  // Whether records of the directory go into it.
  bool TakesRecords() const { return !is_link() && !stored.deleted(); }
  // Whether members may be given what its log holds.
  bool IsServed() const { return !stored.filling() && !stored.deleted(); }
};
using OwnSharePtr = std::shared_ptr<const OwnShare>;

// All own shares at one time; never changes.
struct ShareSet {
  // Rises with every change of the set.
  uint64_t generation = 0;
  std::map<ShareId, OwnSharePtr> shares;

  // Null where there is none.
  OwnSharePtr Find(const ShareId& id) const;
};
using ShareSetPtr = std::shared_ptr<const ShareSet>;

// Where everyone finds the present set. Thread safe.
class ShareTable {
 public:
  ShareTable() : set_(std::make_shared<ShareSet>()) {}

  ShareSetPtr Get() const;
  // Adds a share, or replaces the one of its id.
  void Put(OwnSharePtr share);

 private:
  mutable Mutex mutex_;
  ShareSetPtr set_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_OWN_SHARE_H_
