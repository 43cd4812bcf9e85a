// The one writer: every change of the database goes through it.
//
// Callers prepare on their own threads; the writer's thread checks what the
// change relies on, lets each stage add its rows, and commits transactions in
// groups with one fsync a group. What is interactive goes before what is bulk.
#ifndef SERVER_STORAGE_WRITER_H_
#define SERVER_STORAGE_WRITER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "server/storage/batch.h"
#include "server/storage/database.h"

namespace maillage::storage {

// One record's change from one shown state to another. The same state on both
// sides asks the stages to look at the record again.
struct RecordChange {
  NodeId origin;
  RecordId id;
  std::shared_ptr<const v1::Actor> before;  // null: was not there
  std::shared_ptr<const v1::Actor> after;   // null: will not be there
  // With a null `after`: gone for good, so partners are told to erase it, and
  // not merely that it left.
  bool erase = false;
  // With a null `after`: its history stays, and this change in it, so that it
  // can be put back. Otherwise the history goes with the record.
  bool undoable = false;
};

// A row that must be as the caller read it (nothing: absent).
struct Precondition {
  Family family;
  std::string key;
  std::optional<std::string> value;
};

enum class Priority { kInteractive, kBulk };

struct Transaction {
  Priority priority = Priority::kInteractive;
  std::vector<Precondition> preconditions;
  std::vector<RecordChange> changes;
  Batch writes;
  // A large change made ready on the side. It is taken in its order, alone, if
  // the preconditions hold; then there are no changes and no writes, and stages
  // are not asked. Nobody else writes its rows while it is being made: what it
  // was made from is for its maker to guard, by preconditions or otherwise.
  std::shared_ptr<Ingestion> ingestion = nullptr;
  // It brings own records that are new: a stage that must see each refuses it, ABORTED.
  bool brings_own = false;
  // For the audit: who (operators/x, partners/y, system) and what (a verb and
  // resource names, never names of persons). Empty `what`: not audited.
  std::string who;
  std::string what;
};

// What a commit group has gathered so far. Used on the writer's thread alone.
class Group {
 public:
  // `stored` must outlive the group. Reading back works for rows that are read
  // by key: actors, where, ordinals, heads, inbox, objects, ledger, audit, meta.
  explicit Group(const Reader& stored);
  ~Group();
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  void Put(Family family, std::string key, std::string value);
  void Delete(Family family, std::string key);
  void Merge(Family family, std::string key, std::string operand);
  // Sees the rows of this group, then the stored ones.
  absl::StatusOr<std::optional<std::string>> Get(Family family, absl::string_view key) const;
  const Batch& batch() const { return batch_; }

 private:
  const Reader& stored_;
  Batch batch_;
  struct Overlay;
  const std::unique_ptr<Overlay> overlay_;
};

// A part of every commit, given to the writer by the composition root.
class CommitStage {
 public:
  // What Prepare worked out for Commit.
  struct Prepared {
    virtual ~Prepared() = default;
  };
  virtual ~CommitStage() = default;
  // Works out what can be without the writer. On callers' threads, many at once.
  virtual absl::StatusOr<std::unique_ptr<Prepared>> Prepare(
      const Transaction& transaction) const = 0;
  // Adds this stage's rows. An error fails the whole group, whose transactions
  // are then tried one by one. Writer's thread.
  virtual absl::Status Commit(const Transaction& transaction, const Prepared* prepared,
                              Group* group) = 0;
  // Adds what is kept once a group.
  virtual absl::Status EndGroup(Group*) { return absl::OkStatus(); }
  // The group is durable, or (false) nothing of it is: forget it.
  virtual void GroupDone(bool /*committed*/) {}
};

// Thread safe.
class Writer {
 public:
  // Called on the writer's thread once the transaction is durable or refused:
  // be quick, call nothing that waits for the writer.
  using Done = std::function<void(absl::Status)>;

  // `stages` run in their order and must outlive the writer, as `database`.
  Writer(Database* database, std::vector<CommitStage*> stages);
  // Commits what is queued, then stops.
  ~Writer();

  // Queues a transaction. ABORTED (CHANGED_MEANWHILE) where a precondition no
  // longer holds. Bulk transactions wait here while 8 MB of them are queued.
  void Submit(Transaction transaction, Done done);
  // Submit, and wait for the result.
  absl::Status Commit(Transaction transaction);

  // How many transactions wait for their turn.
  size_t waiting() const;

  // Stops taking new work, commits the queue; later calls get UNAVAILABLE.
  void Stop();

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_WRITER_H_
