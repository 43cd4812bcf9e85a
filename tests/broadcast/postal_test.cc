#include "server/broadcast/letters/postal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillage::broadcast {
namespace {

using ::testing::ElementsAre;

v1::PostalAddress Address(const std::string& line, const std::string& code,
                          const std::string& locality, const std::string& country = "") {
  v1::PostalAddress address;
  if (!line.empty()) address.add_lines(line);
  address.set_postal_code(code);
  address.set_locality(locality);
  address.set_country(country);
  return address;
}

v1::Actor Person(const std::vector<std::pair<v1::ContactScope, v1::PostalAddress>>& addresses) {
  v1::Actor actor;
  actor.set_kind(v1::ACTOR_KIND_PERSON);
  actor.mutable_person_name()->set_honorific("Madame");
  actor.mutable_person_name()->set_given("Zoé");
  actor.mutable_person_name()->set_family("Martin");
  for (const auto& [scope, address] : addresses) {
    v1::ContactPoint* point = actor.add_contact_points();
    point->set_kind(v1::CONTACT_KIND_POSTAL);
    point->set_scope(scope);
    *point->mutable_postal() = address;
  }
  return actor;
}

TEST(Postal, PrefersAWholeAddressOfWork) {
  const v1::PostalAddress home = Address("1 rue du Bac", "62500", "Saint-Omer");
  const v1::PostalAddress work = Address("2 rue Carnot", "59000", "Lille");
  const auto chosen =
      ChoosePostal(Person({{v1::CONTACT_SCOPE_PRIVATE, home}, {v1::CONTACT_SCOPE_WORK, work}}));
  ASSERT_TRUE(chosen.has_value());
  EXPECT_EQ(chosen->locality(), "Lille");
}

TEST(Postal, TakesNoAddressThatThePostCannotRead) {
  for (const v1::PostalAddress& address :
       {Address("", "62500", "Saint-Omer"), Address("1 rue du Bac", "62500", ""),
        Address("1 rue du Bac", "6250", "Saint-Omer"), Address("1 rue du Bac", "", "Saint-Omer")}) {
    EXPECT_FALSE(ChoosePostal(Person({{v1::CONTACT_SCOPE_WORK, address}})).has_value())
        << address.ShortDebugString();
  }
  EXPECT_TRUE(ChoosePostal(Person({{v1::CONTACT_SCOPE_WORK,
                                    Address("Rue de la Loi 1", "1000", "Bruxelles", "BE")}}))
                  .has_value());
}

TEST(Postal, WritesTheLinesThatThePostReads) {
  EXPECT_THAT(EnvelopeLines("Madame Zoé Martin", Address("1 rue du Bac", "62500", "Saint-Omer")),
              ElementsAre("Madame Zoé Martin", "1 rue du Bac", "62500 SAINT-OMER"));
  EXPECT_THAT(EnvelopeLines("Mairie", Address("Rue de la Loi 1", "1000", "Liège", "BE")),
              ElementsAre("Mairie", "Rue de la Loi 1", "1000 LIÈGE", "BELGIQUE"));
}

TEST(Postal, SaysANameOnceWhereTheAddressBeginsWithIt) {
  v1::PostalAddress address = Address("MAIRIE DE SAINT-OMER", "62500", "Saint-Omer");
  address.add_lines("16 rue Saint-Sépulcre");
  EXPECT_THAT(EnvelopeLines("Mairie de Saint-Omer", address),
              ElementsAre("Mairie de Saint-Omer", "16 rue Saint-Sépulcre", "62500 SAINT-OMER"));
}

TEST(Postal, KnowsOneAddressHoweverItIsWritten) {
  const RecipientKey key =
      LetterKey("Madame Zoé Martin", Address("1 rue du Bac", "62500", "St-Omer"));
  EXPECT_EQ(key, LetterKey("MADAME ZOE MARTIN", Address("1, Rue du BAC", "62500", "ST OMER")));
  EXPECT_NE(key, LetterKey("Monsieur Zoé Martin", Address("1 rue du Bac", "62500", "St-Omer")));
  EXPECT_NE(key, KeyOf("zoe@example.org"));
}

TEST(Postal, SortsByPostalCodeAtHomeThenAbroad) {
  const auto order = [](const v1::PostalAddress& address) { return PostalOrder("A", address); };
  EXPECT_LT(order(Address("x", "59000", "Lille")), order(Address("x", "62500", "Saint-Omer")));
  EXPECT_LT(order(Address("x", "97410", "Saint-Pierre")),
            order(Address("x", "1000", "Bruxelles", "BE")));
}

}  // namespace
}  // namespace maillage::broadcast
