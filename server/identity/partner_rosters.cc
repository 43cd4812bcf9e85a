// What rosters and closing nodes say of partners.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/partners.h"
#include "server/identity/succession.h"

namespace maillage::identity {
namespace {

storage::Transaction Note(absl::string_view what, const NodeId& node) {
  storage::Transaction transaction;
  transaction.who = "system";
  transaction.what = absl::StrCat(what, " partners/", ToText(node));
  return transaction;
}

absl::Status NoPartner(const NodeId& node) {
  return NotFound("NO_SUCH_PARTNER", absl::StrCat("there is no partner '", ToText(node), "'"),
                  "See: maillage partner list");
}

}  // namespace

absl::Status Partners::FollowRosters(const NodeId& node, const RosterFacts& facts,
                                     storage::Writer* writer) {
  const MutexLock lock(&change_mutex_);
  const PartnerPtr before = Get(node);
  Partner partner;
  if (before != nullptr) {
    partner = *before;
  } else {
    partner.node = node;
    partner.alias = FreeAlias(facts.suggested_alias);
    partner.pair_time = clock_->Now();
    partner.by_roster = true;
  }
  partner.partnerships = facts.partnerships;
  partner.relays = facts.relays;
  auto descriptor = before == nullptr ? OpenFirstDescriptor(facts.node_descriptor)
                                      : OpenSuccessor(facts.node_descriptor, before->descriptor);
  RETURN_IF_ERROR(descriptor.status());
  const bool newer = before == nullptr || IsNewer(*descriptor, before->descriptor);
  const bool same = before != nullptr && before->partnerships == partner.partnerships &&
                    before->relays == partner.relays;
  if (same && !newer) return absl::OkStatus();
  PartnerPtr after;
  if (newer) {
    RETURN_IF_ERROR(CheckCertificates(node, *descriptor));
    after = With(std::move(partner), facts.node_descriptor, *std::move(descriptor));
  } else {
    after = std::make_shared<const Partner>(std::move(partner));
  }
  return Store({before, after}, writer, Note("follow a roster for", node));
}

absl::Status Partners::ForgetRosters(const NodeId& node, storage::Writer* writer) {
  const MutexLock lock(&change_mutex_);
  const PartnerPtr before = Get(node);
  if (before == nullptr || (before->partnerships.empty() && !before->by_roster)) {
    return absl::OkStatus();
  }
  if (before->by_roster) return Store({before, nullptr}, writer, Note("remove", node));
  Partner partner = *before;
  partner.partnerships.clear();
  partner.relays.clear();
  return Store({before, std::make_shared<const Partner>(std::move(partner))}, writer,
               Note("take out of a roster", node));
}

absl::Status Partners::Close(const NodeId& node, const v1::Signed& succession,
                             storage::Writer* writer) {
  const MutexLock lock(&change_mutex_);
  const PartnerPtr before = Get(node);
  if (before == nullptr) return NoPartner(node);
  ASSIGN_OR_RETURN(const v1::Succession opened, OpenSuccession(succession, before->descriptor));
  if (before->IsClosed()) return absl::OkStatus();
  Partner partner = *before;
  partner.succession = succession;
  partner.heir = NodeId(opened.to());
  return Store({before, std::make_shared<const Partner>(std::move(partner))}, writer,
               Note("note the end of", node));
}

}  // namespace maillage::identity
