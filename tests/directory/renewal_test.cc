// Councils before and after the elections of March 2026.
#include "absl/strings/str_cat.h"
#include "server/directory/import_batches.h"
#include "tests/directory/import_fixture.h"

namespace maillage::directory {
namespace {

class RenewalTest : public ImportFixture {
 protected:
  static std::string Line(const std::string& commune, const std::string& family,
                          const std::string& function, const std::string& since) {
    const std::string title = commune == "62765" ? "Saint-Omer" : "Arques";
    return absl::StrCat("62;Pas-de-Calais;;;", commune, ";", title, ";", family,
                        ";Anne;F;01/01/1960;;;", since, ";", function, ";",
                        function.empty() ? "" : since, ";FR\n");
  }
  static std::string File(const std::vector<std::string>& lines) {
    const std::string fixture = Fixture("rne_cm.csv");
    std::string text = fixture.substr(0, fixture.find('\n') + 1);
    for (const std::string& line : lines) text += line;
    return text;
  }
  static v1::ImportSpec Renewing(bool dry_run = false) {
    v1::ImportSpec spec;
    spec.set_file_name("liste.csv");
    spec.set_renewal(true);
    spec.set_dry_run(dry_run);
    spec.mutable_as_of()->set_year(2026);
    spec.mutable_as_of()->set_month(3);
    spec.mutable_as_of()->set_day(15);
    return spec;
  }
  const std::string before_ =
      File({Line("62765", "DUPONT", "Maire", "25/05/2020"),
            Line("62765", "DURAND", "1er adjoint au Maire", "25/05/2020"),
            Line("62765", "MARTIN", "", "18/05/2020"), Line("62040", "LEROY", "", "18/05/2020")});
  // Durand is mayor now, Dupont and Martin are gone, Petit is new, and of Arques
  // the file says nothing.
  const std::string after_ = File(
      {Line("62765", "DURAND", "Maire", "29/03/2026"), Line("62765", "PETIT", "", "18/03/2026")});
};

TEST_F(RenewalTest, EndsMandatesThatVanishedAndNoOthers) {
  EXPECT_EQ(ImportText(before_).created(), 4);
  const auto summary = ImportText(after_, Renewing());
  EXPECT_EQ(summary.created(), 1);
  EXPECT_EQ(summary.notice_due(), 1);
  EXPECT_EQ(summary.ended(), 3);
  EXPECT_EQ(Count("category = ELECTED_OFFICIAL AND territory:62765"), 2);
  // Arques does not stand in the file: that is told, and its council stays.
  EXPECT_EQ(Count("category = ELECTED_OFFICIAL AND territory:62040"), 1);
  ASSERT_FALSE(problems_.empty());
  EXPECT_EQ(problems_.back().value(), "Commune d'Arques");
  const auto gone = directory_->Search("dupont", "", 10, "");
  ASSERT_EQ(gone->actors.size(), 1u);
  const v1::Actor& dupont = *gone->actors[0];
  EXPECT_EQ(dupont.memberships(0).end().day(), 15);
  EXPECT_EQ(dupont.retain_until().year(), 2027);
  EXPECT_EQ(dupont.categories(0), v1::AUDIENCE_CATEGORY_CITIZEN);
  // Who stays in another function is one person with a past one.
  const auto stays = directory_->Search("durand", "", 10, "");
  ASSERT_EQ(stays->actors.size(), 1u);
  const v1::Actor& durand = *stays->actors[0];
  ASSERT_EQ(durand.memberships_size(), 2);
  EXPECT_TRUE(durand.memberships(0).has_end());
  EXPECT_FALSE(durand.memberships(1).has_end());
  EXPECT_FALSE(durand.has_retain_until());
}

TEST_F(RenewalTest, DoneTwiceItChangesNothingMore) {
  ImportText(before_);
  ImportText(after_, Renewing());
  const auto contents = Contents();
  const auto again = ImportText(after_, Renewing());
  EXPECT_EQ(again.ended() + again.created() + again.updated(), 0);
  EXPECT_EQ(Contents(), contents);
}

TEST_F(RenewalTest, ADryRunSaysWhatWouldEnd) {
  ImportText(before_);
  const auto contents = Contents();
  const auto summary = ImportText(after_, Renewing(/*dry_run=*/true));
  EXPECT_EQ(summary.ended(), 3);
  EXPECT_EQ(summary.created(), 1);
  EXPECT_EQ(Contents(), contents);
}

TEST_F(RenewalTest, APlainImportEndsNothing) {
  ImportText(before_);
  EXPECT_EQ(ImportText(after_).ended(), 0);
  EXPECT_EQ(Count("category = ELECTED_OFFICIAL AND territory:62765"), 4);
}

TEST_F(RenewalTest, WhoIsElectedAgainKeepsTheMandateWithItsNewBeginning) {
  ImportText(File({Line("62765", "DURAND", "", "18/05/2020")}));
  const auto summary = ImportText(File({Line("62765", "DURAND", "", "18/03/2026")}), Renewing());
  EXPECT_EQ(summary.ended(), 0);
  EXPECT_EQ(summary.updated(), 1);
  const auto durand = Only("territory:62765");
  ASSERT_EQ(durand->memberships_size(), 1);
  EXPECT_EQ(durand->memberships(0).start().year(), 2026);
}

TEST_F(RenewalTest, WhoComesBackIsThePersonThatWasKnown) {
  ImportText(before_);
  ImportText(after_, Renewing());
  const auto summary = ImportText(
      File({Line("62765", "DURAND", "Maire", "29/03/2026"),
            Line("62765", "PETIT", "", "18/03/2026"), Line("62765", "MARTIN", "", "02/09/2027")}),
      Renewing());
  EXPECT_EQ(summary.created(), 0);
  EXPECT_EQ(Count("category = ELECTED_OFFICIAL AND territory:62765"), 3);
}

TEST_F(RenewalTest, EndsNothingWhereARecordWasRefused) {
  ImportText(before_);
  const auto summary =
      ImportText(after_ + "62;Pas-de-Calais;;;62765;Saint-Omer;;;X;;;;;;;FR\n", Renewing());
  EXPECT_EQ(summary.refused(), 1);
  EXPECT_EQ(summary.ended(), 0);
}

TEST_F(RenewalTest, IsRefusedForAFileThatIsNoRegister) {
  Import import(Self(), database_.get(), writer_.get(), &Clock::Real(), Renewing(), "operators/t",
                [](const v1::ImportProblem&) {});
  ASSERT_TRUE(import.Start().ok());
  ASSERT_TRUE(import.Write("Nom;Prénom;Mél\nDurand;Anne;a@example.org\n").ok());
  EXPECT_EQ(ErrorReason(import.Finish(true)), "NOT_A_REGISTER");
}

TEST_F(RenewalTest, CanBeTakenBack) {
  ImportText(before_);
  const auto contents = Contents();
  const auto summary = ImportText(after_, Renewing());
  ImportBatches batches(Self(), database_.get(), writer_.get(), &Clock::Real());
  ASSERT_TRUE(batches.Undo(summary.import_batch(), "operators/t", [](const auto&) {}).ok());
  EXPECT_EQ(Contents(), contents);
}

}  // namespace
}  // namespace maillage::directory
