#include "server/broadcast/mail/mime.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/mail/address.h"
#include "server/broadcast/mail/calendar.h"
#include "server/broadcast/mail/gmime.h"

namespace maillage::broadcast {
namespace {

// Text with CRLF line ends as quoted-printable.
std::string QuotedPrintable(const std::string& text) {
  GMimeEncoding encoder;
  g_mime_encoding_init_encode(&encoder, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  std::string out(g_mime_encoding_outlen(&encoder, text.size()), '\0');
  out.resize(g_mime_encoding_flush(&encoder, text.data(), text.size(), out.data()));
  return absl::StrReplaceAll(absl::StrReplaceAll(out, {{"\r\n", "\n"}}), {{"\n", "\r\n"}});
}

// A slot's value between two soft line breaks, so that no line grows too long
// whatever stands around it.
std::string SlotValue(const std::string& value) {
  return absl::StrCat("=\r\n", QuotedPrintable(value), "=\r\n");
}

// Encodes what lies between the slots and leaves their marks in place: they
// would be torn apart by a line break otherwise.
std::string EncodeAroundSlots(const std::string& text) {
  std::string out;
  size_t from = 0;
  for (size_t at; (at = text.find('\x01', from)) != std::string::npos; from = at + 3) {
    absl::StrAppend(&out, QuotedPrintable(text.substr(from, at - from)), text.substr(at, 3));
  }
  return out + QuotedPrintable(text.substr(from));
}

GObjectPtr<GMimePart> TextPart(const char* subtype, const std::string& text) {
  GObjectPtr<GMimePart> part(g_mime_part_new_with_type("text", subtype));
  auto* object = GMIME_OBJECT(part.get());
  g_mime_object_set_content_type_parameter(object, "charset", "utf-8");
  g_mime_part_set_content_encoding(part.get(), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  const std::string encoded = EncodeAroundSlots(absl::StrReplaceAll(text, {{"\n", "\r\n"}}));
  const GObjectPtr<GMimeStream> stream(
      g_mime_stream_mem_new_with_buffer(encoded.data(), encoded.size()));
  // Says that the bytes are encoded already, so that they are written as they are.
  const GObjectPtr<GMimeDataWrapper> content(
      g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE));
  g_mime_part_set_content(part.get(), content.get());
  return part;
}

void SetHeader(GMimeMessage* message, const char* name, const std::string& value) {
  g_mime_object_set_header(GMIME_OBJECT(message), name, value.c_str(), "utf-8");
}

// Headers that all copies share, but for From and To.
void SetHeaders(const v1::InvitationContent& content, const Sender& sender, const Letter& letter,
                GMimeMessage* message) {
  g_mime_message_set_subject(message, letter.subject.c_str(), "utf-8");
  SetHeader(message, "Reply-To", absl::StrCat("<", content.reply_to(), ">"));
  // One list an issuer, whatever the invitation: filters of readers go by it.
  SetHeader(message, "List-Id", absl::StrCat("<invitations.", MailDomain(sender.mailbox), ">"));
  SetHeader(message, "Auto-Submitted", "auto-generated");
  SetHeader(message, "Content-Language", content.languages_size() > 1 ? "fr, en" : "fr");
}

// What the mail asks of a calendar (RFC 5546).
const char* Method(const v1::InvitationContent& content) {
  return content.cancelled() ? "CANCEL" : "REQUEST";
}

std::string CalendarFor(const v1::InvitationContent& content,
                        const MailTemplate::Options& options) {
  CalendarOptions calendar;
  calendar.method = Method(content);
  calendar.stamp = options.stamp;
  if (!options.letter.base_url.empty()) {
    calendar.page = PublicPage(options.letter.base_url, content);
  }
  calendar.attendee = {'\x01', static_cast<char>(Slot::kAttendee), '\x02'};
  return CalendarText(content, calendar);
}

// Derived, so that a copy is the same on every try.
GObjectPtr<GMimeMultipart> Multipart(const char* subtype, const std::string& job) {
  GObjectPtr<GMimeMultipart> both(g_mime_multipart_new_with_subtype(subtype));
  g_mime_multipart_set_boundary(both.get(), absl::StrCat("=_", subtype, "-", job).c_str());
  return both;
}

// The ways to read the letter, the richest last; then the calendar once more as
// a file, for programs that show no calendar of their own.
GObjectPtr<GMimeMessage> BuildMessage(const v1::InvitationContent& content, const Sender& sender,
                                      const Letter& letter, const MailTemplate::Options& options) {
  GObjectPtr<GMimeMessage> message(g_mime_message_new(FALSE));
  SetHeaders(content, sender, letter, message.get());
  const std::string calendar = CalendarFor(content, options);
  const auto ways = Multipart("alternative", options.job);
  g_mime_multipart_add(ways.get(), GMIME_OBJECT(TextPart("plain", letter.text).get()));
  g_mime_multipart_add(ways.get(), GMIME_OBJECT(TextPart("html", letter.html).get()));
  const auto event = TextPart("calendar", calendar);
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(event.get()), "method", Method(content));
  g_mime_multipart_add(ways.get(), GMIME_OBJECT(event.get()));
  const auto file = TextPart("calendar", calendar);
  g_mime_part_set_filename(file.get(), "invitation.ics");
  const auto whole = Multipart("mixed", options.job);
  g_mime_multipart_add(whole.get(), GMIME_OBJECT(ways.get()));
  g_mime_multipart_add(whole.get(), GMIME_OBJECT(file.get()));
  g_mime_message_set_mime_part(message.get(), GMIME_OBJECT(whole.get()));
  return message;
}

absl::Status BadSender(absl::string_view from) {
  return InvalidArgument("BAD_SENDER", absl::StrCat("no mailbox: ", from),
                         "Set the node's mailbox to one such as contact@example.org.");
}

std::string Serialise(GMimeMessage* message) {
  const GObjectPtr<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_object_write_to_stream(GMIME_OBJECT(message), MailFormat(), stream.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

}  // namespace

absl::StatusOr<Sender> ParseSender(absl::string_view from, absl::string_view default_name) {
  Sender sender{NormaliseMailbox(from), std::string(default_name)};
  const size_t open = from.rfind('<');
  if (sender.mailbox.empty() && open != absl::string_view::npos && absl::EndsWith(from, ">")) {
    sender.mailbox = NormaliseMailbox(from.substr(open + 1, from.size() - open - 2));
    const absl::string_view name = absl::StripAsciiWhitespace(from.substr(0, open));
    sender.display_name = std::string(absl::StripSuffix(absl::StripPrefix(name, "\""), "\""));
  }
  if (sender.mailbox.empty()) return BadSender(from);
  return sender;
}

absl::StatusOr<MailTemplate> MailTemplate::Build(const v1::InvitationContent& content,
                                                 const Sender& sender, const Options& options) {
  if (!IsMailbox(sender.mailbox)) return BadSender(sender.mailbox);
  MailFormat();  // sets GMime up
  ASSIGN_OR_RETURN(const Letter letter, WriteLetter(content, options.letter));
  MailTemplate result;
  result.job_ = options.job;
  result.base_url_ = options.letter.base_url;
  result.domain_ = std::string(MailDomain(sender.mailbox));
  result.unsubscribe_ = MailtoUri(content.reply_to(),
                                  absl::StrCat("Désinscription - ", content.reference(), " - n° "));
  const auto message = BuildMessage(content, sender, letter, options);
  result.Split(AddressHeader("From", sender.display_name, sender.mailbox) +
               Serialise(message.get()));
  return result;
}

void MailTemplate::Split(const std::string& mail) {
  const size_t html_at = mail.find("\r\nContent-Type: text/html");
  size_t from = 0;
  for (size_t at; (at = mail.find('\x01', from)) != std::string::npos; from = at + 3) {
    pieces_.push_back({mail.substr(from, at - from), mail[at + 1], at > html_at});
  }
  pieces_.push_back({mail.substr(from), 0, false});
  bytes_ = mail.size();
}

std::string MailTemplate::MessageId(uint32_t number) const {
  return absl::StrCat("<", job_, ".", number, "@", domain_, ">");
}

std::string MailTemplate::ListUnsubscribe(const Person& person) const {
  const std::string by_mail = absl::StrCat("<", unsubscribe_, person.number, ">\r\n");
  if (base_url_.empty()) return absl::StrCat("List-Unsubscribe:\r\n ", by_mail);
  // One click of the mail program's own button (RFC 8058).
  return absl::StrCat("List-Unsubscribe:\r\n <", ObjectionPage(base_url_, person.objection_token),
                      ">,\r\n ", by_mail, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

std::string MailTemplate::Render(const Person& person, absl::Time date) const {
  std::string mail;
  mail.reserve(bytes_ + 1024);
  absl::StrAppend(&mail, AddressHeader("To", person.display_name, person.mailbox),
                  "Date: ", absl::FormatTime(absl::RFC1123_full, date, absl::UTCTimeZone()),
                  "\r\nMessage-ID: ", MessageId(person.number), "\r\n", ListUnsubscribe(person));
  for (const Piece& piece : pieces_) {
    mail += piece.bytes;
    if (piece.slot == 0) continue;
    const auto slot = static_cast<Slot>(piece.slot);
    const std::string value = piece.html ? HtmlValue(slot, person) : TextValue(slot, person);
    mail += SlotValue(absl::StrReplaceAll(value, {{"\n", "\r\n"}}));
  }
  return mail;
}

absl::StatusOr<std::string> NoteMail(const Note& note, const Sender& sender, absl::string_view id,
                                     absl::Time date) {
  if (!IsMailbox(sender.mailbox)) return BadSender(sender.mailbox);
  MailFormat();  // sets GMime up
  GObjectPtr<GMimeMessage> message(g_mime_message_new(FALSE));
  g_mime_message_set_subject(message.get(), note.subject.c_str(), "utf-8");
  SetHeader(message.get(), "Auto-Submitted", "auto-replied");
  g_mime_message_set_mime_part(message.get(), GMIME_OBJECT(TextPart("plain", note.text).get()));
  return absl::StrCat(AddressHeader("From", sender.display_name, sender.mailbox),
                      AddressHeader("To", "", note.mailbox),
                      "Date: ", absl::FormatTime(absl::RFC1123_full, date, absl::UTCTimeZone()),
                      "\r\nMessage-ID: <", id, "@", MailDomain(sender.mailbox), ">\r\n",
                      Serialise(message.get()));
}

}  // namespace maillage::broadcast
