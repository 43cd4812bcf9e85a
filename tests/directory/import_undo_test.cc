#include "absl/strings/str_cat.h"
#include "server/directory/import_batches.h"
#include "tests/directory/import_fixture.h"

namespace maillage::directory {
namespace {

class ImportUndoTest : public ImportFixture {
 protected:
  ImportUndoTest() : batches_(Self(), database_.get(), writer_.get(), &Clock::Real()) {}

  v1::UndoSummary Undo(const std::string& batch) {
    left_.clear();
    const auto undone = batches_.Undo(batch, "operators/test", [&](const auto& told) {
      if (!told.left().empty()) left_.push_back(told.left());
    });
    EXPECT_TRUE(undone.ok()) << undone.status();
    return undone.value_or(v1::UndoSummary());
  }
  static std::string Lines(int from, int to, const std::string& phone) {
    std::string text = "Nom;Prénom;Structure;Mél;Tél\n";
    for (int i = from; i < to; ++i) {
      absl::StrAppend(&text, "Du", std::string(1, static_cast<char>('a' + i % 26)),
                      std::string(1, static_cast<char>('a' + i / 26)), ";Anne;CCAS;p", i,
                      "@example.org;", phone, "\n");
    }
    return text;
  }
  std::string Correct(const std::string& filter) {
    v1::Actor actor = *Only(filter);
    actor.set_notes("à rappeler");
    EXPECT_TRUE(directory_->Update(actor, {"notes"}, "operators/t").ok());
    return actor.name();
  }

  ImportBatches batches_;
  std::vector<std::string> left_;
};

TEST_F(ImportUndoTest, DeletesWhatTheImportMadeAndLeavesWhatWasChangedSince) {
  const auto kept = ImportText(Lines(0, 10, "0353010001"));
  const auto batch = ImportText(Lines(10, 610, "0353010001"), From("autre liste"));
  const std::string changed = Correct("email = p15@example.org");
  const auto undone = Undo(batch.import_batch());
  EXPECT_EQ(undone.deleted(), 599);
  EXPECT_EQ(undone.left(), 1);
  EXPECT_EQ(left_, std::vector<std::string>{changed});
  EXPECT_EQ(Count(""), 11);
  EXPECT_TRUE(batches_.Find(batch.import_batch())->has_undo_time());
  EXPECT_FALSE(batches_.Find(kept.import_batch())->has_undo_time());
}

TEST_F(ImportUndoTest, GivesWhatTheImportChangedTheContentFromBefore) {
  ImportText(Lines(0, 400, "0353010001"));
  const auto before = Contents();
  const auto batch = ImportText(Lines(0, 400, "0353010002"));
  EXPECT_EQ(batch.updated(), 400);
  const auto undone = Undo(batch.import_batch());
  EXPECT_EQ(undone.restored(), 400);
  EXPECT_EQ(undone.left(), 0);
  EXPECT_EQ(Contents(), before);
  // As if it had not been: the list can bring the numbers again.
  EXPECT_EQ(ImportText(Lines(0, 400, "0353010002")).updated(), 400);
  EXPECT_EQ(Count("phone = +33353010001"), 0);
}

TEST_F(ImportUndoTest, LeavesRecordsThatWereChangedAfterTheImportChangedThem) {
  ImportText(Lines(0, 3, "0353010001"));
  const auto batch = ImportText(Lines(0, 3, "0353010002"));
  const std::string changed = Correct("email = p1@example.org");
  const auto undone = Undo(batch.import_batch());
  EXPECT_EQ(undone.restored(), 2);
  EXPECT_EQ(left_, std::vector<std::string>{changed});
  EXPECT_EQ(Count("phone = +33353010002"), 1);
}

TEST_F(ImportUndoTest, DoneAgainItFindsNothingToDo) {
  ImportText(Lines(0, 3, "0353010001"));
  const auto batch = ImportText(Lines(0, 6, "0353010002"));
  Undo(batch.import_batch());
  const auto before = Contents();
  const auto again = Undo(batch.import_batch());
  EXPECT_EQ(again.deleted() + again.restored() + again.left(), 0);
  EXPECT_EQ(Contents(), before);
}

TEST_F(ImportUndoTest, TakesAnOlderImportBackOnceTheNewerOneIs) {
  const auto first = ImportText(Lines(0, 3, "0353010001"));
  const auto second = ImportText(Lines(0, 3, "0353010002"));
  EXPECT_EQ(Undo(first.import_batch()).left(), 3);
  EXPECT_EQ(Undo(second.import_batch()).restored(), 3);
  EXPECT_EQ(Undo(first.import_batch()).deleted(), 3);
  EXPECT_EQ(Count(""), 0);
}

TEST_F(ImportUndoTest, FindsImportsByWhatIsUnambiguous) {
  const auto batch = ImportText(Lines(0, 1, "0353010001"));
  const auto all = batches_.List();
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(all->front().file_name(), "liste.csv");
  EXPECT_EQ(all->front().who(), "operators/test");
  EXPECT_EQ(all->front().summary().created(), 1);
  EXPECT_TRUE(all->front().has_end_time());
  const std::string uuid = batch.import_batch().substr(std::string("importBatches/").size());
  EXPECT_EQ(batches_.Find(uuid.substr(0, 8))->name(), batch.import_batch());
  EXPECT_EQ(ErrorReason(batches_.Find("ffff").status()), "NO_IMPORT_BATCH");
  EXPECT_EQ(ErrorReason(batches_.Find("").status()), "NO_IMPORT_BATCH");
  ImportText(Lines(1, 2, "0353010001"));
  EXPECT_EQ(ErrorReason(batches_.Find("0").status()), "AMBIGUOUS_IMPORT_BATCH");
}

}  // namespace
}  // namespace maillage::directory
