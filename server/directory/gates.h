// What the law says of a person's record: whether it may leave the node, and
// whether it may come in. Everybody who lets records out or in asks here.
#ifndef SERVER_DIRECTORY_GATES_H_
#define SERVER_DIRECTORY_GATES_H_

#include <functional>
#include <map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/share_service.pb.h"
#include "roaring/roaring.hh"
#include "server/directory/filter.h"
#include "server/directory/objections.h"
#include "server/storage/reader.h"

namespace maillage::directory {

// Cheap to copy; thread safe.
class Gates {
 public:
  // Whether a record was erased here that had this normalised address or number,
  // or this key of TellingKeys().
  using Erased = std::function<bool(absl::string_view)>;

  // Nobody was erased, nobody objected.
  Gates() = default;
  // `objections` must outlive it.
  Gates(Erased erased, const Objections* objections)
      : erased_(std::move(erased)), objections_(objections) {}

  // Why an own record that matches a share's filter stays at home nevertheless;
  // UNSPECIFIED: it may go. In this order: its processing is restricted (art. 18);
  // the person objected to all (21); the notice is due (13, 14); it is a citizen's,
  // and the filter does not name the category CITIZEN.
  v1::HeldBack Leaving(const v1::Actor& own, const Filter& filter) const;

  // The same of many, by the index: takes those that stay at home out of `matches`,
  // ordinals of own records that match the filter, and gives them by reason.
  absl::StatusOr<std::map<v1::HeldBack, Roaring>> HoldBack(const storage::Reader& reader,
                                                           const NodeId& self, const Filter& filter,
                                                           Roaring* matches) const;

  // Whether a person may come in anew. FAILED_PRECONDITION: ERASED_BEFORE (17),
  // OBJECTED (21). A telephone number that others may answer, too, tells nothing
  // where there is an address.
  absl::Status CheckComing(const v1::Actor& draft) const;

 private:
  bool WasErased(const v1::Actor& draft) const;

  Erased erased_;
  const Objections* objections_ = nullptr;
};

// What the law asks of a person's record: a legal basis (art. 6), a proof of
// consent (7.1), a notice that says when and how (13, 14). INVALID_ARGUMENT
// (BAD_ACTOR).
absl::Status CheckLawful(const v1::Actor& person);
// A notice on its own. INVALID_ARGUMENT (BAD_NOTICE).
absl::Status CheckNotice(const v1::PrivacyNotice& notice);

// Whether the person must still be told that the data is held.
bool NoticeDue(const v1::Actor& actor);

// Import keys that tell a person from namesakes elsewhere: none where there is
// neither an organisation nor a place.
std::vector<std::string> TellingKeys(const v1::Actor& actor);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_GATES_H_
