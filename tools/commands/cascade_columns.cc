#include "absl/strings/str_cat.h"
#include "maillage/v1/cascade_service.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

// Of all categories together, as far as the node told.
template <int64_t (v1::CascadeCount::*count)() const>
std::vector<std::string> Sum(const Message& message, const Locale&) {
  const auto& node = static_cast<const v1::CascadeNode&>(message);
  if (node.counts().empty()) return {};
  int64_t sum = 0;
  for (const v1::CascadeCount& one : node.counts()) sum += (one.*count)();
  return {absl::StrCat(sum)};
}

}  // namespace

const std::vector<Column>& CascadeColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Partner", "alias", kWhole},
      {"State", "state"},
      {"Knows", "claimed"},
      {"Mails", "granted"},
      {"Sent", "", kRight, &Sum<&v1::CascadeCount::sent>},
      {"Pending", "", kRight | kOptional, &Sum<&v1::CascadeCount::pending>},
      {"Bounced", "", kRight, &Sum<&v1::CascadeCount::bounced>},
      {"Objected", "objected", kOptional},
      {"To be reviewed", "needs_review", kOptional}};
  return columns;
}

const std::vector<Column>& OfferColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Reference", "invitation.content.reference", kWhole},
                               {"From", "issuer"},
                               {"State", "state"},
                               {"Answer until", "claims_until"},
                               {"Mails", "granted"},
                               {"Title", "invitation.content.title"}};
  return columns;
}

}  // namespace maillage::cli
