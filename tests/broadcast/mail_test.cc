#include <gmime/gmime.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "server/broadcast/mail/address.h"
#include "server/broadcast/mail/body.h"
#include "server/broadcast/mail/gmime.h"
#include "server/broadcast/mail/letter.h"
#include "server/broadcast/mail/mime.h"
#include "tests/broadcast/example.h"

namespace maillage::broadcast {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Sender ExampleSender() {
  return {"invitations@irev.example.org", "IREV « Politique de la ville »"};
}

Person ExamplePerson() {
  return {123, "anais@example.org", "Anaïs Lefèvre-d'Hulst", "Madame Anaïs Lefèvre-d'Hulst,",
          "Vous recevez cette invitation parce que vos coordonnées figurent dans l'annuaire tenu "
          "par : IREV <& fils> (source : Répertoire national des élus)."};
}

std::string Render(const v1::InvitationContent& content, const Person& person,
                   const std::string& base_url = "") {
  const auto mail =
      MailTemplate::Build(content, ExampleSender(), {"job-1", ExampleNow(), {false, base_url}});
  EXPECT_TRUE(mail.ok()) << mail.status();
  return mail->Render(person, ExampleNow());
}

// A mail as GMime reads it back.
class Parsed {
 public:
  explicit Parsed(const std::string& mail) {
    MailFormat();
    const GObjectPtr<GMimeStream> stream(
        g_mime_stream_mem_new_with_buffer(mail.data(), mail.size()));
    const GObjectPtr<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    message_.reset(g_mime_parser_construct_message(parser.get(), nullptr));
  }
  std::string Header(const char* name) const {
    const char* value = g_mime_object_get_header(GMIME_OBJECT(message_.get()), name);
    return value == nullptr ? "" : value;
  }
  std::string Subject() const { return g_mime_message_get_subject(message_.get()); }
  InternetAddressMailbox* To() const {
    return INTERNET_ADDRESS_MAILBOX(
        internet_address_list_get_address(g_mime_message_get_to(message_.get()), 0));
  }
  // The text, the HTML and the calendar of the letter.
  std::string Part(int index) const {
    return TextOf(g_mime_multipart_get_part(Way(Whole(), 0), index));
  }
  GMimeObject* File() const { return g_mime_multipart_get_part(Whole(), 1); }
  static std::string TextOf(GMimeObject* part) {
    char* text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
    std::string result = text;
    g_free(text);
    return absl::StrReplaceAll(result, {{"\r\n", "\n"}});
  }

 private:
  GMimeMultipart* Whole() const {
    return GMIME_MULTIPART(g_mime_message_get_mime_part(message_.get()));
  }
  static GMimeMultipart* Way(GMimeMultipart* whole, int index) {
    return GMIME_MULTIPART(g_mime_multipart_get_part(whole, index));
  }

  GObjectPtr<GMimeMessage> message_;
};

TEST(Mailbox, IsNormalisedOrRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {" Jean.Dupont@Example.ORG ", "jean.dupont@example.org"},
      {"a+b@mairie.example.org", "a+b@mairie.example.org"},
      {"x@xn--vch-9ladd.example.org", "x@xn--vch-9ladd.example.org"},
      {"x@évêché.example.org", ""},
      {"élu@example.org", ""},
      {"a@b", ""},
      {"@example.org", ""},
      {"a..b@example.org", ""},
      {"a b@example.org", ""},
      {"a@example.org>\r\nRCPT TO:<b@example.org", ""},
      {"a@-example.org", ""},
      {"a@127.0.0.1", ""},
      {"\"a b\"@example.org", ""},
      {"", ""},
  };
  for (const auto& [from, to] : cases) EXPECT_EQ(NormaliseMailbox(from), to) << from;
  EXPECT_EQ(NormaliseMailbox(std::string(65, 'a') + "@example.org"), "");
}

TEST(AddressHeader, QuotesEncodesAndCannotBeBrokenOut) {
  EXPECT_EQ(AddressHeader("To", "Jean Dupont", "j@example.org"),
            "To: Jean Dupont <j@example.org>\r\n");
  EXPECT_EQ(AddressHeader("To", "Dupont, Jean", "j@example.org"),
            "To: \"Dupont, Jean\" <j@example.org>\r\n");
  EXPECT_EQ(AddressHeader("To", "", "j@example.org"), "To: j@example.org\r\n");
  EXPECT_THAT(AddressHeader("To", "Anaïs", "j@example.org"), HasSubstr("=?UTF-8?"));
  const std::string hostile = AddressHeader("To", "x\r\nBcc: y@example.org", "j@example.org");
  EXPECT_THAT(hostile, Not(HasSubstr("\r\nBcc")));
  const std::string longest =
      AddressHeader("To", std::string(300, 'x') + " é " + std::string(300, 'y'), "j@example.org");
  for (absl::string_view line : absl::StrSplit(longest, "\r\n")) EXPECT_LT(line.size(), 998u);
}

TEST(Body, WrapsListsQuotesAndLinksInTheText) {
  const Body body = RenderBody(
      "# Titre\n\nUn *mot* et un [lien](https://example.org/x).\n\n- un\n- deux\n\n> cité\n", "");
  EXPECT_EQ(body.text,
            "Titre\n\nUn mot et un lien <https://example.org/x>.\n\n- un\n\n- deux\n\n> cité\n");
}

TEST(Body, DropsRawHtmlScriptsAndPictures) {
  const Body body = RenderBody(
      "<script>x</script>\n\n[a](javascript:x) ![pixel](https://example.org/p.gif)\n", "");
  EXPECT_THAT(body.html, Not(HasSubstr("<script")));
  EXPECT_THAT(body.html, Not(HasSubstr("javascript:")));
  EXPECT_THAT(body.html, Not(HasSubstr("<img")));
  EXPECT_THAT(body.html, HasSubstr("pixel"));
}

TEST(Body, SetsTheParagraphThatNamesTheEventAsABox) {
  const Body box = RenderBody("Avant\n\n**« Fête »  \nle soir**\n\nAprès\n", "Fête");
  EXPECT_TRUE(box.has_event_box);
  EXPECT_THAT(box.html, HasSubstr("class=\"box\""));
  EXPECT_THAT(box.text, HasSubstr("\n    « Fête »\n    le soir\n"));
  EXPECT_FALSE(RenderBody("**Important**\n", "Fête").has_event_box);
}

TEST(Body, SurvivesDeepNesting) {
  std::string quotes;
  for (int i = 0; i < 50'000; ++i) quotes += "> ";
  const Body body = RenderBody(quotes + "x", "");
  EXPECT_LT(body.text.size(), 1000u);
}

TEST(Letter, SalutesAsFarAsTheNameIsKnown) {
  v1::Actor actor;
  actor.set_kind(v1::ACTOR_KIND_PERSON);
  actor.mutable_person_name()->set_given("Anaïs");
  actor.mutable_person_name()->set_family("Lefèvre-d'Hulst");
  EXPECT_EQ(SalutationFor(actor), "Madame, Monsieur,");
  actor.mutable_person_name()->set_honorific("Madame");
  EXPECT_EQ(SalutationFor(actor), "Madame Anaïs Lefèvre-d'Hulst,");
  v1::Actor organisation;
  organisation.set_kind(v1::ACTOR_KIND_ORGANISATION);
  organisation.set_organisation_name("Atelier");
  EXPECT_EQ(SalutationFor(organisation), "Madame, Monsieur,");
  EXPECT_EQ(DisplayNameFor(organisation), "Atelier");
}

TEST(Letter, TextReadsWellAlone) {
  const auto letter = WriteLetter(DemoContent(), {});
  ASSERT_TRUE(letter.ok()) << letter.status();
  const std::string text = FillText(letter->text, ExamplePerson());
  EXPECT_THAT(
      text,
      HasSubstr("Saint-Omer\n\nLille, le 30 mars 2018\n\nREF : 028-2018\nOBJET : Invitation"));
  EXPECT_THAT(text, HasSubstr("\nMadame Anaïs Lefèvre-d'Hulst,\n"));
  EXPECT_THAT(text, HasSubstr("\n    Le jeudi 31 mai 2018 de 9h à 17h\n"));
  EXPECT_THAT(text, HasSubstr("Hauts-de-France\n\nMagali DEBATTE\n\nLe président"));
  EXPECT_THAT(text, HasSubstr("Oui - 028-2018 - n° 123"));
  EXPECT_THAT(text, HasSubstr("IREV <& fils>"));
  EXPECT_THAT(text, Not(HasSubstr("&amp;")));
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(g_utf8_strlen(line.data(), line.size()), 78) << line;
  }
}

TEST(Letter, HtmlEscapesWhatComesFromFiles) {
  v1::InvitationContent content = DemoContent();
  content.set_subject("<b>gras</b> & co");
  content.mutable_organisers(0)->set_signatory_post("<i>x</i>");
  const auto letter = WriteLetter(content, {});
  ASSERT_TRUE(letter.ok());
  const std::string html = FillHtml(letter->html, ExamplePerson());
  EXPECT_THAT(html, Not(HasSubstr("<b>gras")));
  EXPECT_THAT(html, Not(HasSubstr("<i>x")));
  EXPECT_THAT(html, HasSubstr("IREV &lt;&amp; fils&gt;"));
  EXPECT_THAT(html, HasSubstr("Oui%20-%20028-2018%20-%20n%C2%B0%20123"));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
}

TEST(Letter, AddsEnglishWhereAskedFor) {
  v1::InvitationContent content = DemoContent();
  const auto french = WriteLetter(content, {});
  content.add_languages("en");
  const auto both = WriteLetter(content, {});
  ASSERT_TRUE(french.ok() && both.ok());
  EXPECT_THAT(french->text, Not(HasSubstr("IN ENGLISH")));
  EXPECT_THAT(both->text, HasSubstr("Thursday 31 May 2018, 09:00 to"));
  EXPECT_THAT(both->html, HasSubstr("<div lang=\"en\""));
}

TEST(Letter, SaysThatATestIsOne) {
  const auto letter = WriteLetter(DemoContent(), {.test = true});
  ASSERT_TRUE(letter.ok());
  EXPECT_THAT(letter->subject, HasSubstr("[Essai] Invitation"));
  EXPECT_THAT(letter->text, HasSubstr("[ESSAI"));
  EXPECT_THAT(letter->html, HasSubstr("Essai\u00a0: ce courriel"));
}

TEST(Mail, ReadsBackAsItWasMeant) {
  const v1::InvitationContent content = DemoContent();
  const Person person = ExamplePerson();
  const Parsed mail(Render(content, person));
  EXPECT_EQ(mail.Subject(), content.subject());
  EXPECT_EQ(std::string(internet_address_get_name(INTERNET_ADDRESS(mail.To()))),
            person.display_name);
  EXPECT_EQ(std::string(internet_address_mailbox_get_addr(mail.To())), person.mailbox);
  EXPECT_EQ(mail.Header("Message-ID"), "<job-1.123@irev.example.org>");
  EXPECT_EQ(mail.Header("Date"), "Tue, 03 Apr 2018 12:00:00 +0000");
  EXPECT_EQ(mail.Header("Reply-To"), "rencontre-028@irev.example.org");
  EXPECT_EQ(mail.Header("List-Id"), "<invitations.irev.example.org>");
  EXPECT_EQ(mail.Header("Auto-Submitted"), "auto-generated");
  EXPECT_THAT(Render(content, person), HasSubstr("\r\nContent-Language: fr\r\n"));
  EXPECT_EQ(mail.Header("MIME-Version"), "1.0");
  EXPECT_EQ(mail.Header("List-Unsubscribe"),
            "<mailto:rencontre-028@irev.example.org?subject=D%C3%A9sinscription%20-%20028-2018%20-"
            "%20n%C2%B0%20123>");
  const auto letter = WriteLetter(content, {});
  ASSERT_TRUE(letter.ok());
  EXPECT_EQ(mail.Part(0), FillText(letter->text, person));
  EXPECT_EQ(mail.Part(1), FillHtml(letter->html, person));
}

TEST(Mail, LinksToTheReceiversPagesWhereThereAreSome) {
  Person person = ExamplePerson();
  person.reply_token = "replytoken";
  person.objection_token = "objectiontoken";
  const std::string base = "https://irev.example.org";
  const Parsed mail(Render(DemoContent(), person, base));
  EXPECT_EQ(mail.Header("List-Unsubscribe"),
            "<https://irev.example.org/o/objectiontoken>, "
            "<mailto:rencontre-028@irev.example.org?subject=D%C3%A9sinscription%20-%20028-2018%20-"
            "%20n%C2%B0%20123>");
  EXPECT_EQ(mail.Header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
  const std::string page = PublicPage(base, DemoContent());
  for (int part : {0, 1}) {
    EXPECT_THAT(mail.Part(part), HasSubstr("https://irev.example.org/r/replytoken"));
    EXPECT_THAT(mail.Part(part), HasSubstr("https://irev.example.org/o/objectiontoken"));
    EXPECT_THAT(mail.Part(part), HasSubstr(page));
    EXPECT_THAT(mail.Part(part), Not(HasSubstr("\x01")));
  }
  EXPECT_THAT(mail.Part(1), HasSubstr("href=\"https://irev.example.org/r/replytoken?r=yes\""));
  EXPECT_THAT(mail.Part(0), Not(HasSubstr("mailto:")));
}

TEST(Mail, CarriesTheCalendarForItsReceiverAloneAndAsAFile) {
  const Parsed mail(Render(DemoContent(), ExamplePerson()));
  const std::string calendar = mail.Part(2);
  EXPECT_EQ(calendar, Parsed::TextOf(mail.File()));
  EXPECT_STREQ(g_mime_object_get_header(mail.File(), "Content-Disposition"),
               "attachment; filename=invitation.ics");
  EXPECT_THAT(calendar, HasSubstr("\nMETHOD:REQUEST\n"));
  const std::string lines = absl::StrReplaceAll(calendar, {{"\n ", ""}});
  EXPECT_THAT(lines, HasSubstr("\nATTENDEE;CN=\"Anaïs Lefèvre-d'Hulst\";"));
  EXPECT_THAT(lines, HasSubstr(":mailto:anais@example.org\n"));
  EXPECT_EQ(lines.find("ATTENDEE"), lines.rfind("ATTENDEE"));
  EXPECT_THAT(lines, HasSubstr("\nDTSTART;TZID=Europe/Paris:20180531T090000\n"));
}

TEST(Mail, IsSevenBitWithShortLinesWhateverStandsInIt) {
  Person person = ExamplePerson();
  person.salutation = std::string(400, 'a') + "é=.\xE2\x82\xAC";
  person.source = "x\r\n.\r\ny";
  const std::string mail = Render(DemoContent(), person);
  for (absl::string_view line : absl::StrSplit(mail, "\r\n")) {
    // An encoded word may be 75 long after its field's name; a URI cannot be folded.
    EXPECT_LE(line.size(), 130u) << line;
    EXPECT_THAT(std::string(line), Not(HasSubstr("\n")));
    for (char c : line) EXPECT_TRUE(static_cast<unsigned char>(c) < 0x7F && c != '\x01') << line;
  }
}

TEST(Mail, HeadersCannotBeInjected) {
  v1::InvitationContent content = DemoContent();
  // CheckContent refuses these; the mail must hold even so.
  content.set_subject("a\r\nBcc: x@example.org");
  Person person = ExamplePerson();
  person.display_name = "b\r\nBcc: y@example.org\r\n\r\nbody";
  const Parsed mail(Render(content, person));
  EXPECT_EQ(mail.Header("Bcc"), "");
  EXPECT_EQ(mail.Header("Message-ID"), "<job-1.123@irev.example.org>");
}

TEST(Mail, IsTheSameOnEveryTry) {
  EXPECT_EQ(Render(DemoContent(), ExamplePerson()), Render(DemoContent(), ExamplePerson()));
}

TEST(Mail, RefusesASenderWithoutAMailbox) {
  const auto mail = MailTemplate::Build(DemoContent(), {"nobody", "X"}, {"job", ExampleNow()});
  EXPECT_EQ(ErrorReason(mail.status()), "BAD_SENDER");
}

}  // namespace
}  // namespace maillage::broadcast
