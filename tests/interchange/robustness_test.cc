// Whatever comes in, however it is cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "server/interchange/encoding.h"
#include "tests/interchange/collecting_sink.h"

namespace maillage::interchange {
namespace {

std::string Everything(const std::string& text, size_t piece) {
  CollectingSink sink;
  const Outcome outcome = Read({}, text, piece, &sink);
  std::string all = absl::StrCat(outcome.status.message(), outcome.dialect);
  for (const auto& line : sink.records) absl::StrAppend(&all, "\n", line);
  for (const auto& line : sink.problems) absl::StrAppend(&all, "\n", line);
  return all;
}

std::string Utf16(const std::string& ascii) {
  std::string bytes = "\xFF\xFE";
  for (const char c : ascii) bytes += std::string{c, '\0'};
  return bytes;
}

// Longer than what decides the layout.
std::string LongFile() {
  std::string text = TestData("excel_cp1252.csv");
  for (int i = 0; i < 2000; ++i) {
    absl::StrAppend(&text, "Mme;DUPONT", i, ";Zo\xE9;CAF;;z", i,
                    "@example.org;;62510;Arques;;\r\n");
  }
  return text;
}

TEST(Robustness, MakesTheSameOfAFileHoweverItIsCut) {
  const std::string files[] = {TestData("excel_cp1252.csv"),
                               TestData("rne_cm.csv"),
                               LongFile(),
                               Utf16("Nom;Prenom\r\nDupont;Luc\r\n"),
                               "Nom;Prenom\nDupont;\"Luc",
                               "x\ny\n",
                               "Nom;Prenom\n\"" + std::string(200000, 'a') + "\";b\n"};
  for (const std::string& text : files) {
    const std::string whole = Everything(text, 0);
    for (const size_t piece : {1, 2, 3, 7, 4096, 65535, 65536, 65537}) {
      ASSERT_EQ(Everything(text, piece), whole) << piece;
    }
  }
}

TEST(Robustness, SurvivesDamage) {
  std::mt19937 random(20180531);
  const std::string seeds[] = {
      TestData("excel_cp1252.csv"),   TestData("rne_cm.csv"),     TestData("outlook_21.vcf"),
      TestData("google_30.vcf"),      TestData("rna_waldec.csv"), TestData("directory.ldif"),
      TestData("thunderbird_40.vcf"), TestData("actors.json"),    TestData("annuaire_dila.csv")};
  constexpr char kNasty[] = ";;;;\"\"\"\n\r\t,=@+-#'/<>\xC3\xA9\xE9\xFF\x81 0";
  for (int round = 0; round < 3000; ++round) {
    std::string text = seeds[round % std::size(seeds)];
    const int changes = 1 + static_cast<int>(random() % 20);
    for (int i = 0; i < changes; ++i) {
      const size_t at = random() % text.size();
      const char c = kNasty[random() % (sizeof(kNasty) - 1)];
      switch (random() % 4) {
        case 0:
          text[at] = c;
          break;
        case 1:
          text.insert(at, 1 + random() % 3, c);
          break;
        case 2:
          text.erase(at, 1 + random() % 30);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 50));
          break;
      }
      if (text.empty()) text = ";";
    }
    CollectingSink sink;
    static_cast<void>(Read({}, text, 1 + random() % 500, &sink));
    for (const Draft& draft : sink.drafts) {
      ASSERT_NE(draft.actor.kind(), v1::ACTOR_KIND_UNSPECIFIED);
      ASSERT_LT(draft.actor.ByteSizeLong(), 64u << 10);
      ASSERT_TRUE(IsUtf8(draft.actor.notes()));
    }
  }
}

TEST(Robustness, KeepsProblemsAndRecordsSmallWhateverTheCells) {
  const std::string big(60000, 'x');
  CollectingSink sink;
  const std::string head = "Nom;Prénom;Structure;Fonction;Mail;Tél;CP;Ville;SIRET;Remarques\n";
  const std::string row = "Dupont;Luc;" + big + ";" + big + ";" + big + ";" + big + ";" + big +
                          ";" + big + ";" + big + ";" + big + "\n";
  ASSERT_TRUE(Read({}, head + row, 0, &sink).status.ok());
  ASSERT_EQ(sink.drafts.size(), 1u);
  EXPECT_LT(sink.drafts[0].actor.ByteSizeLong(), 64u << 10);
  EXPECT_EQ(sink.problems.size(), 8u);
  for (const std::string& line : sink.problems) EXPECT_LT(line.size(), 300u);
}

TEST(Robustness, DoesNotHoldAPhotograph) {
  const std::string head = "BEGIN:VCARD\nVERSION:3.0\nN:Dupont;Luc;;;\nPHOTO;ENCODING=b:";
  const std::string tail = "\nEMAIL:luc@example.org\nEND:VCARD\n";
  const std::string line(76, 'A');
  for (const std::string& end : {std::string(), std::string("\n "), std::string("\n")}) {
    CollectingSink sink;
    auto reader = NewReader({}, &sink);
    ASSERT_TRUE(reader.ok());
    ASSERT_TRUE((*reader)->Write(head).ok());
    const size_t before = mallinfo2().uordblks;
    for (int i = 0; i < 300000; ++i) ASSERT_TRUE((*reader)->Write(line + end).ok());
    EXPECT_LT(mallinfo2().uordblks, before + (1 << 20));
    ASSERT_TRUE((*reader)->Write(tail).ok());
    ASSERT_TRUE((*reader)->Finish().ok());
    EXPECT_THAT(sink.records, testing::ElementsAre("1 PERSON /Luc/Dupont luc@example.org(P) <||>"));
    EXPECT_THAT(sink.problems, testing::IsEmpty());
  }
}

TEST(Robustness, TellsNamesThatAreNoTextAsText) {
  CollectingSink sink;
  const Outcome outcome = Read({}, "dn: cn=x\ncn: Luc Dupont\nde\xCCsc:< u\nx\xFF: y\n", 0, &sink);
  ASSERT_EQ(sink.problems.size(), 1u);
  EXPECT_TRUE(IsUtf8(sink.problems[0]));
  for (const std::string& name : outcome.unused_columns) EXPECT_TRUE(IsUtf8(name));
}

TEST(Robustness, RefusesARecordWithoutEndAndGoesOn) {
  std::string card = "BEGIN:VCARD\nN:Dupont;Luc\n";
  for (int i = 0; i < 2000; ++i) card += "TEL:0353010012\n";
  card += "END:VCARD\nBEGIN:VCARD\nN:Durand;Eve\nEND:VCARD\n";
  CollectingSink sink;
  ASSERT_TRUE(Read({}, card, 0, &sink).status.ok());
  EXPECT_THAT(sink.records, testing::ElementsAre("2004 PERSON /Eve/Durand <||>"));
  EXPECT_THAT(sink.problems,
              testing::ElementsAre("1|REFUSED|||The card holds more than 1,000 properties."));
}

}  // namespace
}  // namespace maillage::interchange
