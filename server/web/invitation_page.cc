// The page of an invitation, to be passed on; whoever reads it may ask for a
// registration, which a mail then asks to confirm. Nothing is kept meanwhile:
// what was asked is sealed in the link.
#include <cmark.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/mail/address.h"
#include "server/broadcast/markdown.h"
#include "server/web/html.h"
#include "server/web/site.h"
#include "server/web/templates.h"

namespace maillage::web {
namespace {

constexpr char kSealDomain[] = "registration";
constexpr absl::Duration kConfirmWithin = absl::Hours(48);

std::string LetterHtml(const v1::InvitationContent& content) {
  const broadcast::MarkdownPtr root = broadcast::ParseMarkdown(content.body_markdown());
  const std::unique_ptr<char, decltype(&std::free)> html(
      cmark_render_html(root.get(), CMARK_OPT_SAFE), &std::free);
  return html.get();
}

View Signatures(const v1::InvitationContent& content) {
  View list(View::type::list);
  for (const v1::Organiser& organiser : content.organisers()) {
    View one;
    one.set("post", organiser.signatory_post());
    if (!organiser.signatory_name().empty()) one.set("holder", organiser.signatory_name());
    list.push_back(one);
  }
  return list;
}

v1::AddReplyRequest Asked(const Request& request, const broadcast::KeptInvitation& kept) {
  v1::AddReplyRequest asked;
  asked.set_invitation(kept.name);
  asked.set_mailbox(broadcast::NormaliseMailbox(request.Form("mailbox")));
  v1::Reply& reply = *asked.mutable_reply();
  reply.set_answer(v1::REPLY_ANSWER_YES);
  reply.set_display_name(std::string(absl::StripAsciiWhitespace(request.Form("name"))));
  uint32_t seats = 1;
  if (!absl::SimpleAtoi(request.Form("seats"), &seats)) seats = 1;
  reply.set_seats(seats);
  return asked;
}

std::string ConfirmText(const v1::InvitationContent& content, const std::string& link,
                        Language language) {
  if (language == Language::kFrench) {
    return absl::StrCat(
        "Madame, Monsieur,\n\nUne inscription à cette rencontre a été demandée avec "
        "votre adresse :\n\n  ",
        content.title(),
        "\n\nPour la confirmer, ouvrez ce lien dans les deux jours "
        "et validez :\n\n",
        link,
        "\n\nSi vous n'avez rien demandé, ne faites rien : votre adresse n'a pas été "
        "gardée.\n");
  }
  return absl::StrCat(
      "Hello,\n\nA registration for this meeting was asked for with your address:"
      "\n\n  ",
      content.title(),
      "\n\nTo confirm it, open this link within two days and press the button:\n\n", link,
      "\n\nIf you did not ask for anything, do nothing: your address was not kept.\n");
}

}  // namespace

Page Site::InvitationPage(const Request& request, const broadcast::KeptInvitation& kept,
                          const absl::Status& refused) const {
  const Language language = LanguageOf(request);
  View view = NewView(language);
  AddEvent(kept.content, language, &view);
  AddProblem(refused, language, &view);
  AddTerms(kept.content, language, parts_.clock->Now(), &view);
  view.set("letter", LetterHtml(kept.content));
  view.set("signatures", Signatures(kept.content));
  view.set("name", request.Form("name"));
  view.set("mailbox", request.Form("mailbox"));
  view.set("seats", SeatChoices(Asked(request, kept).reply().seats()));
  int code = 422;
  if (refused.ok()) code = 200;
  if (ErrorReason(refused) == "TOO_OFTEN") code = 429;
  return HtmlPage({request, language, parts_.institution, "Invitation", code}, kInvitationTemplate,
                  view);
}

// The answer is the same whoever has the address.
Page Site::Register(const Request& request, const broadcast::KeptInvitation& kept) {
  const absl::Status asked = AskToConfirm(request, kept);
  if (!asked.ok()) return InvitationPage(request, kept, asked);
  static constexpr Notice kSent = {
      "Vérifiez votre messagerie",
      "Un courriel vient de partir vers l'adresse indiquée. L'inscription compte dès que vous "
      "l'aurez confirmée par le lien qu'il contient, dans les deux jours.",
      "Look at your mail",
      "A mail is on its way to the address that you gave. The registration counts as soon as you "
      "confirm it by the link in that mail, within two days."};
  return NoticePage(request, parts_.institution, kSent, 200);
}

absl::Status Site::AskToConfirm(const Request& request, const broadcast::KeptInvitation& kept) {
  v1::AddReplyRequest asked = Asked(request, kept);
  const absl::Time now = parts_.clock->Now();
  if (now >= broadcast::RepliesUntil(kept.content)) {
    return FailedPrecondition("REPLIES_CLOSED", "the time to reply is over");
  }
  const std::string& name = asked.reply().display_name();
  if (name.empty() || name.size() > broadcast::kMaxReplyNameBytes ||
      !broadcast::IsCleanText(name, /*lines=*/false)) {
    return InvalidArgument("NO_NAME", "the name is missing");
  }
  if (asked.mailbox().empty()) return InvalidArgument("BAD_MAILBOX", "this is no mailbox");
  if (asked.reply().seats() < 1 || asked.reply().seats() > broadcast::kMaxReplySeats) {
    return InvalidArgument("BAD_REPLY", "so many seats cannot be asked for");
  }
  if (!registrations_.Allow(LimitKey(request.address)) || !mailboxes_.Allow(asked.mailbox())) {
    return Error(absl::StatusCode::kResourceExhausted, "TOO_OFTEN", "too many registrations");
  }
  asked.mutable_reply()->mutable_create_time()->set_seconds(absl::ToUnixSeconds(now));
  const std::string link = absl::StrCat(
      parts_.base_url, "/c/", parts_.tokens->Seal(kSealDomain, asked.SerializeAsString()));
  const Language language = LanguageOf(request);
  const bool french = language == Language::kFrench;
  return parts_.invitations->SendNote(
      {asked.mailbox(),
       absl::StrCat(french ? "Confirmez votre inscription : " : "Confirm your registration: ",
                    kept.content.title()),
       ConfirmText(kept.content, link, language)});
}

absl::StatusOr<v1::AddReplyRequest> Site::OpenRegistration(absl::string_view sealed) const {
  ASSIGN_OR_RETURN(const std::string bytes, parts_.tokens->Open(kSealDomain, sealed));
  v1::AddReplyRequest asked;
  if (!asked.ParseFromString(bytes)) return InvalidArgument("BAD_TOKEN", "the link is damaged");
  const absl::Time when = absl::FromUnixSeconds(asked.reply().create_time().seconds());
  if (parts_.clock->Now() > when + kConfirmWithin) {
    return FailedPrecondition("EXPIRED_TOKEN", "the link is over");
  }
  return asked;
}

absl::StatusOr<v1::Reply> Site::TakeRegistration(const broadcast::KeptInvitation& kept,
                                                 const v1::AddReplyRequest& asked) {
  ASSIGN_OR_RETURN(const std::string id, parts_.replies->IdForMailbox(kept, asked.mailbox()));
  v1::Reply reply = asked.reply();
  reply.clear_create_time();
  reply.set_mailbox(asked.mailbox());
  reply.set_channel(v1::REPLY_CHANNEL_REGISTRATION);
  return parts_.replies->Put(kept, id, std::move(reply), "page");
}

Page Site::ConfirmPage(const Request& request, const broadcast::KeptInvitation& kept,
                       const v1::AddReplyRequest& asked) {
  const Language language = LanguageOf(request);
  View view = NewView(language);
  AddEvent(kept.content, language, &view);
  view.set("name", asked.reply().display_name());
  view.set("one", asked.reply().seats() == 1);
  view.set("count", absl::StrCat(asked.reply().seats()));
  absl::Status refused;
  if (request.post) {
    const absl::StatusOr<v1::Reply> saved = TakeRegistration(kept, asked);
    refused = saved.status();
    view.set("taken", saved.ok());
    view.set("waiting", saved.ok() && saved->standing() == v1::REPLY_STANDING_WAITING);
    view.set("asked", saved.ok() && saved->standing() == v1::REPLY_STANDING_ASKED);
  }
  AddProblem(refused, language, &view);
  return HtmlPage({request, language, parts_.institution,
                   language == Language::kFrench ? "Votre inscription" : "Your registration",
                   refused.ok() ? 200 : 422},
                  kConfirmTemplate, view);
}

}  // namespace maillage::web
