#include "tools/commands/notice_terms.h"

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "tools/cli/command.h"
#include "tools/commands/days.h"

namespace maillage::cli {

void NoticeTerms::Declare(const char* prefix, Arguments* arguments) {
  const auto name = [prefix](const char* option) { return absl::StrCat("--", prefix, option); };
  arguments->Text(name("given").c_str(), &given_, "YYYY-MM-DD",
                  "The day on which they were told that their data is held (RGPD art. 13, 14)");
  arguments->Text(name("how").c_str(), &how_, "TEXT", "How they were told: a letter, a form");
  arguments->Text(name("exempt").c_str(), &exempt_, "REASON",
                  "Why they need not be told (RGPD art. 13.4, 14.5)");
}

absl::StatusOr<std::optional<v1::PrivacyNotice>> NoticeTerms::Notice() const {
  if (given_.empty() && how_.empty() && exempt_.empty()) return std::nullopt;
  v1::PrivacyNotice notice;
  if (!exempt_.empty()) {
    if (!given_.empty() || !how_.empty()) return UsageError("they were told, or are exempt");
    notice.set_state(v1::NOTICE_STATE_EXEMPT);
    notice.set_how(exempt_);
    *notice.mutable_date() = Today();
    return notice;
  }
  if (given_.empty() || how_.empty()) return UsageError("a notice says when and how it was given");
  notice.set_state(v1::NOTICE_STATE_GIVEN);
  notice.set_how(how_);
  ASSIGN_OR_RETURN(*notice.mutable_date(), ParseDay("the day of the notice", given_));
  return notice;
}

}  // namespace maillage::cli
