// The twelve files of the Répertoire national des élus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/interchange/collecting_sink.h"

namespace maillage::interchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kWho[] =
    "Nom de l'élu;Prénom de l'élu;Code sexe;Date de naissance;Code de la catégorie "
    "socio-professionnelle;Libellé de la catégorie socio-professionnelle;Date de début du mandat";
constexpr char kFunctions[] = ";Libellé de la fonction;Date de début de la fonction\n";

struct Case {
  std::string place, tail, line, code, record;
};

const std::string kState =
    "Code du département;Libellé du département;Code de la collectivité à statut "
    "particulier;Libellé de la collectivité à statut particulier;";

const Case kCases[] = {
    {kState + "Code de la commune;Libellé de la commune;", kFunctions,
     "62;Pas-de-Calais;;;62765;Saint-Omer;DUPONT;Anne;F;1970-01-01;;;2026-03-18;2e "
     "adjointe;2026-03-29",
     "RNE/CM",
     "{MANDATE Commune de Saint-Omer/INSTITUTION: 2e adjointe 2026-03-29} <62765||Saint-Omer>"},
    {kState + "Code de la commune;Libellé de la commune;", ";Date de début de la fonction\n",
     "62;Pas-de-Calais;;;62826;Le Touquet-Paris-Plage;DUPONT;Anne;F;01/01/1970;;;18/03/2026;"
     "29/03/2026",
     "RNE/MAIRES",
     "{MANDATE Commune du Touquet-Paris-Plage/INSTITUTION: Maire 2026-03-29} "
     "<62826||Le Touquet-Paris-Plage>"},
    {kState + "N° SIREN;Libellé de l'EPCI;Code de la commune de rattachement;Libellé de la "
              "commune de rattachement;",
     kFunctions,
     "62;Pas-de-Calais;;;200069037;CA du Pays de Saint-Omer;62765;Saint-Omer;DUPONT;Anne;F;"
     "01/01/1970;;;01/04/2026;;",
     "RNE/EPCI",
     "{MANDATE CA du Pays de Saint-Omer/INSTITUTION: Conseillère communautaire 2026-04-01 "
     "@3:200069037} <62765||Saint-Omer>"},
    {"Code du département;Libellé du département;Code du canton;Libellé du canton;", kFunctions,
     "2;Aisne;0201;Bohain;DUPONT;Anne;F;01/01/1970;;;01/07/2021;;", "RNE/CD",
     "{MANDATE Département de l'Aisne/INSTITUTION: Conseillère départementale 2021-07-01 @5:02} "
     "\"Canton : Bohain\" <||>"},
    {"Code de la région;Libellé de la région;Code de la section départementale;Libellé de la "
     "section départementale;",
     kFunctions,
     "32;Hauts-de-France;62;Pas-de-Calais;DUPONT;Anne;F;01/01/1970;;;01/07/2021;Présidente;"
     "02/07/2021",
     "RNE/CR",
     "{MANDATE Région Hauts-de-France/INSTITUTION: Présidente 2021-07-02 @6:32} \"Section "
     "départementale : Pas-de-Calais\" <||>"},
    {"Code du département;Libellé du département;Code de la commune;Libellé de la "
     "commune;Libellé du secteur;",
     kFunctions, "75;Paris;75056;Paris;Paris 5Eme Secteur;DUPONT;Anne;F;01/01/1970;;;22/03/2026;;",
     "RNE/CA",
     "{MANDATE Conseil d'arrondissement, Paris 5Eme Secteur/INSTITUTION: Conseillère "
     "d'arrondissement 2026-03-22} <75056||Paris>"},
    {"Code de la région;Libellé de la région;Code du département;Libellé du  département;Code de "
     "la collectivité à statut particulier;Libellé de la collectivité à statut particulier;Code "
     "de la section - collectivité à statut particulier;Libellé de la section - collectivité à "
     "statut particulier;Code de la circonscription métropolitaine;Libellé de la circonscription "
     "métropolitaine;",
     kFunctions,
     "84;Auvergne-Rhône-Alpes;69;Rhône;69M;Métropole De Lyon;;;69001;Lones Et "
     "Coteaux;DUPONT;Anne;F;01/01/1970;;;01/07/2026;Autre membre;",
     "RNE/MA",
     "{MANDATE Métropole De Lyon/INSTITUTION: Membre de l'assemblée 2026-07-01 @3:200046977} "
     "\"Circonscription métropolitaine : Lones Et Coteaux\" <||>"},
    {kState + "Code de la circonscription législative;Libellé de la circonscription législative;",
     "\n", "62;Pas-de-Calais;;;6208;8eme circonscription;DUPONT;Anne;F;01/01/1970;;;08/07/2024",
     "RNE/DEP",
     "{MANDATE Assemblée nationale/INSTITUTION: Députée 2024-07-08 @5:62} \"Circonscription : "
     "8eme circonscription\" <||>"},
    {kState, "\n", ";;988;Nouvelle-Calédonie;DUPONT;Anne;F;01/01/1970;;;01/10/2023", "RNE/SEN",
     "{MANDATE Sénat/INSTITUTION: Sénatrice 2023-10-01 @6:988} <||>"},
    {"", "\n", "DUPONT;Anne;F;01/01/1970;;;16/07/2024", "RNE/RPE",
     "{MANDATE Parlement européen/INSTITUTION: Députée européenne 2024-07-16} <||>"},
    {"Code de la circonscription AFE;Libellé la circonscription AFE;Code de la circonscription "
     "consulaire;Libellé de la circonscription consulaire;",
     kFunctions,
     "1;Canada;101;Canada - 1re circonscription;DUPONT;Anne;F;1970-01-01;;;2026-05-31;;",
     "RNE/CONSFDE",
     "{MANDATE Conseil consulaire, Canada - 1re circonscription/INSTITUTION: Conseillère des "
     "Français de l'étranger 2026-05-31} \"Circonscription : Canada\" <||>"},
    {"Code de la circ. AFE;Libellé la circ. AFE;", kFunctions,
     "1;Canada;DUPONT;Anne;F;1970-01-01;;;2021-12-06;;", "RNE/AFE",
     "{MANDATE Assemblée des Français de l'étranger/INSTITUTION: Conseillère à l'Assemblée des "
     "Français de l'étranger 2021-12-06} \"Circonscription : Canada\" <||>"},
};

TEST(Rne, ReadsTheTwelveFilesAndSaysOfEachMandateFromWhichItIs) {
  for (const Case& c : kCases) {
    CollectingSink sink;
    const Outcome outcome = Read({}, absl::StrCat(c.place, kWho, c.tail, c.line, "\n"), 0, &sink);
    ASSERT_TRUE(outcome.status.ok()) << c.code << outcome.status;
    EXPECT_THAT(outcome.unused_columns, IsEmpty()) << c.code;
    EXPECT_THAT(sink.records, ElementsAre(absl::StrCat("2 PERSON Madame/Anne/Dupont ", c.record)));
    EXPECT_THAT(sink.problems, IsEmpty()) << c.code;
    ASSERT_EQ(sink.drafts.size(), 1u) << c.code;
    EXPECT_EQ(sink.drafts[0].actor.memberships(0).register_(), c.code);
  }
}

TEST(Rne, KnowsAMandateByTheLettersOfFormerFilesToo) {
  const std::string head = absl::StrCat("Code du département;Libellé du département;", kWho, "\n");
  CollectingSink sink;
  ASSERT_TRUE(Read({},
                   head + "ZD;La Réunion;DUPONT;Anne;F;01/01/1970;;;01/10/2020\n" +
                       "ZZ;Français établis hors de France;DURAND;Luc;M;01/01/1970;;;01/10/2021\n",
                   0, &sink)
                  .status.ok());
  EXPECT_THAT(
      sink.records,
      ElementsAre("2 PERSON Madame/Anne/Dupont {MANDATE Sénat/INSTITUTION: Sénatrice 2020-10-01 "
                  "@5:974} <||>",
                  "3 PERSON Monsieur/Luc/Durand {MANDATE Sénat/INSTITUTION: Sénateur 2021-10-01} "
                  "<||>"));
}

TEST(Rne, NeverLetsAPoliticalLabelOut) {
  const std::string head = absl::StrCat(
      "Code du département;Libellé du département;Code de la "
      "nuance politique;Libellé nuance;",
      kWho, "\n");
  CollectingSink sink;
  const Outcome outcome =
      Read({}, head + "62;Pas-de-Calais;LXYZ;Étiquette;DUPONT;Anne;F;01/01/1970;;;01/10/2020\n", 0,
           &sink);
  ASSERT_TRUE(outcome.status.ok());
  EXPECT_THAT(outcome.unused_columns, IsEmpty());
  ASSERT_EQ(sink.drafts.size(), 1u);
  EXPECT_THAT(sink.drafts[0].actor.DebugString(), Not(HasSubstr("LXYZ")));
  EXPECT_THAT(sink.drafts[0].actor.DebugString(), Not(HasSubstr("tiquette")));
}

TEST(Rne, LeavesASpreadsheetWithItsHeadingsAlone) {
  CollectingSink sink;
  ASSERT_TRUE(Read({}, "Nom de l'élu;Prénom de l'élu;Mail\nDUPONT;Anne;a@example.org\n", 0, &sink)
                  .status.ok());
  EXPECT_THAT(sink.records, ElementsAre("2 PERSON /Anne/Dupont a@example.org(P) <||>"));
}

}  // namespace
}  // namespace maillage::interchange
