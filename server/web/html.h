// What all public pages have in common: language, frame, style.
#ifndef SERVER_WEB_HTML_H_
#define SERVER_WEB_HTML_H_

#include <kainjow/mustache.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "maillage/v1/invitation.pb.h"
#include "server/web/web_server.h"

namespace maillage::web {

enum class Language { kFrench, kEnglish };

// ?lang=, else what the browser prefers, else French.
Language LanguageOf(const Request& request);

using View = kainjow::mustache::data;

// A view that knows the language: {{#fr}} and {{#en}} in the templates.
View NewView(Language language);

// Title, time and place of an event, as {{title}}, {{when}}, {{venue}}.
void AddEvent(const v1::InvitationContent& content, Language language, View* view);

// {{problem}}: what went wrong, in words of people; nothing where all is well.
void AddProblem(const absl::Status& refused, Language language, View* view);

// Whether replies are still taken, until when, and how many seats there are:
// {{closed}}, {{deadline}}, {{capacity}}.
void AddTerms(const v1::InvitationContent& content, Language language, absl::Time now, View* view);

// 1 to as many as a reply may ask for, as {{n}} with {{chosen}}.
View SeatChoices(uint32_t chosen);

struct Frame {
  const Request& request;
  Language language;
  std::string institution;
  std::string title;
  int code = 200;
};
// The template in the frame of the site.
Page HtmlPage(const Frame& frame, const char* body_template, const View& view);

// A page with a heading and a sentence.
struct Notice {
  const char* french_title;
  const char* french;
  const char* english_title;
  const char* english;
};
Page NoticePage(const Request& request, const std::string& institution, const Notice& notice,
                int code);

// Where to go after a form was taken.
Page SeeOther(const Request& request, absl::string_view query);

// The site's style sheet.
extern const char kStyleSheet[];

}  // namespace maillage::web

#endif  // SERVER_WEB_HTML_H_
