// Imports so large that the database takes them as files.
#include "absl/strings/str_cat.h"
#include "server/directory/import_batches.h"
#include "tests/directory/import_fixture.h"

namespace maillage::directory {
namespace {

constexpr int kRows = 9'000;  // more than go into files at least

std::string Sheet() {
  std::string sheet = "Nom;Prénom;Organisme;Fonction;Courriel;Code INSEE\n";
  for (int i = 0; i < kRows; ++i) {
    absl::StrAppend(&sheet, "Delattre", i % 700, ";Prénom", i, ";Mairie de Saint-Omer;Adjoint;p", i,
                    "@example.org;62765\n");
  }
  return sheet;
}

class LargeImportTest : public ImportFixture {
 protected:
  int64_t Count(const std::string& filter) {
    const auto count = directory_->Count(filter);
    EXPECT_TRUE(count.ok()) << count.status();
    return count.ok() ? static_cast<int64_t>(count->total) : -1;
  }
};

TEST_F(LargeImportTest, FindsEveryRecordByWhatOthersAreFoundBy) {
  const v1::ImportSummary summary = ImportText(Sheet());
  EXPECT_EQ(summary.created(), kRows);
  EXPECT_EQ(Count(""), kRows);
  EXPECT_EQ(Count("territory:62765 AND category = ELECTED_OFFICIAL"), kRows);
  EXPECT_EQ(Count("email:p8999@example.org"), 1);
  EXPECT_EQ(Only("email:p8999@example.org")->revision(), 1u);
  const auto page = directory_->Search("delattre7 prenom7", "", 5, "");
  ASSERT_TRUE(page.ok() && !page->actors.empty());
  EXPECT_EQ(page->actors[0]->person_name().family(), "Delattre7");
}

TEST_F(LargeImportTest, KnowsAllAgainAndCanTakeThemBack) {
  const std::string batch = ImportText(Sheet()).import_batch();
  EXPECT_EQ(ImportText(Sheet()).unchanged(), kRows);
  ImportBatches batches(Self(), database_.get(), writer_.get(), &Clock::Real());
  const auto undone = batches.Undo(batch, "operators/test", [](const auto&) {});
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(Count(""), 0);
}

// As shares do, which must decide of each record whether it is theirs.
class WatchingStage : public storage::CommitStage {
 public:
  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(const storage::Transaction&) const override {
    return std::make_unique<Prepared>();
  }
  absl::Status Commit(const storage::Transaction& transaction, const Prepared*,
                      storage::Group*) override {
    if (transaction.brings_own) return absl::AbortedError("each must be seen");
    seen += static_cast<int>(transaction.changes.size());
    return absl::OkStatus();
  }
  int seen = 0;
};

TEST_F(LargeImportTest, ShowsEachRecordToAStageThatMustSeeIt) {
  WatchingStage watching;
  writer_ = std::make_unique<storage::Writer>(
      database_.get(), std::vector<storage::CommitStage*>{&index_, &watching});
  EXPECT_EQ(ImportText(Sheet()).created(), kRows);
  writer_->Stop();
  EXPECT_EQ(watching.seen, kRows);
  EXPECT_EQ(Count("email:p8999@example.org"), 1);
}

}  // namespace
}  // namespace maillage::directory
