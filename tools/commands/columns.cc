#include "tools/commands/columns.h"

#include <google/protobuf/message.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "maillage/v1/invitation_service.pb.h"
#include "maillage/v1/share_service.pb.h"

namespace maillage::cli {
namespace {

std::string WhoseShare(const v1::Share& share, const Locale& locale) {
  if (!share.origin_alias().empty() || locale.raw) return share.origin_alias();
  return std::string(Translate(locale.language, "own"));
}

// Nobody subscribes to an own share.
std::string Subscribed(const v1::Share& share, const Locale& locale) {
  if (locale.raw) return share.subscribed() ? "true" : "false";
  if (share.origin_alias().empty()) return "";
  return std::string(Translate(locale.language, share.subscribed() ? "yes" : "no"));
}

std::string Direction(const v1::ShareStatus& status, const Locale& locale) {
  if (locale.raw) return status.supplying() ? "TO" : "FROM";
  return absl::StrCat(Translate(locale.language, status.supplying() ? "to" : "from"), " ",
                      status.partner());
}

// Of the newest Head: how old what is shown may be.
std::string HeadAge(const v1::ShareStatus& status, const Locale& locale) {
  if (!status.has_head_age()) return "";
  if (locale.raw) return absl::StrCat(status.head_age().seconds());
  return FormatSpan(absl::Seconds(status.head_age().seconds()));
}

std::vector<std::string> Organisers(const Message& message, const Locale& locale) {
  std::vector<std::string> lines;
  for (const auto& state : static_cast<const v1::Invitation&>(message).organisers()) {
    std::string line = state.organiser().display_name();
    if (!state.alias().empty()) absl::StrAppend(&line, " (", state.alias(), ")");
    absl::StrAppend(&line, ": ",
                    Translate(locale.language, state.signed_() ? "signed" : "not signed yet"));
    if (!state.proof().empty()) absl::StrAppend(&line, " (", state.proof(), ")");
    lines.push_back(line);
  }
  return lines;
}

// "1 of 2": how many organisers signed.
std::string Signatures(const v1::Invitation& invitation, const Locale& locale) {
  const auto& states = invitation.organisers();
  const auto count = std::count_if(states.begin(), states.end(),
                                   [](const auto& state) { return state.signed_(); });
  return absl::Substitute(Translate(locale.language, "$0 of $1"), count, states.size());
}

// "2018-05-31T09:00:00" as people read it; it has no offset to shift by.
std::vector<std::string> When(const Message& message, const Locale& locale) {
  const auto& content = static_cast<const v1::Invitation&>(message).content();
  absl::Time starts;
  if (locale.raw || !absl::ParseTime("%Y-%m-%dT%H:%M:%S", content.starts_at(), &starts, nullptr)) {
    return {content.starts_at()};
  }
  Locale utc = locale;
  utc.zone = absl::UTCTimeZone();
  return {FormatTime(utc, starts)};
}

}  // namespace

const std::vector<Column>& NodeStatusDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"Node", "name"},
      {"Alias", "alias"},
      {"Name", "display_name"},
      {"Closed, heir", "closed_to", kOptional},
      {"Recovering since", "recovery.start_time", kOptional},
      {"Because", "recovery.reasons", kOptional},
      {"Version", "version"},
      {"Data version", "schema_version"},
      {"Listens on", "listen"},
      {"Running since", "start_time"},
      {"Own actors", "own_actors"},
      {"Notice due", "notice_due"},
      {"Time of keeping over", "retention_due"},
      {"Partners' actors", "partner_actors"},
      {"Partners", "partners"},
      {"Connected partners", "connected_partners"},
      {"Territories of", "territory_vintage", kPlain},
      {"Certificate (SHA-256)", "tls_certificate_hash"},
  };
  return columns;
}

const std::vector<Column>& SuccessionDetails() {
  static const auto& columns = *new std::vector<Column>{{"Own actors", "actors"}};
  return columns;
}

const std::vector<Column>& RecoveryDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"Recovering since", "start_time"}, {"Because", "reasons"},
      {"Have answered", "answered"},      {"Waiting for", "waiting_for"},
      {"Not connected", "unreachable"},   {"Suggestions", "suggestions"},
      {"Erased again", "erased"},         {"Kept out of shares", "withdrawn"}};
  return columns;
}

const std::vector<Column>& BackupColumns() {
  static const auto& columns = *new std::vector<Column>{{"Number", "number", kPlain},
                                                        {"Made", "create_time"},
                                                        {"Bytes", "size_bytes"},
                                                        {"Files", "files"}};
  return columns;
}

const std::vector<Column>& RotationDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"Descriptor version", "descriptor_version", kPlain}, {"New key (SHA-256)", "key_hash"}};
  return columns;
}

const std::vector<Column>& OperatorColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Alias", "alias", kWhole},
                               {"Role", "role"},
                               {"Added", "create_time"},
                               {"Certificate (SHA-256)", "certificate_hash", kOptional}};
  return columns;
}

const std::vector<Column>& PartnerColumns() {
  static const auto& columns = *new std::vector<Column>{{"Alias", "alias", kWhole},
                                                        {"Name", "display_name"},
                                                        {"Connected", "connected"},
                                                        {"Paired", "pair_time", kOptional},
                                                        {"Endpoints", "endpoints", kOptional},
                                                        {"Node", "node", kWhole}};
  return columns;
}

const std::vector<Column>& PartnerDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"Alias", "alias"},           {"Name", "display_name"},           {"Node", "node"},
      {"Endpoints", "endpoints"},   {"Connected", "connected"},         {"Paired", "pair_time"},
      {"Six words", "check_words"}, {"Closed, heir", "heir", kOptional}};
  return columns;
}

const std::vector<Column>& PartnerTokenDetails() {
  static const auto& columns =
      *new std::vector<Column>{{"Token", "token"}, {"Valid until", "expire_time"}};
  return columns;
}

const std::vector<Column>& ShareColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"From", "", 0, &Render<v1::Share, &WhoseShare>},
                               {"Share", "title", kWhole},
                               {"View", "view"},
                               {"Members", "members"},
                               {"May be passed on", "relayable"},
                               {"Subscribed", "", 0, &Render<v1::Share, &Subscribed>},
                               {"Actors", "live_count"},
                               {"Filter", "filter", kOptional}};
  return columns;
}

const std::vector<Column>& ShareDetails() {
  static const auto& columns =
      *new std::vector<Column>{{"ID", "name"},
                               {"Share", "title"},
                               {"From", "", 0, &Render<v1::Share, &WhoseShare>},
                               {"Filter", "filter"},
                               {"View", "view"},
                               {"Members", "members"},
                               {"Subscribed", "", 0, &Render<v1::Share, &Subscribed>},
                               {"Actors", "live_count"},
                               {"Revision", "version"}};
  return columns;
}

const std::vector<Column>& SyncColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Share", "title", kWhole},
      {"With", "", kWhole, &Render<v1::ShareStatus, &Direction>},
      {"State", "state"},
      {"Connected", "connected", kOptional},
      {"Actors", "live_count", kOptional},
      {"Behind", "lag"},
      {"Age", "", kRight, &Render<v1::ShareStatus, &HeadAge>},
      {"Supplier", "supplier", kOptional},
      {"Tried again", "next_retry", kOptional},
      {"Trouble", "last_error_reason", kWhole},
  };
  return columns;
}

const std::vector<Column>& InvitationColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Reference", "content.reference", kWhole},
                               {"State", "state"},
                               {"Starts", "", 0, &When},
                               {"Title", "content.title"},
                               {"Signed", "", 0, &Render<v1::Invitation, &Signatures>}};
  return columns;
}

const std::vector<Column>& InvitationBrief() {
  static const auto& columns = *new std::vector<Column>{
      {"Reference", "content.reference"}, {"Title", "content.title"}, {"State", "state"}};
  return columns;
}

const std::vector<Column>& InvitationDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"ID", "name"},
      {"Reference", "content.reference"},
      {"State", "state"},
      {"Subject", "content.subject"},
      {"Title", "content.title"},
      {"Change", "content.change_note"},
      {"Starts", "", 0, &When},
      {"Venue", "content.venue_name"},
      {"Address", "content.venue_address"},
      {"Organisers", "", 0, &Organisers},
      {"Audience", "content.audience_filter"},
      {"Reply until", "content.reply_deadline"},
      {"Replies to", "content.reply_to"},
      {"Send until", "content.not_after"},
      {"Content (SHA-256)", "content_hash"},
      {"Warnings", "warnings"},
  };
  return columns;
}

const std::vector<Column>& ProgressDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"State", "state"},         {"Recipients", "recipients"}, {"Sent", "sent"},
      {"Pending", "pending"},     {"Deferred", "deferred"},     {"Bounced", "bounced"},
      {"Uncertain", "uncertain"}, {"Left out", "suppressed"},   {"Trouble", "last_error"}};
  return columns;
}

const std::vector<Column>& PreviewRecipientColumns() {
  static const auto& columns = *new std::vector<Column>{{"No.", "number", kPlain},
                                                        {"Name", "display_name"},
                                                        {"E-mail", "mailbox"},
                                                        {"Category", "category"}};
  return columns;
}

const std::vector<Column>& RecipientColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"No.", "number", kPlain}, {"Name", "display_name"},      {"E-mail", "mailbox"},
      {"Category", "category"},  {"State", "state", kOptional}, {"Detail", "detail", kOptional}};
  return columns;
}

const std::vector<Column>& CategoryCountColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Category", "category"}, {"Recipients", "count"}};
  return columns;
}

const std::vector<Column>& ExclusionColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"No mail of their own", "", 0,
       [](const Message& message, const Locale& locale) {
         const std::string& reason = static_cast<const v1::ExclusionCount&>(message).reason();
         return std::vector<std::string>{
             locale.raw ? reason : std::string(EnumText(locale.language, reason))};
       }},
      {"Actors", "count"}};
  return columns;
}

}  // namespace maillage::cli
