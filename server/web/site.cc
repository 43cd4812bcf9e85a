#include "server/web/site.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/links.h"
#include "server/web/guest.h"
#include "server/web/html.h"

namespace maillage::web {

using broadcast::KeptInvitation;
using broadcast::TokenPurpose;

namespace {

constexpr Notice kNoPage = {"Page introuvable",
                            "Il n'y a pas de page à cette adresse. Vérifiez le lien, ou écrivez à "
                            "l'institution qui vous a invité.",
                            "Page not found",
                            "There is no page at this address. Check the link, or write to the "
                            "institution that invited you."};
constexpr Notice kExpired = {
    "Ce lien n'est plus valable",
    "La rencontre est passée depuis longtemps. Pour toute demande, écrivez "
    "à l'institution qui vous a invité.",
    "This link is over",
    "The meeting was long ago. For any request, write to the institution "
    "that invited you."};
constexpr Notice kTest = {
    "Lien d'un courriel d'essai", "Dans l'envoi réel, chaque personne a ici sa page.",
    "Link of a test mail", "In the real mailing each person has a page here."};
constexpr Notice kTooOften = {"Trop de demandes",
                              "Trop de demandes viennent de votre adresse. Réessayez dans quelques "
                              "minutes.",
                              "Too many requests",
                              "Too many requests come from your address. Try again in some "
                              "minutes."};
constexpr Notice kBroken = {
    "Un incident est survenu", "Rien n'a été enregistré. Réessayez dans quelques minutes.",
    "Something went wrong", "Nothing was saved. Please try again in some minutes."};

// What follows the first part of a path: "x/y" of "/r/x/y".
absl::string_view RestOf(absl::string_view path) { return path.substr(path.find('/', 1) + 1); }

Page PageFor(const Request& request, const std::string& institution, const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  if (reason == "EXPIRED_TOKEN") return NoticePage(request, institution, kExpired, 410);
  if (reason == "TEST_TOKEN") return NoticePage(request, institution, kTest, 200);
  if (absl::IsInvalidArgument(status) || absl::IsNotFound(status)) {
    return NoticePage(request, institution, kNoPage, 404);
  }
  return NoticePage(request, institution, kBroken, 503);
}

}  // namespace

Site::Site(Parts parts)
    : parts_(std::move(parts)),
      reads_(300, absl::Milliseconds(200), parts_.clock),
      posts_(30, absl::Seconds(2), parts_.clock),
      pages_(40, absl::Minutes(1), parts_.clock),
      registrations_(10, absl::Minutes(6), parts_.clock),
      mailboxes_(3, absl::Hours(8), parts_.clock) {}

Handler Site::Limited(Page (Site::*handler)(const Request&)) {
  return [this, handler](const Request& request) {
    // A page that anybody has is not to be shut by somebody: there the address alone
    // counts.
    const bool own = !absl::StartsWith(request.path, "/i/");
    if ((request.post ? posts_ : reads_).Allow(LimitKey(request.address)) &&
        (!request.post || !own || pages_.Allow(request.path))) {
      return (this->*handler)(request);
    }
    return NoticePage(request, parts_.institution, kTooOften, 429);
  };
}

void Site::AddTo(Routes* routes) {
  (*routes)["/i/"] = {Limited(&Site::Invitation), true};
  (*routes)["/r/"] = {Limited(&Site::Reply), true};
  (*routes)["/o/"] = {Limited(&Site::Objection), true};
  (*routes)["/c/"] = {Limited(&Site::Confirm), true};
  (*routes)["/style.css"] = {[](const Request&) {
                               return Page{200, "text/css; charset=utf-8", kStyleSheet};
                             },
                             false};
  (*routes)[""] = {[this](const Request& request) {
                     return NoticePage(request, parts_.institution, kNoPage, 404);
                   },
                   true};
}

absl::StatusOr<Site::Guest> Site::GuestOf(TokenPurpose purpose, absl::string_view token) const {
  ASSIGN_OR_RETURN(const auto subject, parts_.tokens->Check(purpose, token, parts_.clock->Now()));
  if (subject.job == RecordId()) return NotFound("TEST_TOKEN", "the token of a test mail");
  Guest guest;
  ASSIGN_OR_RETURN(guest.kept, parts_.invitations->FindByJob(subject.job));
  const auto job = parts_.invitations->JobWithId(subject.job);
  if (job == nullptr) return NotFound("NO_SUCH_BROADCAST", "the broadcast is not here");
  ASSIGN_OR_RETURN(const auto recipient, job->FindRecipient(subject.number));
  if (!recipient.has_value()) return NotFound("NO_SUCH_RECIPIENT", "nobody has this number");
  guest.recipient = *recipient;
  guest.reply_id = broadcast::ReplyIdOf(subject.job, subject.number);
  return guest;
}

absl::StatusOr<Site::Guest> Site::GuestOfLetter(absl::string_view reference,
                                                absl::string_view code) const {
  Guest guest;
  ASSIGN_OR_RETURN(guest.kept,
                   parts_.invitations->Find(broadcast::InvitationName(parts_.self, reference)));
  ASSIGN_OR_RETURN(const RecordId letters, parts_.letters->JobOf(guest.kept));
  const absl::CivilDay last = broadcast::LastReplyDay(guest.kept.content);
  const uint32_t number = parts_.tokens->CheckLetterCode(code, letters, last);
  if (number == 0) return NotFound("NO_SUCH_RECIPIENT", "no letter has this code");
  if (absl::ToCivilDay(parts_.clock->Now(), absl::UTCTimeZone()) > last) {
    return FailedPrecondition("EXPIRED_TOKEN", "the code is over");
  }
  ASSIGN_OR_RETURN(guest.recipient, parts_.letters->FindRecipient(guest.kept, number));
  guest.reply_id = broadcast::ReplyIdOf(letters, number);
  guest.by_letter = true;
  return guest;
}

Page Site::Reply(const Request& request) {
  const absl::string_view rest = RestOf(request.path);
  const size_t slash = rest.find('/');
  const auto guest = slash == absl::string_view::npos
                         ? GuestOf(TokenPurpose::kReply, rest)
                         : GuestOfLetter(rest.substr(0, slash), rest.substr(slash + 1));
  if (!guest.ok()) return PageFor(request, parts_.institution, guest.status());
  if (!request.post) return ReplyPage(request, *guest, absl::OkStatus());
  const absl::Status saved = SaveReply(request, *guest);
  return saved.ok() ? SeeOther(request, "saved=1") : ReplyPage(request, *guest, saved);
}

Page Site::Objection(const Request& request) {
  const auto guest = GuestOf(TokenPurpose::kObject, RestOf(request.path));
  if (!guest.ok()) return PageFor(request, parts_.institution, guest.status());
  if (!request.post) return ObjectionPage(request, *guest, absl::OkStatus());
  const absl::Status done = Object(request, *guest);
  // Mail programs that ask by one click follow no redirection (RFC 8058).
  if (done.ok() && !request.Form("List-Unsubscribe").empty()) {
    return ObjectionPage(request, *guest, done);
  }
  return done.ok() ? SeeOther(request, "saved=1") : ObjectionPage(request, *guest, done);
}

Page Site::Invitation(const Request& request) {
  const absl::string_view rest = RestOf(request.path);
  const auto kept = parts_.invitations->Find(
      absl::StrCat("nodes/", absl::StrReplaceAll(rest, {{"/", "/invitations/"}})));
  // A draft is nobody's business.
  if (!kept.ok() || parts_.invitations->JobOf(*kept) == nullptr) {
    return NoticePage(request, parts_.institution, kNoPage, 404);
  }
  return request.post ? Register(request, *kept) : InvitationPage(request, *kept, absl::OkStatus());
}

Page Site::Confirm(const Request& request) {
  const auto asked = OpenRegistration(RestOf(request.path));
  if (!asked.ok()) return PageFor(request, parts_.institution, asked.status());
  const auto kept = parts_.invitations->Find(asked->invitation());
  if (!kept.ok()) return PageFor(request, parts_.institution, kept.status());
  return ConfirmPage(request, *kept, *asked);
}

}  // namespace maillage::web
