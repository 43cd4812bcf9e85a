#include "server/interchange/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/base/error.h"
#include "tests/interchange/collecting_sink.h"

namespace maillage::interchange {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Reader, NeverLetsBirthNorProfessionOut) {
  CollectingSink sink;
  std::string text = TestData("rne_cm.csv");
  // A line that is cut, one that is shifted, one with a bad date of birth.
  text += "62;Pas-de-Calais;;;62765;Saint-Omer;DECALE;Luc;02/02/1971;Professeur\n";
  text += "62;Pas-de-Calais;;;62765;Saint-Omer;COUPE;Luc;M;02/13/1971;34;Professeur;;;\n";
  text += "62;Pas-de-Calais;;;62765;Saint-Omer;OUVERT;Luc;M;02/02/1971;34;\"Professeur;;;\n";
  ASSERT_TRUE(Read({}, text, 0, &sink).status.ok());
  ASSERT_EQ(sink.problems.size(), 4u);
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_THAT(sink.problems[i], HasSubstr("|REFUSED|||The cells of this record do not fit"));
  }
  std::string all;
  for (const Draft& draft : sink.drafts) all += draft.actor.DebugString();
  for (const std::string& line : sink.problems) all += line;
  for (const char* secret : {"1971", "1958", "1980", "1990", "1950", "Professeur", "Artisan"}) {
    EXPECT_THAT(all, Not(HasSubstr(secret)));
  }
}

TEST(Reader, RefusesWhatItCannotReadAtAll) {
  v1::ImportSpec rne;
  rne.set_format(v1::IMPORT_FORMAT_RNE);
  v1::ImportSpec bad_column;
  (*bad_column.mutable_columns())["Nom"] = "surname";
  const std::string wide = "Nom;Prénom\n" + std::string(501, ';') + "\n";
  const struct {
    v1::ImportSpec spec;
    std::string text, reason, message;
  } kCases[] = {
      {{}, "", "UNKNOWN_FORMAT", "No row of headings stands in the first 20 lines."},
      {{}, "1;2;3\n4;5;6\n", "UNKNOWN_FORMAT", "No row of headings stands in the first 20 lines."},
      {{},
       std::string(20, '\n') + "Nom;Prénom\n",
       "UNKNOWN_FORMAT",
       "No row of headings stands in the first 20 lines."},
      {{}, "PK\x03\x04", "UNKNOWN_FORMAT", "This is a workbook, not a CSV file."},
      {rne, "Nom;Prénom\nDupont;Luc\n", "UNKNOWN_FORMAT",
       "These are not the headings of the Répertoire national des élus."},
      {bad_column, "Nom\n", "BAD_IMPORT_SPEC", "no field is called surname (column Nom)"},
      {{},
       std::string("Nom;Prénom\nDu\0pont;Luc\n", 23),
       "NUL_BYTE",
       "the file holds NUL bytes: it is not text"},
      {{},
       "Nom;Prénom\n\"" + std::string(70000, 'a'),
       "CELL_TOO_LONG",
       "the record at line 2 has a cell longer than 64 KiB: a quote may not be closed"},
      {{}, wide, "TOO_MANY_COLUMNS", "line 2 has more than 500 columns"},
  };
  for (const auto& c : kCases) {
    CollectingSink sink;
    const absl::Status status = Read(c.spec, c.text, 0, &sink).status;
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.reason;
    EXPECT_EQ(ErrorReason(status), c.reason);
    EXPECT_EQ(status.message(), c.message);
    EXPECT_FALSE(ErrorMend(status).empty());
  }
}

TEST(Reader, StopsWhereTheSinkFails) {
  class FullSink : public CollectingSink {
    absl::Status OnDraft(Draft) override { return absl::ResourceExhaustedError("full"); }
  };
  FullSink sink;
  const Outcome outcome = Read({}, "Nom;Prénom\nDupont;Luc\nDupont;Eve\n", 0, &sink);
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace maillage::interchange
