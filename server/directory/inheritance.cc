#include "server/directory/inheritance.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::directory {
namespace {

constexpr int kPageSize = 500;

std::string ActorsOf(const NodeId& node) {
  return absl::StrCat("nodes/", ToText(node), "/actors/");
}

v1::Actor Adopted(const v1::Actor& actor, const std::string& before, const std::string& after) {
  v1::Actor own = actor;
  own.clear_name();
  own.clear_etag();
  for (v1::Membership& membership : *own.mutable_memberships()) {
    if (!absl::StartsWith(membership.organisation(), before)) continue;
    membership.set_organisation(
        absl::StrCat(after, membership.organisation().substr(before.size())));
  }
  own.set_source(absl::StrCat("succession of ", actor.name(), actor.source().empty() ? "" : ": ",
                              actor.source()));
  return own;
}

// Erased here once, or objecting: whom the closed node held does not come back.
bool IsLeftOut(const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  return reason == "ERASED_BEFORE" || reason == "OBJECTED";
}

}  // namespace

absl::StatusOr<int64_t> Inherit(Directory* directory, const NodeId& self, const NodeId& from,
                                absl::string_view who) {
  const std::string before = ActorsOf(from);
  const std::string after = ActorsOf(self);
  int64_t actors = 0;
  std::string token;
  do {
    ASSIGN_OR_RETURN(const ActorPage page,
                     directory->List(absl::StrCat("origin = ", ToText(from)), kPageSize, token));
    for (const auto& actor : page.actors) {
      const std::string id = actor->name().substr(before.size());
      const auto created = directory->Create(Adopted(*actor, before, after), id, who);
      if (IsLeftOut(created.status())) continue;
      RETURN_IF_ERROR(created.status());
      ++actors;
    }
    token = page.next_page_token;
  } while (!token.empty());
  return actors;
}

}  // namespace maillage::directory
