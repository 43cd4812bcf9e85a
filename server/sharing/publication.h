// What an origin states of a share at one seq, and the state it is served from.
#ifndef SERVER_SHARING_PUBLICATION_H_
#define SERVER_SHARING_PUBLICATION_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/identity/signer.h"
#include "server/sharing/own_share.h"
#include "server/sharing/share_key.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// How long a Head is good without a newer one.
inline constexpr absl::Duration kHeadValidity = absl::Hours(24 * 10);
// An idle origin issues a Head this often.
inline constexpr absl::Duration kHeadRenewal = absl::Hours(24);

// A publication that changed at most so many rows of its tree lays them over its
// snapshot; a larger one has no tree to read until they are stored.
inline constexpr size_t kMaxOverlaidRows = 10'000;

// Never changes. Runs are served from its snapshot alone.
struct Publication {
  ShareKey key;
  std::shared_ptr<const v1::ShareDescriptor> descriptor;
  // Version of the descriptor since which filter and view are these.
  uint64_t scope_version = 0;
  v1::Head head;
  v1::Signed signed_head;
  std::shared_ptr<const storage::Reader> snapshot;
  // Shows the tree rows of the Head, beside the snapshot's other rows; null while
  // they are on their way to the disk.
  std::shared_ptr<const storage::Reader> tree;
};
using PublicationPtr = std::shared_ptr<const Publication>;
// The newest publication of a share, or null while there is none.
using PublicationSource = std::function<PublicationPtr(const ShareKey&)>;

// How a node signs what it publishes.
struct Issuer {
  NodeId node;
  Incarnation incarnation;
  const identity::Signer* signer;
};

struct Issued {
  PublicationPtr publication;
  // Stores tree and Head; refused (ABORTED) where another one came before. The
  // publication is good without it: the next one starts from what is stored.
  storage::Transaction transaction;
  // Entries since the stored Head.
  size_t entries = 0;
};

// Brings the tree of an own share to the seq of `snapshot` and signs a Head.
// `last` is the newest Head issued so far, which may not be stored yet.
// Errors: those of reading, and DATA_LOSS.
absl::StatusOr<Issued> Issue(const Issuer& issuer, OwnSharePtr share,
                             std::shared_ptr<const storage::Reader> snapshot, const v1::Head* last,
                             absl::Time now);

// Whether `snapshot` shows the log just as the publication does, so that it can
// be served from instead.
bool ShowsSame(const Publication& publication, const storage::Reader& snapshot);
// Whether the tree that `snapshot` shows is that of the publication's Head.
bool ShowsTree(const Publication& publication, const storage::Reader& snapshot);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_PUBLICATION_H_
