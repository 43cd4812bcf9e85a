// What a suggestion says: which fields it may set, what comes of it, and how
// people read it. No storage.
#ifndef SERVER_SHARING_PROPOSAL_H_
#define SERVER_SHARING_PROPOSAL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/suggestion_service.pb.h"

namespace maillage::sharing {

using Paths = google::protobuf::RepeatedPtrField<std::string>;

// Longest reason that goes with a suggestion or its answer.
inline constexpr size_t kMaxWhyBytes = 1000;

// The fields that a node may propose which sees a record of this kind by this
// view. Basis, source, restriction and retention are the origin's duty; notes,
// tags and flags never left it.
std::vector<std::string> OpenFields(v1::View view, v1::ActorKind kind);
// The same for a record that is to be new.
std::vector<std::string> OpenFieldsOfNew();

// Whether a proposal is one at all and in bounds: INVALID_ARGUMENT (NO_FIELDS,
// FIELD_NOT_OPEN, BAD_ACTOR, TOO_LARGE).
absl::Status CheckProposal(const v1::Actor& actor, const Paths& paths,
                           const std::vector<std::string>& open, absl::string_view why);

// Just the fields of `paths`.
v1::Actor OnlyFields(const v1::Actor& actor, const Paths& paths);

// Sets the fields of `paths`. Contact points that the view does not show stay as
// they are, whatever was proposed.
void ApplyProposal(const v1::Actor& proposed, const Paths& paths, v1::View view, v1::Actor* actor);

// What differs between two states of a record in fields of `paths`, in words.
std::vector<v1::FieldChange> ReadableChanges(const v1::Actor& before, const v1::Actor& after,
                                             const Paths& paths);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_PROPOSAL_H_
