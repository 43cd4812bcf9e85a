#include "server/directory/notices.h"

#include "tests/directory/import_fixture.h"

namespace maillage::directory {
namespace {

class NoticesTest : public ImportFixture {
 protected:
  v1::RecordNoticeResponse Record(const std::string& filter, bool withdraw = false) {
    v1::RecordNoticeRequest request;
    request.set_filter(filter);
    if (!withdraw) {
      request.mutable_notice()->set_state(v1::NOTICE_STATE_GIVEN);
      request.mutable_notice()->set_how("courrier");
      request.mutable_notice()->mutable_date()->set_year(2026);
    }
    const auto counts = notices_.Record(request, "operators/test", [](const auto&) {});
    EXPECT_TRUE(counts.ok()) << counts.status();
    return counts.value_or(v1::RecordNoticeResponse());
  }
  int64_t Due() { return directory_->Count("notice = DUE")->total; }

  Notices notices_{Self(), directory_.get(), database_.get(), writer_.get(), &Clock::Real()};
};

TEST_F(NoticesTest, AreRecordedForManyAtOnceAndOnceOnly) {
  std::string sheet = "Nom;Prénom;Courriel\n";
  for (int i = 0; i < 300; ++i) absl::StrAppend(&sheet, "N", i, ";Line;p", i, "@example.org\n");
  EXPECT_EQ(ImportText(sheet).notice_due(), 300);
  Create(Association("Les Jardins"));
  EXPECT_EQ(Due(), 300);
  const auto counts = Record("kind = PERSON OR kind = ORGANISATION");
  EXPECT_EQ(counts.recorded(), 300);
  EXPECT_EQ(counts.passed_over(), 1);
  EXPECT_EQ(Due(), 0);
  EXPECT_EQ(Record("kind = PERSON OR kind = ORGANISATION").unchanged(), 300);
  EXPECT_EQ(Only("email = p7@example.org")->revision(), 2u);
  EXPECT_EQ(Record("email = p7@example.org", /*withdraw=*/true).recorded(), 1);
  EXPECT_EQ(Due(), 1);
}

TEST_F(NoticesTest, SayWhoseTheyAre) {
  const auto nobody = notices_.Record({}, "operators/test", [](const auto&) {});
  EXPECT_EQ(ErrorReason(nobody.status()), "NO_PERSONS");
}

TEST_F(NoticesTest, OfAnImportStandInItsRecords) {
  v1::ImportSpec spec;
  spec.mutable_notice()->set_state(v1::NOTICE_STATE_EXEMPT);
  spec.mutable_notice()->set_how("art. 14.5.c : le registre est public");
  EXPECT_EQ(ImportText("Nom;Prénom\nUn;Aude\n", spec).notice_due(), 0);
  EXPECT_EQ(Due(), 0);
}

}  // namespace
}  // namespace maillage::directory
