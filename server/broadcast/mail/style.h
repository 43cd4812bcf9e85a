// Inline styles shared by the letter and its body: mail programs read little
// else.
#ifndef SERVER_BROADCAST_MAIL_STYLE_H_
#define SERVER_BROADCAST_MAIL_STYLE_H_

namespace maillage::broadcast {

inline constexpr char kParagraphStyle[] = "margin:0 0 16px";

// Around title, date and place.
inline constexpr char kBoxOpen[] =
    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
    "style=\"margin:4px 0 20px\"><tr><td class=\"box\" align=\"center\" "
    "style=\"padding:18px 16px;background:#eef3fa;border-left:4px solid #1f4e8c;"
    "font-weight:bold;font-size:17px;line-height:1.5;color:#14365f\">";
inline constexpr char kBoxClose[] = "</td></tr></table>\n";

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_STYLE_H_
