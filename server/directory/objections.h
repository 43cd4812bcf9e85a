// Objections (RGPD art. 21): who does not want to be written to, or to be in the
// directory at all.
//
// An objection is kept by a tag of the address under the node's tag key, the one of
// erase.log, so that a row names nobody and yet the address is known again.
#ifndef SERVER_DIRECTORY_OBJECTIONS_H_
#define SERVER_DIRECTORY_OBJECTIONS_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/objection_service.pb.h"
#include "maillage/v1/stored_directory.pb.h"
#include "server/directory/filter.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// Thread safe.
class Objections {
 public:
  // `database` and `clock` must outlive it. DATA_LOSS (BAD_ROW).
  static absl::StatusOr<std::unique_ptr<Objections>> Load(const NodeId& self,
                                                          const storage::Database* database,
                                                          const Clock* clock, std::string tag_key);

  // Before anything changes: by which nodes are found in scopes, and the writer,
  // which must outlive the last change.
  void Open(Filter::AliasLookup find_node, storage::Writer* writer);

  // See objection_service.proto. `who` is for the audit.
  absl::StatusOr<v1::Objection> Add(absl::string_view mailbox, absl::string_view scope,
                                    absl::string_view how, absl::string_view who);
  absl::Status Remove(absl::string_view name, absl::string_view who);
  // In order of names; of one address where it is given.
  absl::StatusOr<std::vector<v1::Objection>> List(absl::string_view mailbox = "") const;

  // Whether any address of the actor objected to all processing.
  bool ToAll(const v1::Actor& actor) const;
  // Whether any did to invitations of `issuer` for that audience.
  bool ToInvitation(const v1::Actor& actor, const NodeId& issuer, const Filter& audience) const;
  // Whether anybody objected to all: if not, ToAll() need not be asked.
  bool AnyToAll() const;

 private:
  using Scopes = std::set<std::string>;

  Objections(const NodeId& self, const storage::Database* database, const Clock* clock,
             std::string tag_key)
      : self_(self), database_(database), clock_(clock), tag_key_(std::move(tag_key)) {}

  std::string TagOf(absl::string_view address) const;
  absl::StatusOr<std::string> CanonicalScope(absl::string_view scope) const;
  // Scopes of all objections of the actor's addresses.
  Scopes ScopesOf(const v1::Actor& actor) const;
  // Counts a row in, or out.
  void Know(const v1::StoredObjection& row, bool known);
  // Has the stages look again at own persons among these, for shares.
  absl::Status LookAgain(const Roaring& ordinals, storage::Transaction* transaction) const;

  const NodeId self_;
  const storage::Database* const database_;
  const Clock* const clock_;
  const std::string tag_key_;
  Filter::AliasLookup find_node_;
  storage::Writer* writer_ = nullptr;
  Mutex change_mutex_;  // one change at a time; taken first
  mutable Mutex mutex_;
  std::map<std::string, Scopes> by_tag_ ABSL_GUARDED_BY(mutex_);
  int64_t to_all_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_OBJECTIONS_H_
