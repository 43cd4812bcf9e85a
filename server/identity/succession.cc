#include "server/identity/succession.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/ids.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/storage/races.h"

namespace maillage::identity {
namespace {

using storage::Family;

constexpr char kRow[] = "succession";

absl::Status IsClosed() {
  return FailedPrecondition("NODE_CLOSED", "this node is closed: its records change no more",
                            "Make the change on the node that goes on with them.");
}

}  // namespace

absl::StatusOr<v1::Succession> OpenSuccession(const v1::Signed& succession,
                                              const v1::NodeDescriptor& descriptor) {
  ASSIGN_OR_RETURN(v1::Succession opened,
                   OpenSigned<v1::Succession>(succession, {RootOf(descriptor)}));
  NodeId heir;
  if (opened.node() != NodeIdOf(descriptor.root_public_key()).bytes() ||
      !NodeId::FromBytes(opened.to(), &heir) || opened.to() == opened.node()) {
    return InvalidArgument("BAD_SUCCESSION", "the succession is not of this node to another one");
  }
  return opened;
}

absl::StatusOr<std::unique_ptr<Closing>> Closing::Load(const Self* self,
                                                       const storage::Reader& reader) {
  std::unique_ptr<Closing> closing(new Closing(self));
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kMeta, kRow));
  if (!row.has_value()) return closing;
  v1::Signed stored;
  v1::Succession succession;
  const MutexLock lock(&closing->mutex_);
  if (!stored.ParseFromString(*row) || !succession.ParseFromString(stored.payload()) ||
      !NodeId::FromBytes(succession.to(), &closing->heir_)) {
    return DataLoss("BAD_ROW", "the node's succession cannot be read", "restore from a backup");
  }
  return closing;
}

NodeId Closing::heir() const {
  const MutexLock lock(&mutex_);
  return heir_;
}

absl::Status Closing::Close(const NodeId& heir, const std::vector<NodeId>& partners,
                            const AddToLink& add_to_link, storage::Writer* writer,
                            const Clock& clock, absl::string_view who) {
  const MutexLock lock(&change_mutex_);
  if (!this->heir().is_zero()) return IsClosed();
  v1::Succession succession;
  succession.set_node(std::string(self_->node().bytes()));
  succession.set_to(std::string(heir.bytes()));
  *succession.mutable_issued_at() = ToTimestamp(clock.Now());
  v1::LinkMessage message;
  *message.mutable_succession() = SignMessage(succession, *self_->root());
  const absl::Status status = storage::RetryRaces([&]() -> absl::Status {
    storage::Transaction transaction;
    transaction.writes.Put(Family::kMeta, kRow, message.succession().SerializeAsString());
    transaction.who = std::string(who);
    transaction.what =
        absl::StrCat("close nodes/", ToText(self_->node()), " to nodes/", ToText(heir));
    for (const NodeId& partner : partners) {
      RETURN_IF_ERROR(add_to_link(partner, message, &transaction));
    }
    return writer->Commit(std::move(transaction));
  });
  RETURN_IF_ERROR(status);
  const MutexLock state(&mutex_);
  heir_ = heir;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<storage::CommitStage::Prepared>> Closing::Prepare(
    const storage::Transaction& transaction) const {
  const auto changes_own = [&](const storage::RecordChange& change) {
    return change.origin == self_->node() && change.before != change.after && !change.erase;
  };
  const bool changes =
      std::any_of(transaction.changes.begin(), transaction.changes.end(), changes_own);
  if (changes && !heir().is_zero()) return IsClosed();
  return std::unique_ptr<Prepared>();
}

}  // namespace maillage::identity
