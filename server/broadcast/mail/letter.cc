#include "server/broadcast/mail/letter.h"

#include <kainjow/mustache.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "client/base/error.h"
#include "client/base/ids.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/mail/address.h"
#include "server/broadcast/mail/body.h"
#include "server/broadcast/mail/calendar.h"
#include "server/broadcast/mail/style.h"
#include "server/broadcast/mail/templates.h"
#include "server/broadcast/wording.h"

namespace maillage::broadcast {
namespace {

using kainjow::mustache::data;
using List = kainjow::mustache::data;

constexpr size_t kWidth = 72;

std::string Mark(Slot slot) { return {'\x01', static_cast<char>(slot), '\x02'}; }

std::string Wrapped(absl::string_view text) { return WrapText(text, kWidth, "", ""); }

std::string EscapeHtml(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

// No line ends before the signs that French sets apart, nor after «. For HTML,
// where lines break anywhere; " !" is left alone, since it stands in styles.
std::string KeepTogether(absl::string_view html) {
  return absl::StrReplaceAll(html, {{"« ", "«\u00a0"},
                                    {" »", "\u00a0»"},
                                    {" :", "\u00a0:"},
                                    {" ;", "\u00a0;"},
                                    {" ?", "\u00a0?"}});
}

// A mailto whose subject ends with the recipient's number, left as a slot.
std::string NumberedUri(const v1::InvitationContent& content, absl::string_view word) {
  const std::string subject = absl::StrCat(word, " - ", content.reference(), " - n° ");
  return MailtoUri(content.reply_to(), subject) + Mark(Slot::kNumber);
}

std::string Subject(const v1::InvitationContent& content, bool test) {
  return absl::StrCat(test ? "[Essai] " : "", LetterSubject(content));
}

// Where a person answers: pages where there are some, mails to write otherwise.
void SetLinks(const v1::InvitationContent& content, const std::string& base, data* view) {
  view->set("online", !base.empty());
  if (base.empty()) {
    view->set("yes_uri", NumberedUri(content, "Oui"));
    view->set("no_uri", NumberedUri(content, "Non"));
    view->set("unsubscribe_uri", NumberedUri(content, "Désinscription"));
    return;
  }
  const std::string reply = ReplyPage(base, Mark(Slot::kReply));
  view->set("reply_uri", reply);
  view->set("yes_uri", reply + "?r=yes");
  view->set("no_uri", reply + "?r=no");
  view->set("public_uri", PublicPage(base, content));
  view->set("unsubscribe_uri", ObjectionPage(base, Mark(Slot::kObject)));
}

std::string Venue(const v1::InvitationContent& content) {
  return absl::StrCat(content.venue_name(), ", ", content.venue_address());
}

absl::CivilMinute LocalTime(const std::string& text) {
  absl::CivilMinute time;
  ParseLocalTime(text, &time);
  return time;
}

std::string Deadline(const v1::InvitationContent& content) {
  absl::CivilDay day;
  return content.has_reply_deadline() && ToCivilDay(content.reply_deadline(), &day)
             ? FrenchWeekday(day)
             : "";
}

std::string DeadlineEnglish(const v1::InvitationContent& content) {
  absl::CivilDay day;
  if (!content.has_reply_deadline() || !ToCivilDay(content.reply_deadline(), &day)) return "";
  return absl::FormatTime("%-d %B %Y", absl::FromCivil(day, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

bool HasEnglish(const v1::InvitationContent& content) {
  return content.languages_size() > 1 && content.languages(1) == "en";
}

List Letterhead(const v1::InvitationContent& content) {
  List names{data::type::list};
  for (int i = 0; i < content.organisers_size(); ++i) {
    data item;
    item.set("name", content.organisers(i).display_name());
    item.set("last", i + 1 == content.organisers_size());
    names << item;
  }
  return names;
}

data Signature(const v1::Organiser& organiser) {
  data cell;
  cell.set("post", organiser.signatory_post());
  if (!organiser.signatory_name().empty()) cell.set("holder", organiser.signatory_name());
  return cell;
}

// Two a row, side by side.
List SignatureRows(const v1::InvitationContent& content) {
  List rows{data::type::list};
  for (int i = 0; i < content.organisers_size(); i += 2) {
    List cells{data::type::list};
    cells << Signature(content.organisers(i));
    if (i + 1 < content.organisers_size()) cells << Signature(content.organisers(i + 1));
    data row;
    row.set("cells", cells);
    rows << row;
  }
  return rows;
}

// What both parts say.
data CommonView(const v1::InvitationContent& content, const Body& body,
                const LetterOptions& options) {
  const absl::CivilMinute starts = LocalTime(content.starts_at());
  const absl::CivilMinute ends = LocalTime(content.ends_at());
  absl::CivilDay issued;
  ToCivilDay(content.issue_date(), &issued);
  data view;
  view.set("test", options.test);
  view.set("subject", Subject(content, options.test));
  view.set("object", content.subject());
  view.set("reference", content.reference());
  view.set("place_date", absl::StrCat(content.issue_place(), ", le ", FrenchDay(issued)));
  view.set("title", content.title());
  view.set("when", FrenchSpan(starts, ends));
  view.set("when_en", EnglishSpan(starts, ends));
  view.set("venue", Venue(content));
  view.set("box", !body.has_event_box);
  view.set("english", HasEnglish(content));
  view.set("letterhead", Letterhead(content));
  view.set("salutation", Mark(Slot::kSalutation));
  view.set("source", Mark(Slot::kSource));
  return view;
}

data HtmlView(const v1::InvitationContent& content, const Body& body,
              const LetterOptions& options) {
  data view = CommonView(content, body, options);
  view.set("body", body.html);
  view.set("box_open", kBoxOpen);
  view.set("box_close", kBoxClose);
  view.set("signature_rows", SignatureRows(content));
  view.set("reply_to", content.reply_to());
  SetLinks(content, options.base_url, &view);
  if (!Deadline(content).empty()) view.set("deadline", Deadline(content));
  if (!Deadline(content).empty()) view.set("deadline_en", DeadlineEnglish(content));
  if (content.capacity() > 0) view.set("capacity", absl::StrCat(content.capacity()));
  return view;
}

// An address stands alone on its line: mail programs find its end.
std::string OnlineReplyText(const v1::InvitationContent& content, const std::string& base,
                            const std::string& first) {
  return absl::StrCat(
      Wrapped(absl::StrCat(first, "Pour répondre, nommer quelqu'un d'autre ou dire un besoin :")),
      ReplyPage(base, Mark(Slot::kReply)), "\n\n",
      Wrapped("Rien n'est enregistré avant que vous ne validiez sur la page. Pour faire suivre "
              "l'invitation, transmettez plutôt ce lien, qui ne vous nomme pas :"),
      PublicPage(base, content), "\n");
}

std::string ReplyText(const v1::InvitationContent& content, const std::string& base) {
  std::string text;
  if (!Deadline(content).empty()) {
    absl::StrAppend(&text, "Merci de répondre avant le ", Deadline(content), ". ");
  }
  if (content.capacity() > 0) {
    absl::StrAppend(&text, "Le nombre de places est limité à ", content.capacity(), ". ");
  }
  if (!base.empty()) return OnlineReplyText(content, base, text);
  absl::StrAppend(&text, "Répondez à ", content.reply_to(), " en donnant pour objet :");
  return absl::StrCat(Wrapped(text), "\n    Oui - ", content.reference(), " - n° ",
                      Mark(Slot::kNumber), "\nou\n    Non - ", content.reference(), " - n° ",
                      Mark(Slot::kNumber), "\n");
}

std::string EnglishText(const v1::InvitationContent& content, const std::string& base) {
  std::string organisers;
  for (const v1::Organiser& organiser : content.organisers()) {
    absl::StrAppend(&organisers, organisers.empty() ? "" : "; ", organiser.display_name());
  }
  const std::string deadline = DeadlineEnglish(content);
  return Wrapped(absl::StrCat(
      "You are invited to « ", content.title(), " », ",
      EnglishSpan(LocalTime(content.starts_at()), LocalTime(content.ends_at())), ", ",
      Venue(content), ". Organised by ", organisers, ". The letter above is in French. To reply, ",
      base.empty() ? absl::StrCat("write to ", content.reply_to()) : "use the link above",
      deadline.empty() ? "" : absl::StrCat(" before ", deadline), "."));
}

std::string RightsText(const v1::InvitationContent& content, const std::string& base) {
  const std::string rights = absl::StrCat(
      "Ces données servent à vous informer des rencontres des partenaires du territoire. Vous "
      "pouvez en demander la copie, la correction ou l'effacement, et vous opposer à leur usage, "
      "en écrivant à ",
      content.reply_to(), ". Vous pouvez aussi saisir la CNIL (https://www.cnil.fr/).");
  if (!base.empty()) {
    return absl::StrCat(Wrapped(rights), "\nPour ne plus recevoir d'invitations :\n",
                        ObjectionPage(base, Mark(Slot::kObject)), "\n");
  }
  return absl::StrCat(Wrapped(rights), "\nPour ne plus recevoir d'invitations, écrivez à\n",
                      content.reply_to(), " avec pour objet :\n    Désinscription - ",
                      content.reference(), " - n° ", Mark(Slot::kNumber), "\n");
}

std::string SignaturesText(const v1::InvitationContent& content) {
  std::string text;
  for (const v1::Organiser& organiser : content.organisers()) {
    absl::StrAppend(&text, Wrapped(organiser.signatory_post()));
    if (!organiser.signatory_name().empty()) {
      absl::StrAppend(&text, "\n", organiser.signatory_name(), "\n");
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

std::string HeadText(const v1::InvitationContent& content) {
  std::string text;
  for (const v1::Organiser& organiser : content.organisers()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", organiser.display_name());
  }
  return text;
}

data TextView(const v1::InvitationContent& content, const Body& body,
              const LetterOptions& options) {
  data view = CommonView(content, body, options);
  view.set("head", HeadText(content));
  view.set("signatures", SignaturesText(content));
  view.set("reference_object",
           absl::StrCat("REF : ", content.reference(), "\n",
                        WrapText(content.subject(), kWidth, "OBJET : ", "        ")));
  view.set("body", body.text);
  view.set("reply", ReplyText(content, options.base_url));
  view.set("english_text", EnglishText(content, options.base_url));
  view.set("rights", RightsText(content, options.base_url));
  return view;
}

absl::StatusOr<std::string> Fill(const char* source, const data& view) {
  kainjow::mustache::mustache shell(source);
  std::string result = shell.render(view);
  if (!shell.is_valid()) {
    return Error(absl::StatusCode::kInternal, "BAD_TEMPLATE", shell.error_message());
  }
  return result;
}

template <typename Value>
std::string FillSlots(const std::string& part, const Person& person, Value value) {
  return absl::StrReplaceAll(part, {{Mark(Slot::kSalutation), value(Slot::kSalutation, person)},
                                    {Mark(Slot::kSource), value(Slot::kSource, person)},
                                    {Mark(Slot::kNumber), value(Slot::kNumber, person)},
                                    {Mark(Slot::kReply), value(Slot::kReply, person)},
                                    {Mark(Slot::kObject), value(Slot::kObject, person)}});
}

}  // namespace

absl::StatusOr<Letter> WriteLetter(const v1::InvitationContent& content,
                                   const LetterOptions& options) {
  const Body body = RenderBody(LetterBody(content), content.title());
  Letter letter;
  letter.subject = Subject(content, options.test);
  ASSIGN_OR_RETURN(const std::string html, Fill(kHtmlTemplate, HtmlView(content, body, options)));
  letter.html = KeepTogether(html);
  ASSIGN_OR_RETURN(letter.text, Fill(kTextTemplate, TextView(content, body, options)));
  return letter;
}

std::string ReplyPage(absl::string_view base_url, absl::string_view token) {
  return absl::StrCat(base_url, "/r/", token);
}

std::string ObjectionPage(absl::string_view base_url, absl::string_view token) {
  return absl::StrCat(base_url, "/o/", token);
}

std::string PublicPage(absl::string_view base_url, const v1::InvitationContent& content) {
  return absl::StrCat(base_url, "/i/", ToText(NodeId(content.issuer())), "/", content.reference());
}

std::string SalutationFor(const v1::Actor& actor) {
  const v1::PersonName& name = actor.person_name();
  if (actor.kind() != v1::ACTOR_KIND_PERSON || name.honorific().empty() || name.family().empty()) {
    return "Madame, Monsieur,";
  }
  return absl::StrCat(name.honorific(), " ", name.given(), name.given().empty() ? "" : " ",
                      name.family(), ",");
}

std::string DisplayNameFor(const v1::Actor& actor) {
  if (actor.kind() != v1::ACTOR_KIND_PERSON) return actor.organisation_name();
  const v1::PersonName& name = actor.person_name();
  return std::string(absl::StripAsciiWhitespace(absl::StrCat(name.given(), " ", name.family())));
}

std::string SourceFor(const v1::Actor& actor, const std::string& directory) {
  const std::string source =
      actor.source().empty() ? "" : absl::StrCat(" (source : ", actor.source(), ")");
  return absl::StrCat("Vous recevez cette invitation parce que vos coordonnées figurent dans ",
                      "l'annuaire tenu par : ", directory, source, ".");
}

std::string TextValue(Slot slot, const Person& person) {
  switch (slot) {
    case Slot::kSalutation:
      return person.salutation;
    case Slot::kSource:
      return std::string(absl::StripTrailingAsciiWhitespace(Wrapped(person.source)));
    case Slot::kNumber:
      return absl::StrCat(person.number);
    case Slot::kReply:
      return person.reply_token;
    case Slot::kObject:
      return person.objection_token;
    case Slot::kAttendee:
      return AttendeeLines(person.display_name, person.mailbox, person.reply_token.empty());
  }
  return "";
}

std::string HtmlValue(Slot slot, const Person& person) {
  switch (slot) {
    case Slot::kSource:
      return KeepTogether(EscapeHtml(person.source));
    case Slot::kSalutation:
      return EscapeHtml(person.salutation);
    default:
      return TextValue(slot, person);
  }
}

std::string FillText(const std::string& text, const Person& person) {
  return FillSlots(text, person, TextValue);
}

std::string FillHtml(const std::string& html, const Person& person) {
  return FillSlots(html, person, HtmlValue);
}

}  // namespace maillage::broadcast
