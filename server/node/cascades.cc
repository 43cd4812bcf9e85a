// Cascades of a running node: what their parts are, and what drives them.
#include <spdlog/spdlog.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/node/parts.h"

namespace maillage::node {
namespace {

constexpr absl::Duration kWorkEvery = absl::Milliseconds(500);

}  // namespace

absl::Status Parts::MakeCascades() {
  cascades = std::make_unique<broadcast::Cascades>(broadcast::CascadeParts{
      .database = database.get(),
      .writer = writer.get(),
      .clock = clock,
      .self = self.get(),
      .partners = partners.get(),
      .invitations = invitations.get(),
      .replies = replies.get(),
      .add_to_link =
          [this](const NodeId& to, const v1::LinkMessage& message,
                 storage::Transaction* transaction,
                 RecordId* id) { return sharing->links().AddTo(to, message, transaction, id); },
      .withdraw =
          [this](const NodeId& to, const RecordId& id, storage::Transaction* transaction) {
            return sharing->links().AddWithdrawal(to, id, transaction);
          },
      .members = [this](const std::string& name) { return MembersOf(name); },
      .accept_offers = config.offers == "accept"});
  sharing->links().Handle(v1::LinkMessage::kCascade, [this](const NodeId& from, const RecordId&,
                                                            const v1::LinkMessage& message,
                                                            storage::Transaction* transaction) {
    return cascades->Receive(from, message.cascade(), transaction);
  });
  // A restore is known before there are cascades.
  return sharing->recovery().active() ? cascades->Recover() : absl::OkStatus();
}

absl::StatusOr<std::vector<NodeId>> Parts::MembersOf(const std::string& name) const {
  if (const auto partner = partners->Find(name); partner.ok()) {
    return std::vector<NodeId>{(*partner)->node};
  }
  std::vector<NodeId> members;
  if (const auto share = sharing->shares().Find(name); share.ok()) {
    for (const std::string& member : (*share)->descriptor.members()) {
      if (member != self->node().bytes()) members.emplace_back(member);
    }
    return members;
  }
  if (const auto partnership = partnerships->Find(name); partnership.ok()) {
    return partnerships->PartnersIn((*partnership)->id());
  }
  return NotFound("NO_SUCH_MEMBERS",
                  absl::StrCat("no partner, own share or partnership is called ", name),
                  "see `maillage partner list`, `share list` and `partnership list`");
}

void Parts::StartCascades() {
  cascade_timer = std::make_unique<Periodic>(kWorkEvery, [this, said = std::string()]() mutable {
    const absl::Status status = cascades->Work();
    // Once, and not at each try.
    const std::string trouble(status.message());
    if (!status.ok() && trouble != said) spdlog::warn("cascades: {}", trouble);
    said = trouble;
  });
}

}  // namespace maillage::node
