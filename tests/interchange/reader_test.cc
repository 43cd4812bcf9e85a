#include "server/interchange/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/base/error.h"
#include "tests/interchange/collecting_sink.h"

namespace maillage::interchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Reader, ReadsAnExcelFileOfPartnersWithItsDamages) {
  CollectingSink sink;
  const Outcome outcome = Read({}, TestData("excel_cp1252.csv"), 0, &sink);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.dialect, "windows-1252, ;");
  EXPECT_THAT(outcome.unused_columns, IsEmpty());
  EXPECT_THAT(
      sink.records,
      ElementsAre(
          "4 PERSON /Anaïs/Lefèvre-d'Hulst {MANDATE CCAS \"Les Tilleuls\"/INSTITUTION: Adjointe / "
          "Pdte asso 2018-05-31} a.hulst@example.org(W) contact@example.net(W) +33353010012(W) "
          "+33639980012(P) \"SIRET: 99900012800010\" <|62510|ARQUES>",
          "5 PERSON Madame/Zoé/Van den Bræcke {EMPLOYMENT /UNSPECIFIED: Médiatrice 2018-05-31} "
          "z.vdb@example.org(W) zoe@example.net(W) +33353010013(W) !SIRET=9,99E+13 "
          "<|02100|ST QUENTIN>",
          "6 ASSOCIATION ASSO « REGARDS D’ICI » regards@example.org(W) +33353010014(W) "
          "+33353010015(W) [ | 62968 LONGUENESSE CEDEX](W) RNA=W999000001 "
          "<|62968|LONGUENESSE CEDEX>",
          "8 PERSON Monsieur/Jean Marie/de la Haye-St-Pierre \"ép. KOWALCZYK\nDepuis: juin 2019\" "
          "<|62500|St Omer>",
          "9 PERSON Madame/Anais/Lefevre d Hulst {MANDATE C.C.A.S. ARQUES/INSTITUTION: élue "
          "2018-05-31} a.hulst@example.org(W) +33353010012(W) <|62510|Arques>",
          "10 PERSON Monsieur/Loïc/Dupré {MANDATE Mairie/INSTITUTION: Élu 2019-02-01} "
          "loic.dupre@example.org(W) +33639980017(P) !SIRET=1 234,50 <|62120|Aire s/ la Lys>"));
  EXPECT_THAT(
      sink.problems,
      ElementsAre(
          "4|NOTE|Mél|a.hulst@example.org contact@example.net|An unquoted separator stood in the "
          "cell; it was joined.",
          "4|NOTE|Civ|M./Mme|The civility is not decided; it was left empty.",
          "5|NOTE|Depuis|43251|Read as the day number of a spreadsheet: 2018-05-31.",
          "5|NOTE|CP|2100|The zero lost by the spreadsheet is back.",
          "5|FLAGGED|SIRET|9,99E+13|The spreadsheet cut the number: its digits are lost.",
          "6|NOTE|Mél|regards(at)example.org|The @ was written out.",
          "6|NOTE|SIRET|W999000001|Read as RNA, not what the heading says.",
          "8|NOTE|NOM|de la HAYE-ST-PIERRE ép. KOWALCZYK|The other family name was kept in the "
          "notes.",
          "9|NOTE|Tél|353010012|The zero lost by the spreadsheet is back.",
          "10|NOTE|NOM|Dupré|The text had been read in a wrong encoding; it is mended.",
          "10|NOTE|Prénom|Loïc|The text had been read in a wrong encoding; it is mended.",
          "10|FLAGGED|SIRET|1 234,50|A SIRET has 14 digits, a SIREN 9, an RNA number W and 9 "
          "digits.",
          "11|REFUSED|NOM|=HYPERLINK(\"http://x.invalid\")|The cell is a formula; it was not "
          "evaluated."));
}

TEST(Reader, ReadsTheRegisterOfElectedOfficials) {
  CollectingSink sink;
  const Outcome outcome = Read({}, TestData("rne_cm.csv"), 0, &sink);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.dialect, "UTF-8, ;");
  EXPECT_THAT(outcome.unused_columns, IsEmpty());
  EXPECT_THAT(
      sink.records,
      ElementsAre(
          "2 PERSON Madame/Zélie/Wæstelandt {MANDATE Commune de Saint-Omer/INSTITUTION: 2ème "
          "adjoint au Maire 2026-03-29} {MANDATE Commune de Saint-Omer/INSTITUTION: Maire délégué "
          "2026-03-29} <62765||Saint-Omer>",
          "4 PERSON Monsieur/Jean-Noël/d'Hulst Lefevre {MANDATE Commune de "
          "Saint-Martin-Lez-Tatinghem/INSTITUTION: Conseiller municipal 2026-03-18} "
          "<62757||Saint-Martin-Lez-Tatinghem>",
          "5 PERSON Madame/Maïwenn/de la Motte {MANDATE Commune d'Œuilly/INSTITUTION: Maire "
          "2026-03-18} <02565||Œuilly>",
          "6 PERSON Madame/Heimana/Test-Fictif {MANDATE Commune de Papeete/INSTITUTION: "
          "Conseillère "
          "municipale} <98735||Papeete>",
          "7 PERSON Monsieur/Paul/Nom-Disparu {MANDATE Commune d'Enguinegatte/INSTITUTION: Maire "
          "2014-03-18} <62294||Enguinegatte>"));
  EXPECT_THAT(sink.problems, ElementsAre("5|NOTE|Code de la commune|2565|The zero lost by the "
                                         "spreadsheet is back."));
}

TEST(Reader, NeverLetsBirthNorProfessionOut) {
  CollectingSink sink;
  std::string text = TestData("rne_cm.csv");
  // A line that is cut, one that is shifted, one with a bad date of birth.
  text += "62;Pas-de-Calais;;;62765;Saint-Omer;DECALE;Luc;02/02/1971;Professeur\n";
  text += "62;Pas-de-Calais;;;62765;Saint-Omer;COUPE;Luc;M;02/13/1971;34;Professeur;;;\n";
  text += "62;Pas-de-Calais;;;62765;Saint-Omer;OUVERT;Luc;M;02/02/1971;34;\"Professeur;;;\n";
  ASSERT_TRUE(Read({}, text, 0, &sink).status.ok());
  ASSERT_EQ(sink.problems.size(), 4u);
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_THAT(sink.problems[i], HasSubstr("|REFUSED|||The cells of this record do not fit"));
  }
  std::string all;
  for (const Draft& draft : sink.drafts) all += draft.actor.DebugString();
  for (const std::string& line : sink.problems) all += line;
  for (const char* secret : {"1971", "1958", "1980", "1990", "1950", "Professeur", "Artisan"}) {
    EXPECT_THAT(all, Not(HasSubstr(secret)));
  }
}

TEST(Reader, RefusesWhatItCannotReadAtAll) {
  v1::ImportSpec rne;
  rne.set_format(v1::IMPORT_FORMAT_RNE);
  v1::ImportSpec bad_column;
  (*bad_column.mutable_columns())["Nom"] = "surname";
  const std::string wide = "Nom;Prénom\n" + std::string(501, ';') + "\n";
  const struct {
    v1::ImportSpec spec;
    std::string text, reason, message;
  } kCases[] = {
      {{}, "", "UNKNOWN_FORMAT", "No row of headings stands in the first 20 lines."},
      {{}, "1;2;3\n4;5;6\n", "UNKNOWN_FORMAT", "No row of headings stands in the first 20 lines."},
      {{},
       std::string(20, '\n') + "Nom;Prénom\n",
       "UNKNOWN_FORMAT",
       "No row of headings stands in the first 20 lines."},
      {{}, "PK\x03\x04", "UNKNOWN_FORMAT", "This is a workbook, not a CSV file."},
      {rne, "Nom;Prénom\nDupont;Luc\n", "UNKNOWN_FORMAT",
       "These are not the headings of the Répertoire national des élus."},
      {bad_column, "Nom\n", "BAD_IMPORT_SPEC", "no field is called surname (column Nom)"},
      {{},
       std::string("Nom;Prénom\nDu\0pont;Luc\n", 23),
       "NUL_BYTE",
       "the file holds NUL bytes: it is not text"},
      {{},
       "Nom;Prénom\n\"" + std::string(70000, 'a'),
       "CELL_TOO_LONG",
       "the record at line 2 has a cell longer than 64 KiB: a quote may not be closed"},
      {{}, wide, "TOO_MANY_COLUMNS", "line 2 has more than 500 columns"},
  };
  for (const auto& c : kCases) {
    CollectingSink sink;
    const absl::Status status = Read(c.spec, c.text, 0, &sink).status;
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.reason;
    EXPECT_EQ(ErrorReason(status), c.reason);
    EXPECT_EQ(status.message(), c.message);
    EXPECT_FALSE(ErrorMend(status).empty());
  }
}

TEST(Reader, StopsWhereTheSinkFails) {
  class FullSink : public CollectingSink {
    absl::Status OnDraft(Draft) override { return absl::ResourceExhaustedError("full"); }
  };
  FullSink sink;
  const Outcome outcome = Read({}, "Nom;Prénom\nDupont;Luc\nDupont;Eve\n", 0, &sink);
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace maillage::interchange
