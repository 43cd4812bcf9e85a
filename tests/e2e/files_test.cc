// Files out of a real node, imports taken back, councils renewed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

nlohmann::json Last(const std::string& out) {
  const size_t end = out.find_last_not_of('\n');
  const size_t start = out.rfind('\n', end);
  return nlohmann::json::parse(out.substr(start == std::string::npos ? 0 : start + 1), nullptr,
                               false);
}

class FilesTest : public ::testing::Test {
 protected:
  void SetUp() override { node_.Start(); }
  nlohmann::json Import(const std::string& csv, std::vector<std::string> more = {}) {
    std::vector<std::string> args = {"-o", "json", "actor", "import", "-", "--source", "test"};
    args.insert(args.end(), more.begin(), more.end());
    return Last(node_.Ok(args, csv));
  }
  TempDir home_;
  TestNode node_{home_.path(), "capso"};
};

TEST_F(FilesTest, EveryFormatComesBackAsItWasWritten) {
  Import(Professionals(200, "a"));
  for (const char* format : {"csv", "vcard", "vcard3", "ldif", "json"}) {
    const std::string file = absl::StrCat(home_.path(), "/actors.", format);
    const Finished result = node_.Cli({"actor", "export", "--format", format, "--out", file});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.err.find("200 actors written."), std::string::npos) << result.err;
    const auto summary = Last(node_.Ok({"-o", "json", "actor", "import", file, "--dry-run"}));
    EXPECT_EQ(summary["unchanged"], "200") << format << summary;
  }
  // Nothing but whole files is left behind.
  const auto files = std::filesystem::directory_iterator(home_.path());
  EXPECT_EQ(std::count_if(begin(files), end(files),
                          [](const auto& entry) {
                            return entry.path().filename().string().find("actors.") == 0;
                          }),
            5);
}

TEST_F(FilesTest, AnExportIsFilteredAuditedAndRefusedWhereItCannotBeWritten) {
  Import(Professionals(20, "a"));
  const std::string text =
      node_.Ok({"actor", "export", "--format", "csv", "--filter", "email = p3@a.example.org"});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  const Finished nowhere = node_.Cli({"actor", "export", "--format", "csv", "--out", "/no/where"});
  EXPECT_EQ(nowhere.code, 1);
  EXPECT_NE(nowhere.err.find("FILE_UNWRITABLE"), std::string::npos) << nowhere.err;
  EXPECT_EQ(node_.Cli({"actor", "export"}).code, 2);
}

TEST_F(FilesTest, PartnersActorsStayOutUnlessTheyAreAskedFor) {
  TestNode other(home_.path(), "ville");
  other.Start();
  Import(Professionals(3, "a"), {"--notice-exempt", "essai"});
  ShareProfessionals(node_, other);
  ASSERT_TRUE(WaitFor([&] { return other.Count("") == 3; })) << other.Log();
  const Finished own = other.Cli({"actor", "export", "--format", "csv"});
  EXPECT_EQ(own.code, 0) << own.err;
  EXPECT_EQ(own.out.find("Durand"), std::string::npos);
  EXPECT_NE(own.err.find("--with-partners"), std::string::npos) << own.err;
  const Finished all = other.Cli({"actor", "export", "--format", "csv", "--with-partners"});
  EXPECT_NE(all.out.find(";capso\r\n"), std::string::npos) << all.out;
  EXPECT_NE(all.err.find("RGPD"), std::string::npos) << all.err;
}

TEST_F(FilesTest, AnImportIsTakenBackAlsoAfterAKillInTheMiddle) {
  Import(Professionals(10, "a"));
  const auto batch = Import(Professionals(20000, "b"))["importBatch"].get<std::string>();
  Process undo({MAILLAGE_CLI, "--node", absl::StrCat("unix:", node_.dir(), "/admin.sock"), "actor",
                "import-undo", batch},
               home_.path() + "/undo.log");
  ASSERT_TRUE(WaitFor([&] { return node_.Count("") < 20010; }));
  node_.Kill();
  node_.Start();
  EXPECT_GE(node_.Count(""), 10);
  const auto summary = Last(node_.Ok({"-o", "json", "actor", "import-undo", batch}));
  EXPECT_EQ(summary.value("left", "0"), "0") << summary;
  EXPECT_EQ(node_.Count(""), 10);
  const std::string imports = node_.Ok({"-o", "json", "actor", "imports"});
  EXPECT_NE(imports.find("undoTime"), std::string::npos) << imports;
}

TEST_F(FilesTest, AMappingIsSavedAndUsedByItsName) {
  const std::string csv = "Nom;Prénom;Joindre à\nDurand;Anne;a@example.org\n";
  Import(csv, {"--map", "Joindre à=email", "--save-map", "mairie", "--dry-run"});
  EXPECT_EQ(node_.Count(""), 0);
  Import(csv, {"--mapping", "mairie"});
  EXPECT_EQ(node_.Count("email = a@example.org"), 1);
  EXPECT_NE(node_.Ok({"mapping", "list"}).find("Joindre à=email"), std::string::npos);
  node_.Ok({"mapping", "delete", "mairie"});
  EXPECT_EQ(node_.Cli({"mapping", "delete", "mairie"}).code, 1);
}

TEST_F(FilesTest, ARenewalSaysWhoLeftAndWhoCame) {
  const std::string head =
      "Code du département;Libellé du département;Code de la commune;Libellé de la commune;"
      "Nom de l'élu;Prénom de l'élu;Code sexe;Date de début du mandat;Libellé de la fonction;"
      "Date de début de la fonction\n";
  const std::string place = "62;Pas-de-Calais;62765;Saint-Omer;";
  Import(head + place + "DUPONT;Anne;F;18/05/2020;Maire;25/05/2020\n" + place +
         "DURAND;Jean;M;18/05/2020;;\n");
  const std::string newer = head + place + "PETIT;Anne;F;18/03/2026;Maire;29/03/2026\n" + place +
                            "DURAND;Jean;M;18/03/2026;;\n";
  const auto dry = Import(newer, {"--renewal", "--as-of", "2026-03-15", "--dry-run"});
  EXPECT_EQ(dry["ended"], "1") << dry;
  EXPECT_EQ(node_.Count("category = ELECTED_OFFICIAL"), 2);
  const auto summary = Import(newer, {"--renewal", "--as-of", "2026-03-15"});
  EXPECT_EQ(summary["ended"], "1") << summary;
  EXPECT_EQ(summary["created"], "1") << summary;
  EXPECT_EQ(summary["noticeDue"], "1") << summary;
  EXPECT_EQ(node_.Count("category = ELECTED_OFFICIAL"), 2);
  EXPECT_EQ(node_.Cli({"actor", "import", "-", "--as-of", "2026-03-15"}, newer).code, 2);
}

}  // namespace
}  // namespace maillage::testing
