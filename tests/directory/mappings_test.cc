#include "server/directory/mappings.h"

#include "tests/directory/import_fixture.h"

namespace maillage::directory {
namespace {

class MappingsTest : public ImportFixture {
 protected:
  MappingsTest() : mappings_(database_.get(), writer_.get()) {}
  static v1::Mapping Of(const std::string& name, const std::string& column,
                        const std::string& field) {
    v1::Mapping mapping;
    mapping.set_name(name);
    (*mapping.mutable_columns())[column] = field;
    return mapping;
  }
  Mappings mappings_;
};

TEST_F(MappingsTest, TellColumnsOfAnImportThatNamesThem) {
  ASSERT_TRUE(mappings_.Save(Of("mairie", "Joindre à", "email"), "operators/test").ok());
  v1::ImportSpec spec;
  spec.set_mapping("mairie");
  ImportText("Nom;Prénom;Joindre à\nDurand;Anne;a@example.org\n", spec);
  EXPECT_EQ(Count("email = a@example.org"), 1);
}

TEST_F(MappingsTest, GiveWayToWhatTheImportSaysItself) {
  ASSERT_TRUE(mappings_.Save(Of("mairie", "Joindre à", "ignore"), "operators/test").ok());
  v1::ImportSpec spec;
  spec.set_mapping("mairie");
  (*spec.mutable_columns())["JOINDRE A"] = "email";
  ImportText("Nom;Prénom;Joindre à\nDurand;Anne;a@example.org\n", spec);
  EXPECT_EQ(Count("email = a@example.org"), 1);
}

TEST_F(MappingsTest, AreListedReplacedAndDeleted) {
  ASSERT_TRUE(mappings_.Save(Of("b", "x", "email"), "operators/test").ok());
  ASSERT_TRUE(mappings_.Save(Of("mappings/a", "x", "email"), "operators/test").ok());
  ASSERT_TRUE(mappings_.Save(Of("a", "x", "phone"), "operators/test").ok());
  const auto all = mappings_.List();
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->front().name(), "mappings/a");
  EXPECT_EQ(all->front().columns().at("x"), "phone");
  EXPECT_TRUE(mappings_.Delete("a", "operators/test").ok());
  EXPECT_EQ(ErrorReason(mappings_.Delete("a", "operators/test")), "NO_MAPPING");
}

TEST_F(MappingsTest, AreRefusedWhereTheyMeanNothing) {
  const struct {
    const char *name, *field, *reason;
  } kCases[] = {{"", "email", "BAD_MAPPING"},
                {"a/b", "email", "BAD_MAPPING"},
                {"été", "email", "BAD_MAPPING"},
                {"a", "mail", "BAD_IMPORT_SPEC"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(ErrorReason(mappings_.Save(Of(c.name, "x", c.field), "operators/test").status()),
              c.reason);
  }
  v1::Mapping empty;
  empty.set_name("a");
  EXPECT_EQ(ErrorReason(mappings_.Save(empty, "operators/test").status()), "BAD_MAPPING");
  v1::ImportSpec spec;
  spec.set_mapping("none");
  Import import(Self(), database_.get(), writer_.get(), &Clock::Real(), spec, "operators/test",
                [](const v1::ImportProblem&) {});
  EXPECT_EQ(ErrorReason(import.Start()), "NO_MAPPING");
}

}  // namespace
}  // namespace maillage::directory
