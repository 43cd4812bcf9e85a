// Files that are imported again, as they were or edited.
#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "tests/directory/import_fixture.h"

namespace maillage::directory {
namespace {

constexpr char kHead[] = "Civ;Nom;Prénom;Structure;Fonction;Mél;Tél;Adresse;CP;Ville\n";

struct Row {
  std::string family, structure, role, email, phone, street;
  std::string Text() const {
    return absl::StrCat("Mme;", family, ";Anne;", structure, ";", role, ";", email, ";", phone, ";",
                        street, ";62500;Saint-Omer\n");
  }
};

std::string FileOf(const std::vector<Row>& rows) {
  std::string text = kHead;
  for (const Row& row : rows) absl::StrAppend(&text, row.Text());
  return text;
}

std::string Letters(uint32_t number) {
  std::string text;
  for (; number > 0; number /= 26) text.push_back(static_cast<char>('a' + number % 26));
  return text.empty() ? "a" : text;
}

class ReimportTest : public ImportFixture {
 protected:
  void Forget() {
    for (const std::string& name : Names()) {
      ASSERT_TRUE(directory_->Delete(name, "", "operators/test").ok());
    }
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    EXPECT_TRUE(directory_
                    ->ForEach(*directory_->ParseFilter(""),
                              [&](const ShownRecord& record) {
                                names.push_back(record.actor->name());
                                return true;
                              })
                    .ok());
    return names;
  }
  static std::vector<Row> Rows(int count, std::mt19937* dice) {
    std::vector<Row> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back({absl::StrCat("Du", Letters(i + 30)), "CCAS de Saint-Omer", "Médiatrice",
                      absl::StrCat("p", i, "@example.org"),
                      absl::StrCat("03530", 10000 + (*dice)() % 9999), "3 rue du Lavoir"});
    }
    return rows;
  }
  // Changes a cell to another value of its kind.
  static void Edit(std::mt19937* dice, Row* row) {
    switch ((*dice)() % 4) {
      case 0:
        row->role = absl::StrCat("Chargée de mission ", Letters((*dice)() % 999));
        return;
      case 1:
        row->email = absl::StrCat("n", (*dice)(), "@example.org");
        return;
      case 2:
        row->phone = absl::StrCat("03530", 20000 + (*dice)() % 9999);
        return;
      default:
        row->street = absl::StrCat(1 + (*dice)() % 99, " rue du Moulin");
    }
  }
};

TEST_F(ReimportTest, TheSameFileChangesNothing) {
  std::mt19937 dice(1);
  const std::string file = FileOf(Rows(300, &dice));
  EXPECT_EQ(ImportText(file).created(), 300);
  const auto before = Contents();
  const auto again = ImportText(file);
  EXPECT_EQ(again.unchanged(), 300);
  EXPECT_EQ(again.created() + again.updated(), 0);
  EXPECT_EQ(Contents(), before);
}

class EditedFile : public ReimportTest, public ::testing::WithParamInterface<uint32_t> {};

TEST_P(EditedFile, LeavesWhatItWouldHaveMadeAtOnce) {
  std::mt19937 dice(GetParam());
  std::vector<Row> rows = Rows(120, &dice);
  ImportText(FileOf(rows));
  int edited = 0;
  for (Row& row : rows) {
    if (dice() % 3 != 0) continue;
    Edit(&dice, &row);
    ++edited;
  }
  const auto summary = ImportText(FileOf(rows));
  EXPECT_EQ(summary.created(), 0);
  EXPECT_EQ(summary.updated(), edited);
  EXPECT_EQ(summary.unchanged(), 120 - edited);
  EXPECT_EQ(ImportText(FileOf(rows)).unchanged(), 120);
  const auto left = Contents();
  Forget();
  ImportText(FileOf(rows));
  EXPECT_EQ(left, Contents());
}
INSTANTIATE_TEST_SUITE_P(Seeds, EditedFile, ::testing::Range(1U, 6U));

TEST_F(ReimportTest, WhatSomebodyCorrectedStaysAndWhatTheyTookAwayStaysAway) {
  Row row{"Durand", "CCAS", "Médiatrice", "a@example.org", "0353010001", "3 rue du Lavoir"};
  ImportText(FileOf({row}));
  v1::Actor corrected = *Only("email = a@example.org");
  for (v1::ContactPoint& point : *corrected.mutable_contact_points()) {
    if (point.kind() == v1::CONTACT_KIND_PHONE) point.set_value("+33353010099");
  }
  ASSERT_TRUE(directory_->Update(corrected, {"contact_points"}, "operators/t").ok());
  EXPECT_EQ(ImportText(FileOf({row})).unchanged(), 1);
  row.role = "Directrice";
  EXPECT_EQ(ImportText(FileOf({row})).updated(), 1);
  const auto after = Only("email = a@example.org");
  EXPECT_EQ(after->memberships_size(), 1);
  EXPECT_EQ(after->memberships(0).role(), "Directrice");
  EXPECT_EQ(Count("phone = +33353010099"), 1);
  EXPECT_EQ(Count("phone = +33353010001"), 0);
  // A number that the file says for the first time comes beside the corrected one.
  row.phone = "0353010002";
  ImportText(FileOf({row}));
  EXPECT_EQ(Count("phone = +33353010099"), 1);
  EXPECT_EQ(Count("phone = +33353010002"), 1);
}

TEST_F(ReimportTest, ABlankCellTakesNothingAway) {
  Row row{"Durand", "CCAS", "Médiatrice", "a@example.org", "0353010001", "3 rue du Lavoir"};
  ImportText(FileOf({row}));
  row.phone = "";
  row.street = "";
  EXPECT_EQ(ImportText(FileOf({row})).unchanged(), 1);
  EXPECT_EQ(Count("phone = +33353010001"), 1);
}

TEST_F(ReimportTest, AnotherListReplacesNothing) {
  Row row{"Durand", "CCAS", "Médiatrice", "a@example.org", "0353010001", "3 rue du Lavoir"};
  ImportText(FileOf({row}), From("liste A"));
  row.phone = "0353010002";
  ImportText(FileOf({row}), From("liste B"));
  EXPECT_EQ(Count("phone = +33353010001 AND phone = +33353010002"), 1);
  // List A goes on with what it brought itself.
  row.phone = "0353010003";
  ImportText(FileOf({row}), From("liste A"));
  EXPECT_EQ(Count("phone = +33353010001"), 0);
  EXPECT_EQ(Count("phone = +33353010002 AND phone = +33353010003"), 1);
}

TEST_F(ReimportTest, AnOrganisationIsKnownByItsSiretUnderANewName) {
  ImportText("Structure;SIRET;Mél\nAssociation Regards;35600000000048;r@example.org\n");
  const auto before = Only("email = r@example.org");
  const auto summary = ImportText(
      "Structure;SIRET;Mél\nAssociation Nouveaux Regards;35600000000048;r@example.org\n");
  EXPECT_EQ(summary.created(), 0);
  const auto after = Only("email = r@example.org");
  EXPECT_EQ(after->name(), before->name());
  EXPECT_EQ(after->organisation_name(), "Association Nouveaux Regards");
}

TEST_F(ReimportTest, TwoServicesWithOneSiretStayTwo) {
  const std::string file =
      "Structure;SIRET;Mél\nMairie d'Arques;35600000000048;m@example.org\n"
      "CCAS d'Arques;35600000000048;c@example.org\n";
  EXPECT_EQ(ImportText(file).created(), 2);
  EXPECT_EQ(ImportText(file).unchanged(), 2);
}

TEST_F(ReimportTest, APersonIsKnownByNamesAndAddressInAnotherOrganisation) {
  Row row{"Durand", "CCAS", "Médiatrice", "a@example.org", "", ""};
  ImportText(FileOf({row}));
  row.structure = "Mairie de Saint-Omer";
  const auto summary = ImportText(FileOf({row}));
  EXPECT_EQ(summary.created(), 0);
  EXPECT_EQ(summary.updated(), 1);
  EXPECT_EQ(Only("email = a@example.org")->memberships_size(), 2);
  EXPECT_EQ(ImportText(FileOf({row})).unchanged(), 1);
  // Of another list it is for matching to say.
  row.structure = "Amicale laïque";
  EXPECT_EQ(ImportText(FileOf({row}), From("autre liste")).created(), 1);
}

}  // namespace
}  // namespace maillage::directory
