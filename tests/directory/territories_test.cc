#include "server/directory/territories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/base/error.h"

namespace maillage::directory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Territories& France() { return Territories::Official(); }

int CountBelow(v1::TerritoryLevel level, v1::TerritoryLevel above, const std::string& code) {
  v1::TerritoryRef ref;
  ref.set_level(above);
  ref.set_code(code);
  int count = 0;
  for (const v1::Territory* t : France().all()) {
    if (t->ref().level() == level && France().Within(t->ref(), ref)) ++count;
  }
  return count;
}

int CountOf(v1::TerritoryLevel level) {
  int count = 0;
  for (const v1::Territory* t : France().all()) count += t->ref().level() == level;
  return count;
}

TEST(Territories, HoldTheGeographyOf2026) {
  EXPECT_EQ(France().vintage(), 2026);
  EXPECT_EQ(CountOf(v1::TERRITORY_LEVEL_COMMUNE), 34969);
  EXPECT_EQ(CountOf(v1::TERRITORY_LEVEL_EPCI), 1255);
  EXPECT_EQ(CountOf(v1::TERRITORY_LEVEL_ARRONDISSEMENT), 333);
  EXPECT_EQ(CountOf(v1::TERRITORY_LEVEL_DEPARTEMENT), 109);
  EXPECT_EQ(CountOf(v1::TERRITORY_LEVEL_REGION), 26);
}

TEST(Territories, CountTheCommunesBelow) {
  EXPECT_EQ(CountBelow(v1::TERRITORY_LEVEL_COMMUNE, v1::TERRITORY_LEVEL_EPCI, "200069037"), 53);
  EXPECT_EQ(CountBelow(v1::TERRITORY_LEVEL_COMMUNE, v1::TERRITORY_LEVEL_REGION, "32"), 3782);
  EXPECT_EQ(CountBelow(v1::TERRITORY_LEVEL_DEPARTEMENT, v1::TERRITORY_LEVEL_REGION, "32"), 5);
}

TEST(Territories, StandInOrderOfLevelThenCode) {
  const auto& all = France().all();
  for (size_t i = 1; i < all.size(); ++i) {
    const auto key = [&](size_t n) {
      return std::make_pair(all[n]->ref().level(), all[n]->ref().code());
    };
    ASSERT_LT(key(i - 1), key(i));
  }
}

TEST(Territories, TellACommuneWhole) {
  const v1::Territory* t = France().Find(v1::TERRITORY_LEVEL_COMMUNE, "62765");
  ASSERT_NE(t, nullptr);
  EXPECT_EQ(t->name(), "territories/COMMUNE/62765");
  EXPECT_EQ(t->title(), "Saint-Omer");
  EXPECT_EQ(t->population(), 14382);
  EXPECT_EQ(t->ref().vintage(), 2026);
  EXPECT_THAT(t->postal_codes(), ElementsAre("62500"));
  std::vector<std::string> ancestors;
  for (const auto& a : t->ancestors()) ancestors.push_back(a.code());
  EXPECT_THAT(ancestors, ElementsAre("200069037", "625", "62", "32"));
}

TEST(Territories, GiveAnEpciTheAncestorsThatHoldAllOfIt) {
  const v1::Territory* capso = France().Find(v1::TERRITORY_LEVEL_EPCI, "200069037");
  ASSERT_NE(capso, nullptr);
  EXPECT_EQ(capso->population(), 104320);
  ASSERT_EQ(capso->ancestors_size(), 3);
  EXPECT_EQ(capso->ancestors(0).level(), v1::TERRITORY_LEVEL_ARRONDISSEMENT);
  // Redon Agglomération lies in three departements and two regions.
  const v1::Territory* redon = France().Find(v1::TERRITORY_LEVEL_EPCI, "243500741");
  ASSERT_NE(redon, nullptr);
  EXPECT_EQ(redon->ancestors_size(), 0);
}

TEST(Territories, FindThePresentCommuneByAFormerCode) {
  const v1::Territory* t = France().Find(v1::TERRITORY_LEVEL_COMMUNE, "62294");
  ASSERT_NE(t, nullptr);
  EXPECT_EQ(t->ref().code(), "62295");
  EXPECT_THAT(t->former_codes(), ElementsAre("62294", "62295"));
  EXPECT_THAT(t->former_titles(), ElementsAre("Enguinegatte", "Enquin-les-Mines"));
  EXPECT_EQ(France().Find(v1::TERRITORY_LEVEL_COMMUNE, "75112")->title(), "Paris");
  EXPECT_EQ(France().Find(v1::TERRITORY_LEVEL_COMMUNE, "99999"), nullptr);
  EXPECT_EQ(France().Find(v1::TERRITORY_LEVEL_UNSPECIFIED, "62765"), nullptr);
}

TEST(Territories, ParseCodesWithAndWithoutLevel) {
  const std::pair<const char*, const char*> kCases[] = {
      {"62765", "territories/COMMUNE/62765"},
      {"62807", "territories/COMMUNE/62757"},
      {"2a004", "territories/COMMUNE/2A004"},
      {"200069037", "territories/EPCI/200069037"},
      {"EPCI/200069037", "territories/EPCI/200069037"},
      {"region/32", "territories/REGION/32"},
      {"territories/REGION/32", "territories/REGION/32"},
      {"DEPARTEMENT/32", "territories/DEPARTEMENT/32"},
      {"62", "territories/DEPARTEMENT/62"},
      {"625", "territories/ARRONDISSEMENT/625"},
  };
  for (const auto& [text, name] : kCases) {
    const auto t = France().Parse(text);
    ASSERT_TRUE(t.ok()) << text << ": " << t.status();
    EXPECT_EQ((*t)->name(), name) << text;
  }
}

TEST(Territories, RefuseUnknownAndAmbiguousCodes) {
  for (const char* text : {"", "00000", "COMMUNE/", "EPCI/62765", "PAYS/1", "territories/"}) {
    const auto t = France().Parse(text);
    EXPECT_EQ(t.status().code(), absl::StatusCode::kNotFound) << text;
    EXPECT_EQ(ErrorReason(t.status()), "UNKNOWN_TERRITORY") << text;
  }
  const auto t = France().Parse("32");
  EXPECT_EQ(t.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorReason(t.status()), "AMBIGUOUS_TERRITORY");
  EXPECT_EQ(ErrorMend(t.status()),
            "Write one of DEPARTEMENT/32 (Gers), REGION/32 (Hauts-de-France).");
}

TEST(Territories, FindCommunesAsPeopleWriteThem) {
  const struct {
    const char *name, *postal_code, *departement, *code;
  } kCases[] = {
      {"Longuenesse", "", "", "62525"},
      {"LONGUENESSE CEDEX", "62968", "", "62525"},
      {"Saint-Omer", "62500", "", "62765"},
      {"ST OMER", "", "62", "62765"},
      {"St. Omer Cedex 2", "62504", "", "62765"},
      {"62500 SAINT-OMER", "", "", "62765"},
      {"saint omer", "62500", "62", "62765"},
      {"Aire s/ la Lys", "62120", "", "62014"},
      {"AIRE SUR LA LYS", "", "", "62014"},
      {"Aulnay s/s Bois", "93600", "", "93005"},
      {"ST QUENTIN", "02100", "", "02691"},
      {"Ste Catherine", "62223", "", "62744"},
      {"Bayenghem lez Eperlecques", "", "", "62087"},
      {"Dennebroeucq", "", "", "62267"},
      {"DENNEBRŒUCQ", "", "", "62267"},
      {"Saint Martin d Hardinghem", "", "", "62760"},
      {"Tatinghem", "", "", "62757"},
      {"St-Martin-au-Laert", "62500", "", "62757"},
      {"Enguinegatte", "62145", "", "62295"},
      {"Touquet Paris Plage", "", "", "62826"},
      {"Île d'Yeu", "", "", "85113"},
      {"Paris 12", "75012", "", "75056"},
      {"Paris 12e Arrondissement", "", "", "75056"},
      {"LYON CEDEX 03", "69003", "", "69123"},
      {"Ajaccio", "20000", "2a", "2A004"},
      {"Laon", "", "2", "02408"},
  };
  for (const auto& c : kCases) {
    const auto t = France().FindCommune(c.name, c.postal_code, c.departement);
    ASSERT_TRUE(t.ok()) << c.name << ": " << t.status();
    EXPECT_EQ((*t)->ref().code(), c.code) << c.name;
  }
}

TEST(Territories, GuessNothingWhereANameIsAmbiguousOrUnknown) {
  const auto several = France().FindCommune("Saint-Omer", "", "");
  EXPECT_EQ(several.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorReason(several.status()), "AMBIGUOUS_COMMUNE");
  EXPECT_EQ(ErrorMend(several.status()), "Could be Saint-Omer (14635), Saint-Omer (62765).");
  EXPECT_THAT(ErrorMend(France().FindCommune("Sainte-Colombe", "", "").status()),
              HasSubstr(" more."));
  const struct {
    const char *name, *postal_code, *departement;
  } kUnknown[] = {{"", "", ""},
                  {"CEDEX", "", ""},
                  {"Atlantis", "", ""},
                  {"Arques", "75001", ""},
                  {"Saint-Omer", "", "59"},
                  {"Arques", "62510", "59"},
                  {"62500", "", ""}};
  for (const auto& c : kUnknown) {
    const auto t = France().FindCommune(c.name, c.postal_code, c.departement);
    EXPECT_EQ(ErrorReason(t.status()), "UNKNOWN_COMMUNE") << c.name;
  }
}

TEST(Territories, LieWithinThemselvesAndTheirAncestors) {
  const auto ref = [](v1::TerritoryLevel level, const char* code) {
    v1::TerritoryRef r;
    r.set_level(level);
    r.set_code(code);
    return r;
  };
  const auto commune = ref(v1::TERRITORY_LEVEL_COMMUNE, "62765");
  const auto former = ref(v1::TERRITORY_LEVEL_COMMUNE, "62807");
  const auto epci = ref(v1::TERRITORY_LEVEL_EPCI, "200069037");
  EXPECT_TRUE(France().Within(commune, commune));
  EXPECT_TRUE(France().Within(commune, epci));
  EXPECT_TRUE(France().Within(former, epci));
  EXPECT_TRUE(France().Within(epci, ref(v1::TERRITORY_LEVEL_REGION, "32")));
  EXPECT_FALSE(France().Within(commune, ref(v1::TERRITORY_LEVEL_DEPARTEMENT, "32")));
  EXPECT_FALSE(France().Within(epci, commune));
  EXPECT_FALSE(France().Within(ref(v1::TERRITORY_LEVEL_COMMUNE, "0"), epci));
}

}  // namespace
}  // namespace maillage::directory
