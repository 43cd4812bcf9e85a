#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "server/interchange/actor_writer.h"
#include "server/interchange/encoding.h"
#include "server/interchange/formula_cells.h"
#include "server/interchange/headings.h"
#include "server/interchange/written.h"
#include "tests/interchange/collecting_sink.h"

namespace maillage::interchange {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr absl::string_view kUuid = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

v1::ContactPoint* AddPoint(v1::ContactKind kind, const std::string& value, v1::Actor* actor) {
  v1::ContactPoint* point = actor->add_contact_points();
  point->set_kind(kind);
  point->set_scope(v1::CONTACT_SCOPE_WORK);
  point->set_value(value);
  return point;
}

v1::Actor Deputy() {
  v1::Actor actor;
  actor.set_name(absl::StrCat("nodes/selfselfse/actors/", kUuid));
  actor.set_kind(v1::ACTOR_KIND_PERSON);
  actor.add_categories(v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL);
  actor.mutable_person_name()->set_honorific("Madame");
  actor.mutable_person_name()->set_given("Zélie");
  actor.mutable_person_name()->set_family("Wæstelandt");
  v1::Membership* membership = actor.add_memberships();
  membership->set_type(v1::MEMBERSHIP_TYPE_MANDATE);
  membership->set_organisation_name("Commune de Tilques");
  membership->set_role("2e adjointe au maire");
  membership->mutable_start()->set_year(2026);
  membership->mutable_start()->set_month(3);
  membership->mutable_start()->set_day(18);
  AddPoint(v1::CONTACT_KIND_EMAIL, "z.waestelandt@example.org", &actor);
  AddPoint(v1::CONTACT_KIND_PHONE, "+33639980012", &actor)->set_scope(v1::CONTACT_SCOPE_PRIVATE);
  v1::PostalAddress* postal = AddPoint(v1::CONTACT_KIND_POSTAL, "", &actor)->mutable_postal();
  postal->add_lines("Mairie; étage 2");
  postal->add_lines("3 rue du Lavoir");
  postal->set_postal_code("01000");
  postal->set_locality("Tilques");
  actor.add_themes("EDUCATION");
  actor.set_notes("=2+2 à vérifier\nseconde ligne");
  actor.set_source("Site de la commune");
  return actor;
}

std::string Written(v1::ExportFormat format, const v1::Actor& actor,
                    absl::string_view origin = "") {
  const auto writer = NewActorWriter(format);
  std::string text = (*writer)->Beginning();
  (*writer)->Append(actor, origin, &text);
  return text;
}

TEST(CsvWriter, WritesWhatFrenchExcelOpensWithADoubleClick) {
  EXPECT_EQ(Written(v1::EXPORT_FORMAT_CSV, Deputy(), "ville"),
            "\xEF\xBB\xBF"
            "Civilité;Nom;Prénom;Structure;Fonction;Courriel;Téléphone;Adresse;Code "
            "postal;Ville;Code INSEE;Catégorie;Thèmes;SIRET;SIREN;RNA;Depuis;Notes;Par "
            "ailleurs;Sigle;Étiquettes;Base légale;Source;Origine\r\n"
            "Madame;Wæstelandt;Zélie;Commune de Tilques;2e adjointe au "
            "maire;z.waestelandt@example.org;06 39 98 00 12;\"Mairie; étage 2\n3 rue du "
            "Lavoir\";\"=\"\"01000\"\"\";Tilques;;Élu;EDUCATION;;;;18/03/2026;\"'=2+2 à "
            "vérifier\nseconde ligne\";;;;;Site de la commune;ville\r\n");
}

TEST(CsvWriter, NamesColumnsSoThatTheReaderKnowsThem) {
  const std::string text = Written(v1::EXPORT_FORMAT_CSV, Deputy());
  const std::string heading = text.substr(3, text.find("\r\n") - 3);
  const std::vector<std::string> headings = absl::StrSplit(heading, ';');
  const Field kFields[] = {
      Field::kHonorific, Field::kFamily,   Field::kGiven,   Field::kOrganisation, Field::kRole,
      Field::kEmail,     Field::kPhone,    Field::kAddress, Field::kPostalCode,   Field::kLocality,
      Field::kInsee,     Field::kCategory, Field::kTheme,   Field::kSiret,        Field::kSiret,
      Field::kRna,       Field::kSince,    Field::kNote};
  for (size_t i = 0; i < headings.size(); ++i) {
    const Field field = i < std::size(kFields) ? kFields[i] : Field::kUnknown;
    EXPECT_EQ(RecognizeHeading(headings[i]), field) << headings[i];
  }
}

TEST(FormulaCells, ComeBackAsTheyWere) {
  const struct {
    const char *text, *disarmed;
  } kCases[] = {
      {"=1+1", "'=1+1"},       {"+33", "'+33"}, {"-x", "'-x"},     {"@a", "'@a"},
      {"\tx", "'\tx"},         {"'=x", "''=x"}, {"''@x", "'''@x"}, {"'s Heeren", "'s Heeren"},
      {"'68 ans", "''68 ans"}, {"a=b", "a=b"},  {"", ""},          {"=\"0", "'=\"0"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(Disarm(c.text), c.disarmed);
    EXPECT_EQ(Rearm(c.disarmed), c.text);
  }
  EXPECT_EQ(Rearm("=\"01000\""), "01000");
  EXPECT_EQ(Rearm("=\"a\"&\"b\""), "=\"a\"&\"b\"");
  EXPECT_EQ(Rearm("=\""), "=\"");
}

TEST(DialledPhone, ReadsBackAsTheSameNumber) {
  const struct {
    const char *e164, *dialled;
  } kCases[] = {{"+33353010012", "03 53 01 00 12"},
                {"+33639980012", "06 39 98 00 12"},
                {"+33639120012", "00 33639120012"},  // 06 39 12 would be Mayotte's
                {"+3225551234", "00 3225551234"}};
  for (const auto& c : kCases) EXPECT_EQ(DialledPhone(c.e164), c.dialled);
}

TEST(VcardWriter, WritesTheFourthVersion) {
  EXPECT_EQ(Written(v1::EXPORT_FORMAT_VCARD, Deputy(), "ville"),
            "BEGIN:VCARD\r\n"
            "VERSION:4.0\r\n"
            "KIND:individual\r\n"
            "UID:urn:uuid:0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\r\n"
            "N:Wæstelandt;Zélie;;Madame;\r\n"
            "FN:Zélie Wæstelandt\r\n"
            "ORG:Commune de Tilques\r\n"
            "TITLE:2e adjointe au maire\r\n"
            "EMAIL;TYPE=work;PREF=1:z.waestelandt@example.org\r\n"
            "TEL;TYPE=\"home,cell\";PREF=1:+33639980012\r\n"
            "ADR;TYPE=work;PREF=1:;;Mairie\\; étage 2\\n3 rue du Lavoir;Tilques;;01000;\r\n"
            "CATEGORIES:Élu,EDUCATION\r\n"
            "NOTE:=2+2 à vérifier\\nseconde ligne\r\n"
            "X-ORIGIN:ville\r\n"
            "END:VCARD\r\n");
}

TEST(VcardWriter, WritesTheThirdVersion) {
  v1::Actor actor;
  actor.set_name(absl::StrCat("nodes/selfselfse/actors/", kUuid));
  actor.set_kind(v1::ACTOR_KIND_ORGANISATION);
  actor.set_organisation_name("Amicale, laïque");
  actor.set_acronym("AL");
  AddPoint(v1::CONTACT_KIND_EMAIL, "contact@example.org", &actor);
  AddPoint(v1::CONTACT_KIND_PHONE, "+33353010012", &actor);
  v1::Identifier* identifier = actor.add_identifiers();
  identifier->set_scheme("RNA");
  identifier->set_value("W621000000");
  EXPECT_EQ(Written(v1::EXPORT_FORMAT_VCARD3, actor),
            "BEGIN:VCARD\r\n"
            "VERSION:3.0\r\n"
            "UID:0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\r\n"
            "N:;;;;\r\n"
            "FN:Amicale\\, laïque\r\n"
            "ORG:Amicale\\, laïque\r\n"
            "NICKNAME:AL\r\n"
            "X-ABSHOWAS:COMPANY\r\n"
            "EMAIL;TYPE=WORK,INTERNET,PREF:contact@example.org\r\n"
            "TEL;TYPE=WORK,VOICE,PREF:+33353010012\r\n"
            "X-RNA:W621000000\r\n"
            "END:VCARD\r\n");
}

TEST(LdifWriter, EncodesWhatIsNotPlain) {
  EXPECT_EQ(
      Written(v1::EXPORT_FORMAT_LDIF, Deputy()),
      absl::StrCat("version: 1\n\n"
                   "dn: uid=0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b,ou=maillage\n"
                   "objectClass: top\n"
                   "objectClass: person\n"
                   "objectClass: organizationalPerson\n"
                   "objectClass: inetOrgPerson\n"
                   "objectClass: extensibleObject\n"
                   "cn:: WsOpbGllIFfDpnN0ZWxhbmR0\n"
                   "sn:: V8Omc3RlbGFuZHQ=\n"
                   "givenName:: WsOpbGll\n"
                   "personalTitle: Madame\n"
                   "o: Commune de Tilques\n"
                   "title: 2e adjointe au maire\n"
                   "uid: 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\n"
                   "mail: z.waestelandt@example.org\n"
                   "mobile: +33639980012\n"
                   "postalAddress:: TWFpcmllOyDDqXRhZ2UgMiQzIHJ1ZSBkdSBMYXZvaXIkMDEwMDAgVGlscXVl\n"
                   " cw==\n"
                   "street:: TWFpcmllOyDDqXRhZ2UgMgozIHJ1ZSBkdSBMYXZvaXI=\n"
                   "postalCode: 01000\n"
                   "l: Tilques\n"
                   "businessCategory: EDUCATION\n"
                   "x-category:: w4lsdQ==\n"
                   "description:: PTIrMiDDoCB2w6lyaWZpZXIKc2Vjb25kZSBsaWduZQ==\n"
                   "\n"));
}

TEST(JsonWriter, WritesOneActorALine) {
  const std::string text = Written(v1::EXPORT_FORMAT_JSON, Deputy());
  EXPECT_THAT(text, StartsWith("{\"name\":\"nodes/selfselfse/actors/"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(NewActorWriter, RefusesNoFormat) {
  EXPECT_EQ(ErrorReason(NewActorWriter(v1::EXPORT_FORMAT_UNSPECIFIED).status()), "BAD_FORMAT");
}

TEST(FoldedLines, AreNoLongerThanAllowedAndTearNoCharacter) {
  std::mt19937 dice(7);
  for (int round = 0; round < 500; ++round) {
    std::string line;
    const size_t length = dice() % 400;
    static constexpr const char* kLetters[] = {"a", "é", "€", "𝄞"};
    while (line.size() < length) line += kLetters[dice() % 4];
    std::string folded;
    AppendFolded(line, 75, "\r\n", &folded);
    std::string back;
    for (absl::string_view part : absl::StrSplit(folded, "\r\n", absl::SkipEmpty())) {
      EXPECT_LE(part.size(), 75u);
      EXPECT_TRUE(IsUtf8(part)) << part;
      if (!back.empty()) part.remove_prefix(1);
      back.append(part.data(), part.size());
    }
    EXPECT_EQ(back, line);
  }
}

// Actors that a spreadsheet can hold: what README.md lists is left out.
class ActorDice {
 public:
  explicit ActorDice(uint32_t seed) : dice_(seed) {}

  v1::Actor Throw() {
    v1::Actor actor;
    actor.set_name(absl::StrCat("nodes/selfselfse/actors/", kUuid));
    Throws(2) == 0 ? Person(&actor) : Organisation(&actor);
    Points(&actor);
    if (Throws(2) == 0) actor.add_themes("EDUCATION");
    if (Throws(3) == 0) actor.add_themes("CADRE_DE_VIE");
    if (Throws(3) == 0) actor.set_notes(absl::StrCat(Word(), " \"", Word(), "\"\n", Odd()));
    return actor;
  }

 private:
  uint32_t Throws(uint32_t sides) { return dice_() % sides; }
  std::string Word() {
    static constexpr const char* kWords[] = {"Lavoir", "Écluse", "Hœuvre",
                                             "d'Aire", "L’Été",  "Noël"};
    return kWords[Throws(6)];
  }
  // What must not be taken for a formula, a separator or a quote.
  std::string Odd() {
    static constexpr const char* kOdd[] = {"=1+1",  "+33 rien", "-so", "@ici", "a;b",
                                           "\"x\"", "'=x",      "été", "1,5"};
    return kOdd[Throws(9)];
  }
  void Person(v1::Actor* actor) {
    actor->set_kind(v1::ACTOR_KIND_PERSON);
    actor->mutable_person_name()->set_honorific(Throws(2) == 0 ? "Madame" : "Monsieur");
    actor->mutable_person_name()->set_given(Throws(2) == 0 ? "Zélie" : "Jean-Noël");
    actor->mutable_person_name()->set_family(Throws(2) == 0 ? "Van den Bræcke" : "Lefèvre-d'Hulst");
    actor->add_categories(v1::AUDIENCE_CATEGORY_CITIZEN);
    if (Throws(4) == 0) return;
    actor->set_categories(0, v1::AUDIENCE_CATEGORY_PROFESSIONAL);
    v1::Membership* membership = actor->add_memberships();
    membership->set_type(v1::MEMBERSHIP_TYPE_EMPLOYMENT);
    membership->set_organisation_name(absl::StrCat("CCAS ", Word()));
    membership->set_organisation_type(v1::ORGANISATION_TYPE_INSTITUTION);
    membership->set_role("Médiatrice");
    if (Throws(2) == 0) return;
    membership->mutable_start()->set_year(2019);
    if (Throws(2) == 0) membership->mutable_start()->set_month(6);
    if (membership->start().month() > 0) membership->mutable_start()->set_day(Throws(2) * 15);
  }
  void Organisation(v1::Actor* actor) {
    actor->set_kind(v1::ACTOR_KIND_ORGANISATION);
    actor->set_organisation_name(absl::StrCat("Regards ", Word(), ", \"", Word(), "\""));
    actor->set_organisation_type(v1::ORGANISATION_TYPE_ASSOCIATION);
    actor->add_categories(v1::AUDIENCE_CATEGORY_ASSOCIATION);
    if (Throws(2) == 0) return;
    v1::Identifier* identifier = actor->add_identifiers();
    identifier->set_scheme("SIRET");
    identifier->set_value("35600000000048");
    identifier = actor->add_identifiers();
    identifier->set_scheme("RNA");
    identifier->set_value("W621000000");
  }
  void Points(v1::Actor* actor) {
    const bool work = actor->kind() == v1::ACTOR_KIND_ORGANISATION || !actor->memberships().empty();
    const auto scope = work ? v1::CONTACT_SCOPE_WORK : v1::CONTACT_SCOPE_PRIVATE;
    for (uint32_t i = 0; i < Throws(3); ++i) {
      AddPoint(v1::CONTACT_KIND_EMAIL, absl::StrCat("a.", i, "@example.org"), actor)
          ->set_scope(scope);
    }
    for (uint32_t i = 0; i < Throws(3); ++i) {
      AddPoint(v1::CONTACT_KIND_PHONE, absl::StrCat("+3335301001", i), actor)->set_scope(scope);
    }
    if (Throws(2) == 0) return;
    v1::ContactPoint* point = AddPoint(v1::CONTACT_KIND_POSTAL, "", actor);
    point->set_scope(scope);
    point->mutable_postal()->add_lines(absl::StrCat("3 rue ", Word(), "; ", Word()));
    if (Throws(2) == 0) point->mutable_postal()->add_lines("bâtiment B");
    point->mutable_postal()->set_postal_code(Throws(2) == 0 ? "01000" : "62500");
    point->mutable_postal()->set_locality("Saint-Omer");
  }

  std::mt19937 dice_;
};

TEST(CsvWriter, LosesNothingThatASpreadsheetCanHold) {
  ActorDice dice(20180528);
  for (int round = 0; round < 2000; ++round) {
    v1::Actor actor = dice.Throw();
    const std::string text = Written(v1::EXPORT_FORMAT_CSV, actor);
    CollectingSink sink;
    const Outcome outcome = Read({}, text, 0, &sink);
    ASSERT_TRUE(outcome.status.ok()) << outcome.status;
    ASSERT_EQ(sink.drafts.size(), 1u) << text << absl::StrJoin(sink.problems, "\n");
    actor.clear_name();
    actor.clear_categories();
    ASSERT_EQ(sink.drafts[0].actor.DebugString(), actor.DebugString())
        << text << absl::StrJoin(sink.problems, "\n");
  }
}

// What a reader makes of a file with this one actor.
v1::Actor ReadBack(const std::string& text) {
  CollectingSink sink;
  const Outcome outcome = Read({}, text, 0, &sink);
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(sink.drafts.size(), 1u) << text << absl::StrJoin(sink.problems, "\n");
  return sink.drafts.empty() ? v1::Actor() : sink.drafts[0].actor;
}

class AddressBook : public ::testing::TestWithParam<v1::ExportFormat> {};

// They know no beginning of a function, and two kinds of scope outright.
TEST_P(AddressBook, LosesNothingThatTheFormatCanHold) {
  ActorDice dice(28);
  for (int round = 0; round < 1000; ++round) {
    v1::Actor actor = dice.Throw();
    const std::string text = Written(GetParam(), actor);
    actor.clear_name();
    actor.clear_categories();
    for (v1::Membership& membership : *actor.mutable_memberships()) membership.clear_start();
    ASSERT_EQ(ReadBack(text).DebugString(), actor.DebugString()) << text;
  }
}
INSTANTIATE_TEST_SUITE_P(Formats, AddressBook,
                         ::testing::Values(v1::EXPORT_FORMAT_VCARD, v1::EXPORT_FORMAT_VCARD3,
                                           v1::EXPORT_FORMAT_LDIF));

TEST(JsonWriter, LosesNothing) {
  ActorDice dice(29);
  for (int round = 0; round < 1000; ++round) {
    v1::Actor actor = dice.Throw();
    actor.add_tags("=à trier");
    actor.mutable_notice()->set_state(v1::NOTICE_STATE_GIVEN);
    const std::string text = Written(v1::EXPORT_FORMAT_JSON, actor);
    actor.clear_name();
    actor.clear_categories();
    ASSERT_EQ(ReadBack(text).DebugString(), actor.DebugString()) << text;
  }
}

}  // namespace
}  // namespace maillage::interchange
