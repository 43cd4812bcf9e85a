#include "server/directory/directory.h"

#include <set>

#include "tests/directory/directory_fixture.h"

namespace maillage::directory {
namespace {

using DirectoryTest = DirectoryFixture;

std::vector<std::string> Families(const ActorPage& page) {
  std::vector<std::string> families;
  for (const auto& actor : page.actors) families.push_back(actor->person_name().family());
  return families;
}

TEST_F(DirectoryTest, ListsInFrenchOrderAcrossPages) {
  for (const char* family : {"Zola", "Écho", "eluard", "Étienne", "Abadie", "Œuvrard", "Nord"}) {
    Create(Person(family, "A"));
  }
  std::vector<std::string> all;
  std::string token;
  do {
    const auto page = directory_->List("", 2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->total_size, 7);
    EXPECT_LE(page->actors.size(), 2u);
    for (const std::string& family : Families(*page)) all.push_back(family);
    token = page->next_page_token;
  } while (!token.empty());
  EXPECT_EQ(all, (std::vector<std::string>{"Abadie", "Écho", "eluard", "Étienne", "Nord", "Œuvrard",
                                           "Zola"}));
}

TEST_F(DirectoryTest, RefusesAPageTokenOfAnotherFilter) {
  Create(Person("A", "A"));
  Create(Person("B", "B"));
  const auto page = directory_->List("", 1, "");
  ASSERT_TRUE(page.ok());
  const auto other = directory_->List("kind = PERSON", 1, page->next_page_token);
  EXPECT_EQ(ErrorReason(other.status()), "BAD_PAGE_TOKEN");
  EXPECT_EQ(ErrorReason(directory_->List("", 1, "!").status()), "BAD_PAGE_TOKEN");
}

TEST_F(DirectoryTest, UpdateReplacesTheNamedFieldsAndMovesTheIndex) {
  v1::Actor person = Person("Delmotte", "Ghislaine");
  AddEmail("G.Delmotte@Example.org", &person);
  const auto created = Create(person);
  EXPECT_EQ(Count("email = g.delmotte@example.org"), 1);
  EXPECT_EQ(Count("category = CITIZEN"), 1);

  v1::Actor change = *created;
  change.clear_contact_points();
  AddEmail("new@example.net", &change);
  auto* mandate = change.add_memberships();
  mandate->set_type(v1::MEMBERSHIP_TYPE_MANDATE);
  mandate->set_role("Maire");
  const auto updated = directory_->Update(change, {"contact_points", "memberships"}, "operators/t");
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ((*updated)->revision(), 2u);
  EXPECT_EQ(Count("email = g.delmotte@example.org"), 0);
  EXPECT_EQ(Count("email:example.net AND category = ELECTED_OFFICIAL"), 1);
  EXPECT_EQ(Count("category = CITIZEN"), 0);
}

TEST_F(DirectoryTest, RefusesAnUpdateOfAnOldVersion) {
  const auto created = Create(Person("Delmotte", "Ghislaine"));
  v1::Actor first = *created;
  first.set_notes("first");
  ASSERT_TRUE(directory_->Update(first, {"notes"}, "operators/t").ok());
  v1::Actor second = *created;
  second.set_notes("second");
  const auto refused = directory_->Update(second, {"notes"}, "operators/t");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ErrorReason(refused.status()), "ETAG_MISMATCH");
}

TEST_F(DirectoryTest, RefusesToSetWhatIsDerived) {
  const auto created = Create(Person("Delmotte", "Ghislaine"));
  for (const char* path : {"categories", "revision", "name", "nonsense"}) {
    EXPECT_EQ(ErrorReason(directory_->Update(*created, {path}, "operators/t").status()),
              "BAD_UPDATE_MASK")
        << path;
  }
}

TEST_F(DirectoryTest, DeleteTakesTheRecordOutOfEveryList) {
  v1::Actor person = Person("Delmotte", "Ghislaine");
  AddCommune("62765", &person);
  const auto created = Create(person);
  EXPECT_EQ(Count("territory:REGION/32"), 1);
  ASSERT_TRUE(directory_->Delete(created->name(), "", "operators/t").ok());
  EXPECT_EQ(Count(""), 0);
  EXPECT_EQ(Count("territory:REGION/32"), 0);
  EXPECT_EQ(ErrorReason(directory_->Get(created->name()).status()), "NO_ACTOR");
  EXPECT_TRUE(directory_->List("", 10, "")->actors.empty());
}

TEST_F(DirectoryTest, CountsByOriginAndPrimaryCategory) {
  Create(Person("A", "A"));
  Create(Association("Les Tilleuls"));
  v1::Actor both = Person("B", "B");
  both.add_memberships()->set_type(v1::MEMBERSHIP_TYPE_MANDATE);
  both.mutable_memberships(0)->set_role("Maire");
  both.add_memberships()->set_type(v1::MEMBERSHIP_TYPE_EMPLOYMENT);
  both.mutable_memberships(1)->set_organisation_name("CCAS");
  Create(both);
  const auto count = directory_->Count("");
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(count->total, 3);
  ASSERT_EQ(count->groups.size(), 3u);
  EXPECT_EQ(count->groups[0].primary, v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL);
  EXPECT_EQ(count->groups[1].primary, v1::AUDIENCE_CATEGORY_ASSOCIATION);
  EXPECT_EQ(count->groups[2].primary, v1::AUDIENCE_CATEGORY_CITIZEN);
  EXPECT_EQ(Count("category = PROFESSIONAL"), 1);
}

TEST_F(DirectoryTest, RefusesUnsoundActorsNamingTheField) {
  struct Case {
    const char* what;
    v1::Actor actor;
    const char* message;
  };
  std::vector<Case> cases;
  cases.push_back({"no kind", {}, "kind: is missing"});
  cases.push_back({"no name", Person("", ""), "person_name: is missing"});
  v1::Actor no_basis = Person("A", "A");
  no_basis.clear_legal_basis();
  cases.push_back({"no basis", no_basis, "legal_basis: is missing (RGPD art. 6.1)"});
  v1::Actor bad_mail = Person("A", "A");
  AddEmail("a@b", &bad_mail);
  cases.push_back(
      {"bad mail", bad_mail, "contact_points.value: what stands after the @ is no domain"});
  v1::Actor bad_phone = Person("A", "A");
  bad_phone.add_contact_points()->set_kind(v1::CONTACT_KIND_PHONE);
  bad_phone.mutable_contact_points(0)->set_value("12");
  cases.push_back({"bad phone", bad_phone, "contact_points.value: is not one telephone number"});
  v1::Actor bad_place = Person("A", "A");
  AddCommune("00000", &bad_place);
  cases.push_back(
      {"bad place", bad_place, "territories: there is no territory '00000' at that level"});
  v1::Actor control = Person("A\x1b[2J", "A");
  cases.push_back({"control", control, "person_name.family: has a control character"});
  for (const Case& test : cases) {
    const auto refused = directory_->Create(test.actor, "", "operators/t");
    EXPECT_EQ(std::string(refused.status().message()), test.message) << test.what;
    EXPECT_EQ(ErrorReason(refused.status()), "BAD_ACTOR") << test.what;
    EXPECT_NE(ErrorMend(refused.status()), "") << test.what;
  }
}

TEST_F(DirectoryTest, KeepsAddressesAndNumbersInTheirNormalForm) {
  v1::Actor person = Person("A", "A");
  AddEmail(" Zoe@Example.ORG ", &person);
  person.add_contact_points()->set_kind(v1::CONTACT_KIND_PHONE);
  person.mutable_contact_points(1)->set_value("03 53 01 00 12");
  const auto created = Create(person);
  EXPECT_EQ(created->contact_points(0).value(), "zoe@example.org");
  EXPECT_EQ(created->contact_points(1).value(), "+33353010012");
}

TEST_F(DirectoryTest, RepeatedCreationWithOneRequestIdMakesOneRecord) {
  const std::string request_id = "0190a1b2-0000-7000-8000-000000000001";
  const auto first = directory_->Create(Person("A", "A"), request_id, "operators/t");
  const auto second = directory_->Create(Person("A", "A"), request_id, "operators/t");
  ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
  EXPECT_EQ((*first)->name(), (*second)->name());
  EXPECT_EQ(Count(""), 1);
}

TEST_F(DirectoryTest, FindsAFormerCommuneUnderItsPresentCode) {
  v1::Actor person = Person("A", "A");
  AddCommune("62294", &person);  // Enguinegatte, now part of Enquin-lez-Guinegatte
  const auto created = Create(person);
  ASSERT_NE(created, nullptr);
  EXPECT_EQ(created->territories(0).code(), "62295");
  EXPECT_EQ(Count("territory:62294"), 1);
}

TEST_F(DirectoryTest, VisitsEachMatchOnceWithItsOrigin) {
  for (int i = 0; i < 10; ++i) Create(Person("Name" + std::to_string(i), "A"));
  Create(Association("Les Tilleuls"));
  std::set<std::string> names;
  const auto filter = directory_->ParseFilter("kind = PERSON");
  ASSERT_TRUE(filter.ok());
  ASSERT_TRUE(directory_
                  ->ForEach(*filter,
                            [&](const ShownRecord& record) {
                              EXPECT_EQ(record.origin, Self());
                              names.insert(record.actor->name());
                              return true;
                            })
                  .ok());
  EXPECT_EQ(names.size(), 10u);
}

}  // namespace
}  // namespace maillage::directory
