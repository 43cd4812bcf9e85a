// The letter's two shells, as mustache templates.
//
// HTML: {{x}} escapes, {{{x}}} is HTML made here. Text: {{{x}}} always. Tables
// and inline styles, because Outlook reads nothing newer; the style sheet only
// adds the dark scheme and the narrow screen.
#ifndef SERVER_BROADCAST_MAIL_TEMPLATES_H_
#define SERVER_BROADCAST_MAIL_TEMPLATES_H_

namespace maillage::broadcast {

extern const char kHtmlTemplate[];
extern const char kTextTemplate[];

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_TEMPLATES_H_
