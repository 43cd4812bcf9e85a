#include "tools/cli/output.h"

#include <gtest/gtest.h>

#include <sstream>

#include "maillage/v1/partner_service.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

class OutputTest : public testing::Test {
 protected:
  Output Make(Format format, Language language = Language::kEnglish, int width = 0) {
    return Output({.format = format,
                   .locale = {.language = language, .zone = absl::UTCTimeZone()},
                   .width = width,
                   .out = &out_,
                   .err = &err_});
  }
  static v1::Partner Partner(const char* alias, const char* display_name) {
    v1::Partner partner;
    partner.set_alias(alias);
    partner.set_display_name(display_name);
    partner.set_node("gaytemzugu3doobz");
    return partner;
  }
  std::string List(const Output& output) {
    ListWriter list(&output, &PartnerColumns());
    list.Add(Partner("irev", "IREV, \"centre\" de ressources"));
    list.Add(Partner("ville", "\x1b[2JVille"));
    list.End({"partner", "partners"});
    return out_.str();
  }
  std::stringstream out_;
  std::stringstream err_;
};

TEST_F(OutputTest, WritesATableInTheLanguageWithItsCount) {
  EXPECT_EQ(List(Make(Format::kTable, Language::kFrench)),
            "ALIAS  NOM                           CONNECTÉ  APPAIRÉ  ADRESSES RÉSEAU  NŒUD\n"
            "irev   IREV, \"centre\" de ressources  non                                 "
            "gaytemzugu3doobz\n"
            "ville  \uFFFD[2JVille                     non                                 "
            "gaytemzugu3doobz\n"
            "2 partenaires\n");
}

TEST_F(OutputTest, LeavesOutWhatDoesNotFitTheTerminal) {
  EXPECT_EQ(List(Make(Format::kTable, Language::kEnglish, 50)),
            "ALIAS  NAME            CONNECTED  NODE\n"
            "irev   IREV, \"centre…  no         gaytemzugu3doobz\n"
            "ville  \uFFFD[2JVille       no         gaytemzugu3doobz\n"
            "2 partners\n");
}

TEST_F(OutputTest, WritesAJsonObjectALineWithEveryField) {
  const std::string json = List(Make(Format::kJson));
  EXPECT_EQ(std::count(json.begin(), json.end(), '\n'), 2);
  EXPECT_NE(json.find("\"displayName\":\"IREV, \\\"centre\\\" de ressources\""), std::string::npos);
  EXPECT_NE(json.find("\"connected\":false"), std::string::npos);
  EXPECT_EQ(json.find('\x1b'), std::string::npos);
}

TEST_F(OutputTest, WritesCsvForPrograms) {
  EXPECT_EQ(List(Make(Format::kCsv, Language::kFrench)),
            "Alias,Name,Connected,Paired,Endpoints,Node\n"
            "irev,\"IREV, \"\"centre\"\" de ressources\",false,,,gaytemzugu3doobz\n"
            "ville,\uFFFD[2JVille,false,,,gaytemzugu3doobz\n");
}

TEST_F(OutputTest, WritesOneThingAsLabels) {
  Make(Format::kTable, Language::kFrench).One(Partner("irev", "IREV"), PartnerDetails());
  EXPECT_EQ(out_.str(),
            "Alias     irev\n"
            "Nom       IREV\n"
            "Nœud      gaytemzugu3doobz\n"
            "Connecté  non\n");
}

TEST_F(OutputTest, SaysOfHowManyAListIsAPart) {
  const Output output = Make(Format::kTable);
  ListWriter list(&output, &PartnerColumns());
  list.Add(Partner("irev", "IREV"));
  list.End({"partner", "partners"}, 1200);
  EXPECT_NE(out_.str().find("\n1 of 1,200 partners\n"), std::string::npos) << out_.str();
}

TEST_F(OutputTest, CountsInTheLanguage) {
  const Output english = Make(Format::kTable);
  const Output french = Make(Format::kTable, Language::kFrench);
  EXPECT_EQ(english.Count(0, kActors), "0 actors");
  EXPECT_EQ(english.Count(1, kActors), "1 actor");
  EXPECT_EQ(french.Count(0, kActors), "0 acteur");
  EXPECT_EQ(french.Count(2, kActors), "2 acteurs");
}

TEST_F(OutputTest, QuietSaysNothingButTheResult) {
  const Output output({.quiet = true, .out = &out_, .err = &err_});
  output.Remark("Done.");
  ListWriter list(&output, &PartnerColumns());
  list.End({"partner", "partners"});
  EXPECT_EQ(out_.str() + err_.str(), "");
}

TEST(CsvField, QuotesWhatWouldBreakTheLine) {
  EXPECT_EQ(CsvField("plain"), "plain");
  EXPECT_EQ(CsvField("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvField("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(CsvField("a\nb"), "\"a\nb\"");
}

}  // namespace
}  // namespace maillage::cli
