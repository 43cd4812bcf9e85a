#include "server/interchange/values.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace maillage::interchange {
namespace {

// "value" or "!raw" for each, with "~" where there is a note.
std::string Show(const std::vector<Found>& found) {
  return absl::StrJoin(found, " ", [](std::string* out, const Found& f) {
    absl::StrAppend(out, f.ok() ? f.value : absl::StrCat("!", f.raw), f.note.empty() ? "" : "~");
  });
}

TEST(Values, FindEmailsInACell) {
  const std::pair<const char*, const char*> kCases[] = {
      {"a@example.org", "a@example.org"},
      {"A.HULST@EXAMPLE.ORG", "a.hulst@example.org"},
      {"a@example.org ; b@example.net", "a@example.org b@example.net"},
      {"a@example.org/b@example.net", "a@example.org b@example.net"},
      {"a@example.org, b@example.net", "a@example.org b@example.net"},
      {"a@example.org\nb@example.net", "a@example.org b@example.net"},
      {"a@example.org b@example.net", "a@example.org b@example.net"},
      {"regards(at)example.org", "regards@example.org~"},
      {"regards [AT] example [dot] org", "regards@example.org~"},
      {"mailto:a@example.org?subject=x", "a@example.org"},
      {"<a@example.org>", "a@example.org"},
      {"Jean Dupont <a@example.org>", "a@example.org"},
      {"\"Dupont, Jean\" <a@example.org>; Eve <b@example.org>", "a@example.org b@example.org"},
      {"a@example.org.", "a@example.org"},
      {"a @example.org", "a@example.org"},
      {"a@écho.example.org", "a@xn--cho-9la.example.org"},
      {"zoé@example.org", "zoé@example.org~"},
      {"a@example", "!a@example"},
      {"@example.org", "!@example.org"},
      {"a..b@example.org", "!a..b@example.org"},
      {"a@b@example.org", "!a@b@example.org"},
      {"a@-example.org", "!a@-example.org"},
      {"voir le site", "!voir le site"},
      {"a@example.org (perso)", "a@example.org ~"},
      {"", ""},
  };
  for (const auto& [cell, shown] : kCases) EXPECT_EQ(Show(FindEmails(cell)), shown) << cell;
}

TEST(Values, FindPhonesInACell) {
  const std::pair<const char*, const char*> kCases[] = {
      {"0353010012", "+33353010012"},
      {"03.53.01.00.12 / 0639980012", "+33353010012 +33639980012"},
      {"03 53 01 00 12", "+33353010012"},
      {"03\u00A053\u00A001\u00A000\u00A012", "+33353010012"},
      {"03/53/01/00/12", "+33353010012"},
      {"03-53-01-00-12", "+33353010012"},
      {"+33 (0)3 53 01 00 13", "+33353010013"},
      {"+33353010013", "+33353010013"},
      {"0033 3 53 01 00 13", "+33353010013"},
      {"33353010013", "+33353010013~"},
      {"353010012", "+33353010012~"},
      {"353010012.0", "+33353010012~"},
      {"0353010014\r\n0353010015", "+33353010014 +33353010015"},
      {"0353010014 0353010015", "+33353010014 +33353010015"},
      {"Tél. 03 53 01 00 12 (standard)", "+33353010012~"},
      {"0262 12 34 56", "+262262123456"},
      {"+32 2 555 12 12", "+3225551212"},
      {"03 53 01 00", "!03 53 01 00"},
      {"03 53 01 00 / 06 39 98 00 12", "!03 53 01 00 +33639980012"},
      {"3,53E+08", "!3 !53E+08"},
      {"0053010012", "!0053010012"},
      {"contact@example.net", "!contact@example.net"},
      {"-", ""},
      {"", ""},
  };
  for (const auto& [cell, shown] : kCases) EXPECT_EQ(Show(FindPhones(cell)), shown) << cell;
  EXPECT_TRUE(IsMobile("+33639980012"));
  EXPECT_TRUE(IsMobile("+33712345678"));
  EXPECT_FALSE(IsMobile("+33353010012"));
}

TEST(Values, ReadPostalCodesAndCodesOfCommunes) {
  EXPECT_EQ(Show({ReadPostalCode("62510")}), "62510");
  EXPECT_EQ(Show({ReadPostalCode("62 510")}), "62510");
  EXPECT_EQ(Show({ReadPostalCode("F-62510")}), "62510");
  EXPECT_EQ(Show({ReadPostalCode("2100")}), "02100~");
  EXPECT_EQ(Show({ReadPostalCode("62510.0")}), "62510~");
  EXPECT_EQ(Show({ReadPostalCode("2100.0")}), "02100~");
  EXPECT_EQ(Show({ReadInsee("62765.0")}), "62765~");
  for (const char* bad : {"621", "625100", "B-8900", "62510a", "6251,0"}) {
    EXPECT_EQ(Show({ReadPostalCode(bad)}), absl::StrCat("!", bad));
  }
  EXPECT_EQ(Show({ReadInsee("62765")}), "62765");
  EXPECT_EQ(Show({ReadInsee("2a004")}), "2A004");
  EXPECT_EQ(Show({ReadInsee("2565")}), "02565~");
  EXPECT_EQ(Show({ReadInsee("98735")}), "98735");
  for (const char* bad : {"627", "627655", "2C004", "ABCDE"}) {
    EXPECT_EQ(Show({ReadInsee(bad)}), absl::StrCat("!", bad));
  }
}

TEST(Values, ReadIdentifiersWithTheirChecksums) {
  const struct {
    const char *text, *scheme, *value, *error;
  } kCases[] = {
      {"999 000 128 00010", "SIRET", "99900012800010", ""},
      {"99900012800010", "SIRET", "99900012800010", ""},
      {"999000128", "SIREN", "999000128", ""},
      {"35600000000048", "SIRET", "35600000000048", ""},
      {"35600000012345", "", "", "The checksum of the number is wrong."},
      {"35600000049837", "SIRET", "35600000049837", ""},
      {"W999000001", "RNA", "W999000001", ""},
      {"w2a1000001", "RNA", "W2A1000001", ""},
      {"99900012800011", "", "", "The checksum of the number is wrong."},
      {"99900012800010.0", "SIRET", "99900012800010", ""},
      {"9,99E+13", "", "", "The spreadsheet cut the number: its digits are lost."},
      {"9.99E+13", "", "", "The spreadsheet cut the number: its digits are lost."},
      {"1 234,50", "", "", "A SIRET has 14 digits, a SIREN 9, an RNA number W and 9 digits."},
      {"9990001280001", "", "", "A SIRET has 14 digits, a SIREN 9, an RNA number W and 9 digits."},
      {"W99900000", "", "", "A SIRET has 14 digits, a SIREN 9, an RNA number W and 9 digits."},
  };
  for (const auto& c : kCases) {
    const FoundIdentifier found = ReadIdentifier(c.text);
    EXPECT_EQ(found.scheme, c.scheme) << c.text;
    EXPECT_EQ(found.value, c.value) << c.text;
    EXPECT_EQ(found.error, c.error) << c.text;
  }
}

TEST(Values, ReadDatesAsPreciseAsTheyAre) {
  const std::pair<const char*, const char*> kCases[] = {
      {"31/05/18", "2018-05-31"},
      {"31/05/2018", "2018-05-31"},
      {"1/6/2018", "2018-06-01"},
      {"31.05.2018", "2018-05-31"},
      {"31/05/75", "1975-05-31"},
      {"01/02/2019 00:00", "2019-02-01"},
      {"2018-05-31", "2018-05-31"},
      {"2018-05-31T10:00:00Z", "2018-05-31"},
      {"43251", "2018-05-31~"},
      {"43251.0", "2018-05-31~"},
      {"juin 2019", "2019-06"},
      {"Août 2019", "2019-08"},
      {"sept. 2019", "2019-09"},
      {"1er juin 2019", "2019-06-01"},
      {"31 mai 2018", "2018-05-31"},
      {"June 2019", "2019-06"},
      {"06/2019", "2019-06"},
      {"2019-06", "2019-06"},
      {"2019", "2019"},
      {"29/02/2020", "2020-02-29"},
      {"29/02/2019", "!29/02/2019"},
      {"05/31/2018", "!05/31/2018"},
      {"31/05", "!31/05"},
      {"jui 2019", "!jui 2019"},
      {"ARQUES", "!ARQUES"},
      {"4325", "!4325"},
      {"1234567", "!1234567"},
      {"31/05/2018 x:y", "!31/05/2018 x:y"},
      {"12/12/12/12", "!12/12/12/12"},
  };
  for (const auto& [text, shown] : kCases) EXPECT_EQ(Show({ReadDate(text)}), shown) << text;
}

}  // namespace
}  // namespace maillage::interchange
