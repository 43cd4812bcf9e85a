#include "server/interchange/names.h"

#include <gtest/gtest.h>

namespace maillage::interchange {
namespace {

TEST(Names, PutFamilyNamesInUsualCase) {
  const std::pair<const char*, const char*> kCases[] = {
      {"DUPONT", "Dupont"},
      {"dupont", "Dupont"},
      {"Dupont", "Dupont"},
      {"McDonald", "McDonald"},
      {"LEFÈVRE-D'HULST", "Lefèvre-d'Hulst"},
      {"D’HULST LEFEVRE", "d’Hulst Lefevre"},
      {"O'BRIEN", "O'Brien"},
      {"L'HERMITE", "L'Hermite"},
      {"VAN DEN BRÆCKE", "Van den Bræcke"},
      {"VAN DE VELDE", "Van de Velde"},
      {"VANDENBERGHE", "Vandenberghe"},
      {"DE LA MOTTE", "de la Motte"},
      {"de la HAYE-ST-PIERRE", "de la Haye-St-Pierre"},
      {"LE GOFF", "Le Goff"},
      {"DU PONT", "du Pont"},
      {"DA SILVA", "Da Silva"},
      {"ŒUVRARD", "Œuvrard"},
      {"Lefevre d Hulst", "Lefevre d Hulst"},
  };
  for (const auto& [text, name] : kCases) EXPECT_EQ(FamilyCase(text), name);
}

TEST(Names, PutGivenNamesInUsualCase) {
  const std::pair<const char*, const char*> kCases[] = {
      {"anaïs", "Anaïs"},           {"ANAIS", "Anais"},          {"JEAN-MARIE", "Jean-Marie"},
      {"Jean Marie", "Jean Marie"}, {"jean-noël", "Jean-Noël"},  {"élise", "Élise"},
      {"J.-P.", "J.-P."},           {"Jean marie", "Jean Marie"}};
  for (const auto& [text, name] : kCases) EXPECT_EQ(GivenCase(text), name);
}

TEST(Names, KeepTheOtherFamilyNameApart) {
  const struct {
    const char *text, *family, *other;
  } kCases[] = {{"DUPONT ép. KOWALCZYK", "DUPONT", "ép. KOWALCZYK"},
                {"DUPONT née DURAND", "DUPONT", "née DURAND"},
                {"DUPONT (née DURAND)", "DUPONT", "née DURAND"},
                {"de la HAYE épouse LE GOFF", "de la HAYE", "épouse LE GOFF"},
                {"NEE", "NEE", ""},
                {"DUPONT NEE", "DUPONT NEE", ""}};
  for (const auto& c : kCases) {
    EXPECT_EQ(SplitFamily(c.text).family, c.family) << c.text;
    EXPECT_EQ(SplitFamily(c.text).other, c.other) << c.text;
  }
}

TEST(Names, ReadCivilities) {
  for (const char* text : {"M", "M.", "Mr", "MR.", "Monsieur"}) {
    EXPECT_EQ(ReadCivility(text).honorific, "Monsieur") << text;
  }
  for (const char* text : {"Mme", "MME", "Mlle", "Madame", "Mrs"}) {
    EXPECT_EQ(ReadCivility(text).honorific, "Madame") << text;
  }
  for (const char* text : {"M./Mme", "Mme/M", "M. et Mme", "Madame, Monsieur"}) {
    EXPECT_TRUE(ReadCivility(text).ambiguous) << text;
    EXPECT_EQ(ReadCivility(text).honorific, "") << text;
  }
  EXPECT_TRUE(ReadCivility("Dr").unknown);
}

TEST(Names, TakeFullNamesApart) {
  const struct {
    const char* text;
    NameOrder order;
    const char *honorific, *given, *family;
    bool unsure;
  } kCases[] = {
      {"DUPONT Zoé", NameOrder::kUnknown, "", "Zoé", "Dupont", false},
      {"Zoé DUPONT", NameOrder::kUnknown, "", "Zoé", "Dupont", false},
      {"M. Jean Marie de la HAYE", NameOrder::kUnknown, "Monsieur", "Jean Marie", "de la Haye",
       false},
      {"VAN DEN BERGH Anne", NameOrder::kUnknown, "", "Anne", "Van den Bergh", false},
      {"Dupont Zoé", NameOrder::kFamilyFirst, "", "Zoé", "Dupont", false},
      {"Zoé Dupont", NameOrder::kGivenFirst, "", "Zoé", "Dupont", false},
      {"Zoé Dupont", NameOrder::kUnknown, "", "", "Zoé Dupont", true},
      {"Dupont", NameOrder::kUnknown, "", "", "Dupont", false},
      {"", NameOrder::kUnknown, "", "", "", false},
  };
  for (const auto& c : kCases) {
    const FullName name = SplitFullName(c.text, c.order);
    EXPECT_EQ(name.honorific, c.honorific) << c.text;
    EXPECT_EQ(name.given, c.given) << c.text;
    EXPECT_EQ(name.family, c.family) << c.text;
    EXPECT_EQ(name.unsure, c.unsure) << c.text;
  }
}

}  // namespace
}  // namespace maillage::interchange
