// A closing node's last word: who goes on with its records.
#ifndef SERVER_IDENTITY_SUCCESSION_H_
#define SERVER_IDENTITY_SUCCESSION_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/identity.pb.h"
#include "maillage/v1/link.pb.h"
#include "maillage/v1/signed.pb.h"
#include "server/identity/self.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::identity {

// Opens the Succession of the node that has this descriptor; its root key in
// force signed it. INVALID_ARGUMENT: as OpenSigned(); BAD_SUCCESSION (of another
// node, or to itself or to nobody).
absl::StatusOr<v1::Succession> OpenSuccession(const v1::Signed& succession,
                                              const v1::NodeDescriptor& descriptor);

// The end of this node: meta row "succession", a Signed Succession. As a commit
// stage it refuses changes of own records from then on, so that nothing new is
// published; erasures are made all the same. Goes first among the stages.
// Thread safe.
class Closing : public storage::CommitStage {
 public:
  // Adds a message to the link to a partner, see Links::AddTo().
  using AddToLink =
      std::function<absl::Status(const NodeId&, const v1::LinkMessage&, storage::Transaction*)>;

  // DATA_LOSS (BAD_ROW). `self` must outlive it.
  static absl::StatusOr<std::unique_ptr<Closing>> Load(const Self* self,
                                                       const storage::Reader& reader);

  // Zero while the node is open.
  NodeId heir() const;
  // Signs the succession and sends it to `partners`. FAILED_PRECONDITION
  // (NODE_CLOSED).
  absl::Status Close(const NodeId& heir, const std::vector<NodeId>& partners,
                     const AddToLink& add_to_link, storage::Writer* writer, const Clock& clock,
                     absl::string_view who);

  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(
      const storage::Transaction& transaction) const override;
  absl::Status Commit(const storage::Transaction&, const Prepared*, storage::Group*) override {
    return absl::OkStatus();
  }

 private:
  explicit Closing(const Self* self) : self_(self) {}

  const Self* const self_;
  Mutex change_mutex_;
  mutable Mutex mutex_;
  NodeId heir_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_SUCCESSION_H_
