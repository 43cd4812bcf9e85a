// The public pages, as mustache templates: {{x}} escapes. Both languages stand
// side by side, so that whoever changes one sees the other.
#ifndef SERVER_WEB_TEMPLATES_H_
#define SERVER_WEB_TEMPLATES_H_

namespace maillage::web {

extern const char kFrameTemplate[];
extern const char kNoticeTemplate[];
extern const char kInvitationTemplate[];
extern const char kReplyTemplate[];
extern const char kObjectionTemplate[];
extern const char kConfirmTemplate[];

}  // namespace maillage::web

#endif  // SERVER_WEB_TEMPLATES_H_
