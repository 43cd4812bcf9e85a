#include "server/directory/import.h"

#include "tests/directory/import_fixture.h"

namespace maillage::directory {
namespace {

class ImportTest : public ImportFixture {};

TEST_F(ImportTest, ReadsAFrenchSpreadsheetWithItsDamageReportedByLine) {
  const auto summary = ImportText(Fixture("excel_cp1252.csv"));
  EXPECT_NE(summary.dialect().find("windows-1252"), std::string::npos) << summary.dialect();
  EXPECT_EQ(summary.records(), summary.created() + summary.unchanged() + summary.refused());
  EXPECT_EQ(summary.refused(), 1);  // the formula where a name should be
  // The same person, once in capitals with two functions, once in small letters.
  EXPECT_GE(Count("email = a.hulst@example.org"), 1);
  const auto zoe = Only("email = z.vdb@example.org");
  EXPECT_EQ(zoe->person_name().family(), "Van den Bræcke");
  EXPECT_EQ(zoe->territories(0).code(), "02691");  // ST QUENTIN, 2100 having lost its zero
  ASSERT_FALSE(zoe->flagged_values().empty());
  EXPECT_EQ(zoe->flagged_values(0).raw(), "9,99E+13");
  for (const auto& identifier : zoe->identifiers()) EXPECT_NE(identifier.scheme(), "SIRET");
  bool told = false;
  for (const auto& problem : problems_) {
    told |= problem.severity() == v1::ImportProblem::FLAGGED && problem.value() == "9,99E+13" &&
            problem.column() == "SIRET" && problem.line() > 0;
  }
  EXPECT_TRUE(told);
}

TEST_F(ImportTest, ReadsCouncilsWithoutBirthDatesAndWithPresentCommunes) {
  const std::string rne = Fixture("rne_cm.csv");
  const auto summary = ImportText(rne);
  EXPECT_EQ(summary.refused(), 0);
  EXPECT_EQ(Count("category = ELECTED_OFFICIAL"), summary.created());
  // Two functions on two lines are one person; Enguinegatte is part of another commune now.
  EXPECT_EQ(Count("territory:62765"), 1);
  EXPECT_EQ(Count("territory:62295"), 1);
  const auto filter = directory_->ParseFilter("");
  ASSERT_TRUE(directory_
                  ->ForEach(*filter,
                            [](const ShownRecord& record) {
                              v1::Actor actor = *record.actor;
                              // Ids are random: any digits may stand in them.
                              actor.clear_name();
                              actor.clear_import_batch();
                              const std::string text = actor.DebugString();
                              EXPECT_EQ(text.find("1971"), std::string::npos) << text;
                              EXPECT_EQ(text.find("Professeur"), std::string::npos) << text;
                              return true;
                            })
                  .ok());
  EXPECT_EQ(ImportText(rne).created(), 0);
}

TEST_F(ImportTest, KeepsNamesakesOfOneCouncilApartOnEveryImport) {
  const std::string head = Fixture("rne_cm.csv").substr(0, Fixture("rne_cm.csv").find('\n') + 1);
  const std::string row = "62;Pas-de-Calais;;;62765;Saint-Omer;MARTIN;Jean;M;";
  const std::string rest = ";;;18/03/2026;;;FR\n";
  const std::string file = head + row + "01/01/1950" + rest + row + "02/02/1980" + rest;
  EXPECT_EQ(ImportText(file).created(), 2);
  const auto again = ImportText(file);
  EXPECT_EQ(again.created(), 0);
  EXPECT_EQ(again.unchanged(), 2);
  EXPECT_EQ(Count(""), 2);
}

TEST_F(ImportTest, CompletesWhatAnotherSourceBroughtAndReplacesNothing) {
  ImportText("Nom;Prénom;Structure;Mél\nDurand;Anne;CCAS;a@example.org\n");
  const auto before = Only("email = a@example.org");
  v1::Actor corrected = *before;
  corrected.mutable_person_name()->set_honorific("Madame");
  corrected.set_notes("à rappeler");
  ASSERT_TRUE(directory_->Update(corrected, {"person_name", "notes"}, "operators/t").ok());
  const auto summary =
      ImportText("Civ;Nom;Prénom;Structure;Mél;Tél\nM.;DURAND;Anne;CCAS;b@example.org;0353010012\n",
                 From("autre liste"));
  EXPECT_EQ(summary.updated(), 1);
  const auto after = Only("email = b@example.org");
  EXPECT_EQ(after->name(), before->name());
  EXPECT_EQ(after->person_name().honorific(), "Madame");
  EXPECT_EQ(after->notes(), "à rappeler");
  EXPECT_EQ(after->contact_points_size(), 3);
  EXPECT_EQ(after->revision(), 3u);
}

TEST_F(ImportTest, APersonSaidTwiceInAFileIsOneRecordWithANote) {
  const auto summary = ImportText(
      "Nom;Prénom;Structure;Mél\nDurand;Anne;CCAS;a@example.org\nDURAND;ANNE;Ccas;A@EXAMPLE.ORG\n");
  EXPECT_EQ(summary.created(), 1);
  EXPECT_EQ(summary.unchanged(), 1);
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_EQ(problems_[0].line(), 3);
  EXPECT_EQ(problems_[0].reason(), "says again what line 2 says");
}

TEST_F(ImportTest, AnUnknownPlaceIsNotedAndTheRecordStands) {
  const auto summary = ImportText("Nom;Prénom;Structure;Ville\nDurand;Anne;CCAS;Nulle-Part\n");
  EXPECT_EQ(summary.created(), 1);
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_EQ(problems_[0].severity(), v1::ImportProblem::NOTE);
  EXPECT_EQ(problems_[0].column(), "commune");
  EXPECT_EQ(problems_[0].value(), "Nulle-Part");
}

}  // namespace
}  // namespace maillage::directory
