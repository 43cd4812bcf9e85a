// Nodes in memory for the tests of sharing: an origin that commits and
// publishes, a member that proves and applies.
#ifndef TESTS_SHARING_TEST_WORLD_H_
#define TESTS_SHARING_TEST_WORLD_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/directory/index_stage.h"
#include "server/identity/keys.h"
#include "server/sharing/incoming_run.h"
#include "server/sharing/publication.h"
#include "server/sharing/share_stage.h"
#include "server/sharing/subscriber.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

inline const absl::Time kNow = absl::FromUnixSeconds(1'527'750'000);

// A valid person of Saint-Omer with one work and one private address.
v1::Actor Person(absl::string_view given, absl::string_view family);
// An organisation in Saint-Omer.
v1::Actor Association(absl::string_view name);

class TestNode {
 public:
  // Nodes with different seeds are different.
  explicit TestNode(char seed);

  const NodeId& id() const { return id_; }
  const identity::SigningKey& key() const { return key_; }
  const identity::Signer& signer() const { return signer_; }
  storage::Database& database() { return *database_; }
  storage::Writer& writer() { return *writer_; }
  ShareTable& shares() { return shares_; }

  // As an origin. Creates or replaces the record of that id (revision + 1).
  RecordId Put(v1::Actor actor, RecordId id = RecordId());
  void Remove(const RecordId& id, bool erase = false);
  // Looks at all own records again, as filling does.
  void LookAgain();
  // Makes a share, or the next version of its descriptor.
  ShareId Share(v1::View view, const std::vector<NodeId>& members, absl::string_view filter = "",
                ShareId id = NewShareId());
  v1::Signed Descriptor(const ShareId& id) {
    return shares_.Get()->Find(id)->stored.share_descriptor();
  }
  // Publishes, and stores what was published.
  PublicationPtr Publish(const ShareId& id, absl::Time now = kNow);

  // As a member.
  Bench BenchFor(const TestNode& origin, absl::Time now = kNow) const;
  absl::Status Accept(const TestNode& origin, const v1::Signed& descriptor, bool subscribe = true);
  absl::Status Apply(const TestNode& origin, const IncomingRun& run, const v1::Signed& head,
                     absl::Time now = kNow);
  // The run from where this node stands to the publication, applied.
  absl::Status Sync(const TestNode& origin, const PublicationPtr& publication);
  uint64_t SeqOf(const TestNode& origin, const ShareId& share);
  // What is shown of a record; null: nothing.
  std::shared_ptr<const v1::Actor> Shown(const TestNode& origin, const RecordId& id);
  // How many records are found by a filter.
  uint64_t Count(absl::string_view filter);
  uint64_t Rows(storage::Family family);

 private:
  const identity::SigningKey key_;
  const identity::Signer signer_;
  const NodeId id_;
  std::unique_ptr<storage::Database> database_;
  directory::IndexStage index_;
  ShareTable shares_;
  ShareStage stage_;
  std::unique_ptr<storage::Writer> writer_;
};

// The messages of a run, with a chance to tamper with its entries.
using Tamper = std::function<void(std::vector<v1::Entry>*)>;
absl::StatusOr<IncomingRun> MakeRun(const PublicationPtr& publication, uint64_t from,
                                    const Tamper& tamper = nullptr);
// A Head with changed fields, signed with `key`.
v1::Signed ForgeHead(const PublicationPtr& publication, const identity::SigningKey& key,
                     const std::function<void(v1::Head*)>& change = nullptr);

}  // namespace maillage::sharing

#endif  // TESTS_SHARING_TEST_WORLD_H_
