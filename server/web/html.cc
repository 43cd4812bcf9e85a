#include "server/web/html.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "server/broadcast/content.h"
#include "server/broadcast/replies.h"
#include "server/broadcast/wording.h"
#include "server/web/templates.h"

namespace maillage::web {
namespace {

// How much a browser wants a language: its q, or -1.
double WishFor(absl::string_view language, absl::string_view header) {
  for (const absl::string_view range : absl::StrSplit(header.substr(0, 500), ',')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(range, ';');
    if (!absl::StartsWithIgnoreCase(absl::StripAsciiWhitespace(parts[0]), language)) continue;
    double quality = 1;
    for (size_t i = 1; i < parts.size(); ++i) {
      absl::string_view part = absl::StripAsciiWhitespace(parts[i]);
      if (absl::StartsWith(part, "q=")) (void)absl::SimpleAtod(part.substr(2), &quality);
    }
    return quality;
  }
  return -1;
}

std::string Render(const char* source, const View& view) {
  kainjow::mustache::mustache shell{std::string(source)};
  return shell.render(view);
}

// What the person can do about it, for the reasons that a form can have.
struct Known {
  const char* reason;
  const char* french;
  const char* english;
};
constexpr Known kKnown[] = {
    {"REPLIES_CLOSED", "Le délai de réponse est passé. Écrivez aux organisateurs.",
     "The time to reply is over. Please write to the organisers."},
    {"NO_SEATS",
     "Il ne reste pas assez de places pour ce nombre de personnes. Votre réponse précédente est "
     "gardée.",
     "There are not enough seats left for that many. Your former reply is kept."},
    {"BAD_REPLY",
     "La réponse est incomplète : choisissez une réponse et, si quelqu'un vous représente, "
     "indiquez son nom.",
     "The reply is incomplete: choose an answer and, if somebody comes instead, give their name."},
    {"BAD_MAILBOX", "L'adresse électronique n'est pas valable. Exemple : prenom.nom@example.org.",
     "The e-mail address is not valid. Example: given.family@example.org."},
    {"NO_NAME", "Indiquez votre nom.", "Please give your name."},
    {"BAD_SCOPE", "Choisissez à quoi vous vous opposez.", "Choose what you object to."},
    {"TOO_OFTEN", "Trop de demandes. Réessayez dans une heure.",
     "Too many requests. Please try again in an hour."},
};

}  // namespace

Language LanguageOf(const Request& request) {
  const std::string& asked = request.Query("lang");
  if (asked == "en") return Language::kEnglish;
  if (asked == "fr") return Language::kFrench;
  const double english = WishFor("en", request.accept_language);
  return english > WishFor("fr", request.accept_language) ? Language::kEnglish : Language::kFrench;
}

View NewView(Language language) {
  View view;
  view.set("fr", language == Language::kFrench);
  view.set("en", language == Language::kEnglish);
  view.set("lang", language == Language::kFrench ? "fr" : "en");
  return view;
}

void AddEvent(const v1::InvitationContent& content, Language language, View* view) {
  absl::CivilMinute starts;
  absl::CivilMinute ends;
  broadcast::ParseLocalTime(content.starts_at(), &starts);
  broadcast::ParseLocalTime(content.ends_at(), &ends);
  view->set("title", content.title());
  view->set("when", language == Language::kFrench ? broadcast::FrenchSpan(starts, ends)
                                                  : broadcast::EnglishSpan(starts, ends));
  view->set("venue", absl::StrCat(content.venue_name(), content.venue_address().empty() ? "" : ", ",
                                  content.venue_address()));
  view->set("reply_to", content.reply_to());
  view->set("cancelled", content.cancelled());
  // To a template an empty text is there all the same.
  if (!content.change_note().empty()) view->set("change", content.change_note());
  view->set("reference", content.reference());
}

View SeatChoices(uint32_t chosen) {
  View list(View::type::list);
  for (uint32_t n = 1; n <= broadcast::kMaxReplySeats; ++n) {
    View one;
    one.set("n", absl::StrCat(n));
    one.set("chosen", n == std::max(chosen, 1u));
    list.push_back(one);
  }
  return list;
}

void AddTerms(const v1::InvitationContent& content, Language language, absl::Time now, View* view) {
  view->set("closed", content.cancelled() || now >= broadcast::RepliesUntil(content));
  if (content.capacity() > 0) view->set("capacity", absl::StrCat(content.capacity()));
  absl::CivilDay day;
  if (!content.has_reply_deadline() || !broadcast::ToCivilDay(content.reply_deadline(), &day)) {
    return;
  }
  view->set("deadline",
            language == Language::kFrench
                ? broadcast::FrenchWeekday(day)
                : absl::FormatTime("%A %e %B %Y", absl::FromCivil(day, absl::UTCTimeZone()),
                                   absl::UTCTimeZone()));
}

void AddProblem(const absl::Status& refused, Language language, View* view) {
  view->set("refused", !refused.ok());
  if (refused.ok()) return;
  const std::string reason = ErrorReason(refused);
  const auto* known = std::find_if(std::begin(kKnown), std::end(kKnown),
                                   [&](const Known& one) { return one.reason == reason; });
  const bool french = language == Language::kFrench;
  const char* text = french ? "La demande n'a pas pu être prise en compte. Réessayez plus tard."
                            : "The request could not be taken. Please try again later.";
  if (known != std::end(kKnown)) text = french ? known->french : known->english;
  view->set("problem", std::string(text));
}

Page HtmlPage(const Frame& frame, const char* body_template, const View& view) {
  View shell = NewView(frame.language);
  shell.set("institution", frame.institution);
  shell.set("heading", frame.title);
  // Pages stand at several depths, and the site below any path of a proxy.
  std::string root;
  const auto depth = std::count(frame.request.path.begin(), frame.request.path.end(), '/');
  for (int64_t i = 1; i < depth; ++i) root += "../";
  shell.set("root", root.empty() ? "./" : root);
  shell.set("content", Render(body_template, view));
  return {frame.code, "text/html; charset=utf-8", Render(kFrameTemplate, shell)};
}

Page NoticePage(const Request& request, const std::string& institution, const Notice& notice,
                int code) {
  const Language language = LanguageOf(request);
  const bool french = language == Language::kFrench;
  View view = NewView(language);
  view.set("sentence", std::string(french ? notice.french : notice.english));
  return HtmlPage(
      {request, language, institution, french ? notice.french_title : notice.english_title, code},
      kNoticeTemplate, view);
}

Page SeeOther(const Request& request, absl::string_view query) {
  const std::string& lang = request.Query("lang");
  std::string location = absl::StrCat("?", query);
  if (lang == "fr" || lang == "en") absl::StrAppend(&location, "&lang=", lang);
  return {303, "text/plain", "", location};
}

}  // namespace maillage::web
