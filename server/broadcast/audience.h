// Who gets an invitation: the actors that its filter matches, each address
// once.
//
// An actor's mailbox is its first usable work address, else its first usable
// one. Where several actors have the same, an own one goes before a partner's,
// then the smaller primary category, then the one known longer.
#ifndef SERVER_BROADCAST_AUDIENCE_H_
#define SERVER_BROADCAST_AUDIENCE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/invitation_service.pb.h"
#include "roaring/roaring.hh"
#include "server/broadcast/ledger/ledger.h"
#include "server/directory/directory.h"
#include "server/directory/filter.h"
#include "server/storage/reader.h"

namespace maillage::broadcast {

// The name of the institution whose directory a node is, as people know it.
using DirectoryName = std::function<std::string(const NodeId&)>;

// Whether an actor objected to the invitation (RGPD art. 21).
using Objected = std::function<bool(const v1::Actor&)>;

// The address at which an actor is mailed, or the reason why it is not.
struct ChosenMailbox {
  std::string mailbox;          // empty: none
  absl::string_view exclusion;  // RESTRICTED, NO_EMAIL, INVALID_ADDRESS
};
ChosenMailbox ChooseMailbox(const v1::Actor& actor);

// An audience on one snapshot. Memory: about 40 bytes a recipient. Not thread
// safe.
class Audience {
 public:
  // Looks through all matching actors. Who objected gets neither mail nor letter.
  static absl::StatusOr<Audience> Expand(std::shared_ptr<const storage::Reader> snapshot,
                                         const NodeId& self, const directory::Filter& filter,
                                         DirectoryName directory_name,
                                         const Objected& objected = nullptr);

  int64_t size() const { return static_cast<int64_t>(best_.size()); }
  std::vector<v1::CategoryCount> by_category() const;
  std::vector<v1::ExclusionCount> exclusions() const;

  // Visits the recipients, numbered from 1, until `visit` returns false.
  absl::Status ForEach(absl::FunctionRef<bool(Recipient)> visit) const;

  // Visits the mailboxes of those who objected, until `visit` returns false.
  absl::Status ForEachObjecting(absl::FunctionRef<bool(const std::string& mailbox)> visit) const;

  // Those whom no mail, but a letter on paper reaches, each address once.
  int64_t letters() const { return static_cast<int64_t>(letters_.size()); }
  // Visits them, without numbers, until `visit` returns false.
  absl::Status ForEachLetter(absl::FunctionRef<bool(Recipient)> visit) const;

 private:
  struct Best {
    uint64_t rank;  // the smaller wins
    uint32_t ordinal;
  };

  Audience(std::shared_ptr<const storage::Reader> snapshot, const NodeId& self,
           DirectoryName directory_name);
  void Consider(uint32_t ordinal, const NodeId& origin, const v1::Actor& actor);
  void ConsiderLetter(uint32_t ordinal, const v1::Actor& actor);
  v1::StoredRecipient RowOf(const directory::ShownRecord& record) const;

  std::shared_ptr<const storage::Reader> snapshot_;
  NodeId self_;
  DirectoryName directory_name_;
  Roaring ordinals_;
  Roaring objecting_;
  absl::flat_hash_map<RecipientKey, Best> best_;
  absl::flat_hash_map<RecipientKey, uint32_t> letters_;  // to the first ordinal
  std::array<int64_t, v1::AudienceCategory_ARRAYSIZE> by_category_ = {};
  absl::flat_hash_map<std::string, int64_t> exclusions_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_AUDIENCE_H_
