// Spreadsheets of contacts, case by case.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/interchange/collecting_sink.h"

namespace maillage::interchange {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Case {
  const char* what;
  std::string text;
  std::vector<std::string> records;
  std::vector<std::string> problems;
  std::string dialect = "UTF-8, ;";
};

void Check(const std::vector<Case>& cases, const v1::ImportSpec& spec = {}) {
  for (const Case& c : cases) {
    CollectingSink sink;
    const Outcome outcome = Read(spec, c.text, 0, &sink);
    EXPECT_TRUE(outcome.status.ok()) << c.what << ": " << outcome.status;
    EXPECT_EQ(outcome.dialect, c.dialect) << c.what;
    EXPECT_EQ(sink.records, c.records) << c.what;
    EXPECT_EQ(sink.problems, c.problems) << c.what;
  }
}

std::string Utf16(const std::u16string& text, bool big_endian) {
  std::string bytes;
  for (const char16_t unit : u"\uFEFF" + text) {
    const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
    bytes += big_endian ? std::string{high, low} : std::string{low, high};
  }
  return bytes;
}

TEST(Csv, ReadsEveryDialect) {
  const std::string zoe = "PERSON /Zoé/Dupont <||>";
  Check({
      {"UTF-8", "Nom;Prénom\nDupont;Zoé\n", {"2 " + zoe}, {}},
      {"with a mark", "\xEF\xBB\xBFNom;Prénom\r\nDupont;Zoé\r\n", {"2 " + zoe}, {}},
      {"commas", "Nom,Prénom\n\"Dupont\",Zoé", {"2 " + zoe}, {}, "UTF-8, ,"},
      {"tabs", "Nom\tPrénom\nDupont\tZoé\n", {"2 " + zoe}, {}, "UTF-8, tab"},
      {"said", "sep=,\nNom,Prénom\nDupont,Zoé\n", {"3 " + zoe}, {}, "UTF-8, ,"},
      {"said otherwise", "sep=^\nNom^Prénom\nDupont^Zoé\n", {"3 " + zoe}, {}, "UTF-8, ^"},
      {"old line ends", "Nom;Prénom\rDupont;Zoé\r", {"2 " + zoe}, {}},
      {"windows-1252", "Nom;Pr\xE9nom\nDupont;Zo\xE9\n", {"2 " + zoe}, {}, "windows-1252, ;"},
      {"Mac Roman",
       "Nom;Pr\x8Enom;Structure\rDupont;Zo\x8E;\x83"
       "cole Fran\x8Doise\r",
       {"2 PERSON /Zoé/Dupont {EMPLOYMENT École Françoise/INSTITUTION: } <||>"},
       {},
       "Mac Roman, ;"},
      {"said in quotes", "\"sep=,\"\nNom,Prénom\nDupont,Zoé\n", {"3 " + zoe}, {}, "UTF-8, ,"},
      {"UTF-16LE", Utf16(u"Nom;Prénom\nDupont;Zoé\n", false), {"2 " + zoe}, {}, "UTF-16LE, ;"},
      {"UTF-16BE", Utf16(u"Nom\tPrénom\nDupont\tZoé\n", true), {"2 " + zoe}, {}, "UTF-16BE, tab"},
      {"titles and blanks", "Liste\n\n;;\nNom;Prénom;;\n;;;\nDupont;Zoé;;\n", {"6 " + zoe}, {}},
      {"decomposed", "Nom;Prénom\nDupont;Zoe\u0301\n", {"2 " + zoe}, {}},
      {"English",
       "Last name,First name,E-mail\nDupont,Zoé,z@example.org\n",
       {"2 PERSON /Zoé/Dupont z@example.org(P) <||>"},
       {},
       "UTF-8, ,"},
  });
}

TEST(Csv, MendsTextReadInAWrongEncoding) {
  const char* const kMended = "|The text had been read in a wrong encoding; it is mended.";
  Check({
      {"UTF-8 twice",
       "Nom;Prénom\nDuprÃ©;LoÃ¯c\n",
       {"2 PERSON /Loïc/Dupré <||>"},
       {std::string("2|NOTE|Nom|Dupré") + kMended, std::string("2|NOTE|Prénom|Loïc") + kMended}},
      {"windows-1252 in UTF-8",
       "Nom;Prénom;Élu\nDupr\xE9;Luc;\n",
       {"2 PERSON /Luc/Dupré <||>"},
       {"2|NOTE|Nom|Dupré|The cell is not in the encoding of the file; it was read in its own."}},
      {"UTF-8 three times",
       "Nom;Prénom\nDuprÃƒÂ©;Luc\n",
       {"2 PERSON /Luc/Dupré <||>"},
       {std::string("2|NOTE|Nom|Dupré") + kMended}},
      {"beside what is sound",
       "Nom;Prénom;Structure\nDupré;Luc;École dâ€™Ã©tÃ© «CAFÉ»\n",
       {"2 PERSON /Luc/Dupré {EMPLOYMENT École d’été «CAFÉ»/INSTITUTION: } <||>"},
       {std::string("2|NOTE|Structure|École d’été «CAFÉ»") + kMended}},
      {"read as Mac Roman",
       "Nom;Prénom\nDupr√©;LoÔc\n",
       {"2 PERSON /LoÔc/Dupré <||>"},
       {std::string("2|NOTE|Nom|Dupré") + kMended}},
      {"no character",
       "Nom;Pr\xE9nom\nDu\x81pr\xE9;Luc\n",
       {"2 PERSON /Luc/Du\uFFFDpré <||>"},
       {"2|NOTE|Nom|Du\uFFFDpré|Bytes that are no character were replaced."},
       "windows-1252, ;"},
  });
}

TEST(Csv, TellsPersonsFromOrganisations) {
  const std::string head = "Civ;Nom;Prénom;Structure;Fonction\n";
  Check({
      {"person", head + "Mme;DUPONT;Zoé;;\n", {"2 PERSON Madame/Zoé/Dupont <||>"}, {}},
      {"civility and name", head + "M;DUPONT;;;\n", {"2 PERSON Monsieur//Dupont <||>"}, {}},
      {"employee",
       head + ";DUPONT;Zoé;CAF;Directrice\n",
       {"2 PERSON /Zoé/Dupont {EMPLOYMENT CAF/INSTITUTION: Directrice} <||>"},
       {}},
      {"structure alone",
       head + ";;;CCAS d'Arques;Accueil\n",
       {"2 INSTITUTION CCAS d'Arques \"Fonction: Accueil\" <||>"},
       {}},
      {"organisation as name", head + ";SARL DUPONT;;;\n", {"2 COMPANY SARL DUPONT <||>"}, {}},
      {"organisation with its parent",
       head + ";Club de judo;;Ville d'Arques;\n",
       {"2 ASSOCIATION Club de judo \"Structure: Ville d'Arques\" <||>"},
       {}},
      {"unknown kind",
       head + ";;;Les Tilleuls;\n",
       {},
       {"2|REFUSED|Structure|Les Tilleuls|Nothing tells what kind of organisation this is: give a "
        "category."}},
      {"a bare name",
       head + ";DUPONT;;;\n",
       {},
       {"2|REFUSED|Nom|DUPONT|Nothing tells whether this names a person or an organisation."}},
      {"family name and structure",
       head + ";DUPONT;;Mairie;\n",
       {"2 PERSON //Dupont {EMPLOYMENT Mairie/INSTITUTION: } <||>"},
       {"2|NOTE|Nom|DUPONT|A person without given name nor civility."}},
      {"nothing",
       head + "Mme;-;?;NC;\n",
       {},
       {"2|REFUSED|||There is neither a name nor an organisation."}},
      {"formulas",
       head + "M;Dupont;Luc;=A1;@B2\n",
       {"2 PERSON Monsieur/Luc/Dupont !Structure==A1 !Fonction=@B2 <||>"},
       {"2|FLAGGED|Structure|=A1|The cell is a formula; it was not evaluated.",
        "2|FLAGGED|Fonction|@B2|The cell is a formula; it was not evaluated."}},
      {"formula as organisation",
       head + ";;;=1+1;\n",
       {},
       {"2|REFUSED|Structure|=1+1|The cell is a formula; it was not evaluated."}},
      {"headings again",
       head + "Civ;Nom;Prénom;Structure;Fonction\n",
       {},
       {"2|NOTE|||The headings stand here again; the line was skipped."}},
  });
}

TEST(Csv, TakesTheCategoryOfTheSpecWhereTheRowIsSilent) {
  v1::ImportSpec spec;
  spec.set_category(v1::AUDIENCE_CATEGORY_ASSOCIATION);
  Check({{"association",
          "Nom;Mail\nLes Tilleuls;a@example.org\n",
          {"2 ASSOCIATION Les Tilleuls a@example.org(W) <||>"},
          {}},
         {"member",
          "Nom;Prénom;Structure\nDupont;Zoé;Les Tilleuls\n",
          {"2 PERSON /Zoé/Dupont {MEMBER Les Tilleuls/ASSOCIATION: } <||>"},
          {}}},
        spec);
  spec.set_category(v1::AUDIENCE_CATEGORY_CITIZEN);
  Check({{"citizen",
          "Nom;Prénom;Mail;Tél\nDupont;Zoé;z@example.org;0353010012\n",
          {"2 PERSON /Zoé/Dupont z@example.org(P) +33353010012(P) <||>"},
          {}},
         {"council",
          "Nom;Prénom;Structure;Mail\nDupont;Zoé;Conseil citoyen;z@example.org\n",
          {"2 PERSON /Zoé/Dupont {CITIZENS_COUNCIL Conseil citoyen/ASSOCIATION: } z@example.org(P) "
           "<||>"},
          {}}},
        spec);
  Check({{"by column",
          "Nom;Prénom;Catégorie\nDupont;Zoé;Élus\n",
          {"2 PERSON /Zoé/Dupont {MANDATE /INSTITUTION: Élu(e)} <||>"},
          {}},
         {"unknown",
          "Nom;Prénom;Catégorie\nDupont;Zoé;VIP\n",
          {"2 PERSON /Zoé/Dupont !Catégorie=VIP <||>"},
          {"2|FLAGGED|Catégorie|VIP|This names no single category."}}});
}

TEST(Csv, KeepsContactPointsAndPlaces) {
  Check({
      {"address",
       "Structure;Adresse;CP;Ville\nCCAS;\"Maison Écho\n3 rue du Lavoir\";62510;Arques\n",
       {"2 INSTITUTION CCAS [Maison Écho / 3 rue du Lavoir | 62510 Arques](W) <|62510|Arques>"},
       {}},
      {"in one cell",
       "Structure;Adresse\nCCAS;3 rue du Lavoir, 62510 Arques\n",
       {"2 INSTITUTION CCAS [3 rue du Lavoir | 62510 Arques](W) <|62510|Arques>"},
       {}},
      {"free mail",
       "Nom;Prénom;Structure;Mail\nDupont;Zoé;CAF;z@"
       "gmail.com / z@example.org\n",
       {"2 PERSON /Zoé/Dupont {EMPLOYMENT CAF/INSTITUTION: } z@"
        "gmail.com(P) z@example.org(W) <||>"},
       {}},
      {"several columns",
       "Structure;Mail 1;Mail 2;Fixe;Portable\nCAF;a@example.org;A@example.org;"
       "0353010012;0639980012\n",
       {"2 INSTITUTION CAF a@example.org(W) +33353010012(W) +33639980012(W) <||>"},
       {}},
      {"bad ones",
       "Structure;Mail;Tél;CP;SIRET;Depuis\nCAF;a@;12;621;123;hier\n",
       {"2 INSTITUTION CAF !Mail=a@ !Tél=12 !CP=621 !SIRET=123 \"Depuis: hier\" <||>"},
       {"2|FLAGGED|Mail|a@|what stands after the @ is no domain",
        "2|FLAGGED|Tél|12|This is no telephone number.",
        "2|FLAGGED|CP|621|A French postal code has five digits.",
        "2|FLAGGED|SIRET|123|A SIRET has 14 digits, a SIREN 9, an RNA number W and 9 digits."}},
      {"identifiers",
       "Structure;SIRET;RNA\nAsso Écho;356 000 000 00048;W999000001\n",
       {"2 ASSOCIATION Asso Écho SIRET=35600000000048 RNA=W999000001 <||>"},
       {}},
      {"themes and notes",
       "Structure;Thème;Remarques\nCAF;Éducation, cadre de vie;à rappeler\n",
       {"2 INSTITUTION CAF #EDUCATION #CADRE_DE_VIE \"Remarques: à rappeler\" <||>"},
       {}},
  });
}

TEST(Csv, PutsALostZeroBackWhereThatIsCertain) {
  const std::string head = "Structure;CP;Ville;Tél;Mail;Pays\n";
  const char* const kZero = "|The zero lost by the spreadsheet is back.";
  Check({
      {"at home",
       head + "CAF;2100;Saint-Quentin;353010012;;\n",
       {"2 INSTITUTION CAF +33353010012(W) [ | 02100 Saint-Quentin](W) <|02100|Saint-Quentin>"},
       {std::string("2|NOTE|Tél|353010012") + kZero, std::string("2|NOTE|CP|2100") + kZero}},
      {"guarded",
       head + "CAF;\"=\"\"02100\"\"\";Saint-Quentin;'0353010012;;\n",
       {"2 INSTITUTION CAF +33353010012(W) [ | 02100 Saint-Quentin](W) <|02100|Saint-Quentin>"},
       {}},
      {"abroad, by a neighbour's number",
       head + "CAF;8900;Ieper;+32 2 555 12 12;;\n",
       {"2 INSTITUTION CAF +3225551212(W) !CP=8900 <||Ieper>"},
       {"2|FLAGGED|CP|8900|A French code without its zero, or a foreign one."}},
      {"abroad, by the country",
       head + "CAF;8900;Ieper;;;België\nCAF;62500;Saint-Omer;;;France\nCAF;1;X;;;Nulle part\n",
       {"2 INSTITUTION CAF [ | 8900 Ieper BE](W) <||>",
        "3 INSTITUTION CAF [ | 62500 Saint-Omer](W) <|62500|Saint-Omer>",
        "4 INSTITUTION CAF !Pays=Nulle part !CP=1 <||X>"},
       {"4|FLAGGED|Pays|Nulle part|This names no country.",
        "4|FLAGGED|CP|1|A French postal code has five digits."}},
  });
}

TEST(Csv, DoesNotTrustARowThatDoesNotFitItsHeadings) {
  const std::string head = "Nom;Prénom;Mail;Tél;CP\n";
  Check({
      {"two addresses",
       head + "Dupont;Luc;a@example.org;b@example.org;0353010012;62510\n",
       {"2 PERSON /Luc/Dupont a@example.org(P) b@example.org(P) +33353010012(P) <|62510|>"},
       {"2|NOTE|Mail|a@example.org b@example.org|An unquoted separator stood in the cell; it was "
        "joined."}},
      {"two numbers",
       head + "Dupont;Luc;;0353010012;06 39 98 00 12;62510\n",
       {"2 PERSON /Luc/Dupont +33353010012(P) +33639980012(P) <|62510|>"},
       {"2|NOTE|Tél|0353010012 06 39 98 00 12|An unquoted separator stood in the cell; it was "
        "joined."}},
      {"shifted",
       head + "Dupont;Luc;;;x;62510\n",
       {},
       {"2|REFUSED||Dupont|The record has more cells than there are headings: a separator may "
        "stand "
        "inside a cell."}},
      {"empty ones beyond",
       head + "Dupont;Luc;;;62510;;\n",
       {"2 PERSON /Luc/Dupont <|62510|>"},
       {}},
      {"open quote at the end",
       head + "Dupont;Luc;;;62510\nDurand;\"Eve;;;62510\n",
       {"2 PERSON /Luc/Dupont <|62510|>"},
       {"3|REFUSED||Durand|A quote in this record is not closed, or closed too late."}},
      {"quote closed too late",
       head + "Durand;\"Eve;;;62510\nDupont;Luc;;;62510\nX;\"Y\";;;\n",
       {},
       {"2|REFUSED||Durand|A quote in this record is not closed, or closed too late."}},
      {"no heading",
       "Nom;Prénom;\nDupont;Luc;x\n",
       {"2 PERSON /Luc/Dupont <||>"},
       {"2|NOTE||x|The column has no heading; it was not read."}},
  });
}

TEST(Csv, ReadsWhatAddressBooksExport) {
  Check({
      {"Google",
       "First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,E-mail 1 - "
       "Value,Phone 1 - Label,Phone 1 - Value,Birthday\nZoé,Dupont,CAF,Directrice,* "
       "Work,z@example.org,Mobile,0639980012,1971-02-02\n",
       {"2 PERSON /Zoé/Dupont {EMPLOYMENT CAF/INSTITUTION: Directrice} z@example.org(W) "
        "+33639980012(P) <||>"},
       {},
       "UTF-8, ,"},
      {"Outlook",
       "Titre;Prénom;Nom;Société;Titre de poste;Code postal (bureau);Ville (bureau);Adresse "
       "électronique;Nom complet de l'adresse de messagerie;Anniversaire\nMme;Zoé;Dupont;CAF;"
       "Directrice;62510.0;Arques;z@example.org;Zoé Dupont (CAF);02/02/1971\n",
       {"2 PERSON Madame/Zoé/Dupont {EMPLOYMENT CAF/INSTITUTION: Directrice} z@example.org(W) "
        "<|62510|Arques>"},
       {"2|NOTE|Code postal (bureau)|62510.0|The decimals of the spreadsheet are gone."}},
  });
}

TEST(Csv, FollowsTheUsersOwnColumns) {
  v1::ImportSpec spec;
  (*spec.mutable_columns())["Qui"] = "family";
  (*spec.mutable_columns())["Petit nom"] = "given";
  (*spec.mutable_columns())["Mail"] = "ignore";
  CollectingSink sink;
  const Outcome outcome =
      Read(spec, "QUI;petit nom;Mail;Couleur;Date de naissance\nDupont;Zoé;x;y;z\n", 0, &sink);
  EXPECT_THAT(sink.records, ElementsAre("2 PERSON /Zoé/Dupont <||>"));
  EXPECT_THAT(sink.problems, IsEmpty());
  EXPECT_THAT(outcome.unused_columns, ElementsAre("Couleur", "Date de naissance"));
}

TEST(Csv, TakesNamesApartThatStandInOneColumn) {
  Check({
      {"capitals",
       "Nom Prénom;Mail\nMme VAN DAMME Zoé;z@example.org\n",
       {"2 PERSON Madame/Zoé/Van Damme z@example.org(P) <||>"},
       {}},
      {"order", "Prénom et nom\nZoé Dupont\n", {"2 PERSON /Zoé/Dupont <||>"}, {}},
      {"a column of names",
       "Nom;Structure\nDUPONT Zoé;CAF\n",
       {"2 PERSON /Zoé/Dupont {EMPLOYMENT CAF/INSTITUTION: } <||>"},
       {}},
      {"not clear",
       "Contact;Structure\nZoé Anne Dupont;CAF\n",
       {"2 PERSON //Zoé Anne Dupont {EMPLOYMENT CAF/INSTITUTION: } <||>"},
       {"2|NOTE|Contact|Zoé Anne Dupont|A person without given name nor civility.",
        "2|NOTE||Zoé Anne Dupont|Which word is the family name is not clear."}},
  });
}

}  // namespace
}  // namespace maillage::interchange
