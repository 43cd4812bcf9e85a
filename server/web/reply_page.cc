// The page on which who was invited replies.
#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/mail/letter.h"
#include "server/broadcast/wording.h"
#include "server/web/guest.h"
#include "server/web/html.h"
#include "server/web/templates.h"

namespace maillage::web {
namespace {

struct Need {
  v1::ReplyNeed need;
  const char* value;
  const char* french;
  const char* english;
};
constexpr Need kNeeds[] = {
    {v1::REPLY_NEED_WHEELCHAIR, "wheelchair", "Accès en fauteuil roulant", "Wheelchair access"},
    {v1::REPLY_NEED_SIGN_LANGUAGE, "sign-language", "Interprète en langue des signes",
     "Sign language interpreter"},
    {v1::REPLY_NEED_HEARING_LOOP, "hearing-loop", "Boucle magnétique", "Induction loop"},
    {v1::REPLY_NEED_LARGE_PRINT, "large-print", "Documents en gros caractères",
     "Documents in large print"},
    {v1::REPLY_NEED_VEGETARIAN_MEAL, "vegetarian-meal", "Repas végétarien", "Vegetarian meal"},
};

// Of a form that is shown again, and of one that is sent.
v1::Reply FromForm(const Request& request) {
  v1::Reply reply;
  const std::string& answer = request.Form("answer");
  if (answer == "yes") reply.set_answer(v1::REPLY_ANSWER_YES);
  if (answer == "no") reply.set_answer(v1::REPLY_ANSWER_NO);
  if (answer == "delegate") {
    reply.set_answer(v1::REPLY_ANSWER_DELEGATE);
    reply.mutable_delegate()->set_name(request.Form("delegate_name"));
    reply.mutable_delegate()->set_mailbox(request.Form("delegate_mailbox"));
  }
  uint32_t seats = 1;
  if (!absl::SimpleAtoi(request.Form("seats"), &seats)) seats = 1;
  if (reply.answer() != v1::REPLY_ANSWER_NO) reply.set_seats(seats);
  for (const absl::string_view value : absl::StrSplit(request.Form("need"), '\n')) {
    for (const Need& need : kNeeds) {
      if (value == need.value) reply.add_needs(need.need);
    }
  }
  reply.set_note(request.Form("note"));
  return reply;
}

void AddReply(const v1::Reply& reply, bool stored, View* view) {
  view->set("known", stored);
  view->set("yes", reply.answer() == v1::REPLY_ANSWER_YES);
  view->set("no", reply.answer() == v1::REPLY_ANSWER_NO);
  view->set("delegate", reply.answer() == v1::REPLY_ANSWER_DELEGATE);
  view->set("seated", reply.standing() == v1::REPLY_STANDING_SEATED);
  view->set("waiting", reply.standing() == v1::REPLY_STANDING_WAITING);
  view->set("asked", reply.standing() == v1::REPLY_STANDING_ASKED);
  view->set("one", reply.seats() == 1);
  view->set("seats_taken", absl::StrCat(reply.seats()));
  view->set("delegate_name", reply.delegate().name());
  view->set("delegate_mailbox", reply.delegate().mailbox());
  view->set("note", reply.note());
}

View Needs(const v1::Reply& reply, Language language) {
  View list(View::type::list);
  for (const Need& need : kNeeds) {
    View one;
    one.set("value", std::string(need.value));
    one.set("words", std::string(language == Language::kFrench ? need.french : need.english));
    one.set("chosen", std::find(reply.needs().begin(), reply.needs().end(), need.need) !=
                          reply.needs().end());
    list.push_back(one);
  }
  return list;
}

}  // namespace

absl::Status Site::SaveReply(const Request& request, const Guest& guest) {
  v1::Reply reply = FromForm(request);
  reply.set_channel(v1::REPLY_CHANNEL_PAGE);
  if (guest.by_letter) {
    reply.set_display_name(guest.recipient.display_name());
    reply.set_category(guest.recipient.category());
  }
  return parts_.replies->Put(guest.kept, guest.reply_id, std::move(reply), "page").status();
}

Page Site::ReplyPage(const Request& request, const Guest& guest,
                     const absl::Status& refused) const {
  const Language language = LanguageOf(request);
  const auto stored = parts_.replies->Get(guest.kept.name, guest.reply_id);
  const bool known = stored.ok() && stored->has_value();
  v1::Reply shown = known ? **stored : v1::Reply();
  View view = NewView(language);
  AddEvent(guest.kept.content, language, &view);
  AddProblem(refused, language, &view);
  view.set("saved", known && !request.Query("saved").empty());
  AddTerms(guest.kept.content, language, parts_.clock->Now(), &view);
  if (!guest.recipient.display_name().empty()) {
    view.set("person", guest.recipient.display_name());
  }
  if (!refused.ok()) {  // what was typed is not lost
    const v1::ReplyStanding standing = shown.standing();
    shown = FromForm(request);
    shown.set_standing(standing);
  } else if (!known && request.Query("r") == "no") {
    shown.set_answer(v1::REPLY_ANSWER_NO);
  } else if (!known && request.Query("r") == "yes") {
    shown.set_answer(v1::REPLY_ANSWER_YES);
  }
  AddReply(shown, known && refused.ok(), &view);
  view.set("needs", Needs(shown, language));
  view.set("seats", SeatChoices(shown.seats()));
  view.set("invitation", broadcast::PublicPage(parts_.base_url, guest.kept.content));
  return HtmlPage(
      {request, language, parts_.institution,
       language == Language::kFrench ? "Votre réponse" : "Your reply", refused.ok() ? 200 : 422},
      kReplyTemplate, view);
}

}  // namespace maillage::web
