#include "server/directory/history.h"

#include <gmock/gmock.h>

#include "server/directory/import.h"
#include "tests/directory/directory_fixture.h"

namespace maillage::directory {
namespace {

using ::testing::ElementsAre;

class HistoryTest : public DirectoryFixture {
 protected:
  v1::GetActorHistoryResponse History(const std::string& name, int size = 0,
                                      const std::string& token = "") {
    v1::GetActorHistoryRequest request;
    request.set_name(name);
    request.set_page_size(size);
    request.set_page_token(token);
    const auto history = directory_->History(request);
    EXPECT_TRUE(history.ok()) << history.status();
    return history.value_or(v1::GetActorHistoryResponse());
  }
  std::shared_ptr<const v1::Actor> Note(const std::shared_ptr<const v1::Actor>& actor,
                                        const std::string& notes) {
    v1::Actor change = *actor;
    change.set_notes(notes);
    auto updated = directory_->Update(change, {"notes"}, "operators/anne");
    EXPECT_TRUE(updated.ok()) << updated.status();
    return *updated;
  }
  int Rows() {
    int rows = 0;
    EXPECT_TRUE(database_->latest()
                    .Scan(storage::Family::kHistory, "", "",
                          [&](absl::string_view, absl::string_view) {
                            ++rows;
                            return true;
                          })
                    .ok());
    return rows;
  }
  void ImportRow(const std::string& csv) {
    v1::ImportSpec spec;
    spec.set_file_name("liste.csv");
    Import import(Self(), database_.get(), writer_.get(), &Clock::Real(), spec, "operators/anne",
                  [](const v1::ImportProblem&) {});
    ASSERT_TRUE(import.Start().ok());
    ASSERT_TRUE(import.Write(csv).ok());
    ASSERT_TRUE(import.Finish(true).ok());
  }
};

TEST_F(HistoryTest, TellsWhoChangedWhichFieldFromWhatToWhat) {
  auto actor = Create(Person("Delmotte", "Ghislaine"));
  actor = Note(actor, "first");
  v1::Actor change = *actor;
  change.set_notes("second");
  change.mutable_person_name()->set_family("Delmotte-Petit");
  ASSERT_TRUE(directory_->Update(change, {"notes", "person_name"}, "operators/paul").ok());

  const auto history = History(actor->name());
  ASSERT_EQ(history.changes_size(), 3);
  const v1::ActorChange& created = history.changes(0);
  EXPECT_EQ(created.revision(), 1u);
  EXPECT_EQ(created.who(), "operators/test");
  EXPECT_FALSE(created.has_before());
  EXPECT_THAT(created.fields(), ElementsAre("kind", "person_name", "legal_basis"));
  const v1::ActorChange& last = history.changes(2);
  EXPECT_EQ(last.revision(), 3u);
  EXPECT_EQ(last.who(), "operators/paul");
  EXPECT_THAT(last.fields(), ElementsAre("person_name", "notes"));
  EXPECT_EQ(last.before().notes(), "first");
  EXPECT_EQ(last.after().notes(), "second");
  EXPECT_EQ(last.before().person_name().family(), "Delmotte");
  EXPECT_EQ(last.after().person_name().family(), "Delmotte-Petit");
  EXPECT_EQ(last.after().legal_basis(), v1::LEGAL_BASIS_UNSPECIFIED) << "did not change";
}

TEST_F(HistoryTest, AnImportCostsNoRowForWhatItCreatesAndOneForWhatItChanges) {
  ImportRow("Nom;Prénom;Structure;Mél\r\nDurand;Anne;CCAS;a@example.org\r\n");
  EXPECT_EQ(Rows(), 0);
  ImportRow("Nom;Prénom;Structure;Mél;Tél\r\nDurand;Anne;CCAS;a@example.org;03 53 01 00 12\r\n");
  EXPECT_EQ(Rows(), 1);
  const auto list = directory_->List("", 1, "");
  ASSERT_TRUE(list.ok());
  const v1::Actor& actor = *list->actors.at(0);
  const auto history = History(actor.name());
  ASSERT_EQ(history.changes_size(), 2);
  EXPECT_EQ(history.changes(0).source(), "liste.csv");
  EXPECT_NE(history.changes(0).import_batch(), history.changes(1).import_batch());
  EXPECT_EQ(history.changes(1).import_batch(), actor.import_batch());
  EXPECT_EQ(history.changes(1).who(), "operators/anne");
  EXPECT_THAT(history.changes(1).fields(), ElementsAre("contact_points"));
}

TEST_F(HistoryTest, KeepsTheWholeRecordAsItWasSoThatAChangeCanBeUndone) {
  const auto before = Create(Person("Delmotte", "Ghislaine"));
  Note(before, "x");
  const auto id = directory_->FindOwn(before->name());
  ASSERT_TRUE(id.ok());
  const auto change = ReadChange(database_->latest(), *id, 2);
  ASSERT_TRUE(change.ok() && change->has_value());
  v1::Actor expected = *before;
  expected.clear_name();
  expected.clear_etag();
  EXPECT_EQ((*change)->before().SerializeAsString(), expected.SerializeAsString());
  EXPECT_FALSE(ReadChange(database_->latest(), *id, 3)->has_value());
}

TEST_F(HistoryTest, PagesGoOnWhereTheLastOneEnded) {
  auto actor = Create(Person("Delmotte", "Ghislaine"));
  for (int i = 0; i < 6; ++i) actor = Note(actor, std::to_string(i));
  std::vector<uint64_t> revisions;
  std::string token;
  do {
    const auto page = History(actor->name(), 3, token);
    EXPECT_LE(page.changes_size(), 3);
    for (const auto& change : page.changes()) revisions.push_back(change.revision());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(revisions, ElementsAre(1, 2, 3, 4, 5, 6, 7));
}

TEST_F(HistoryTest, GoesWithARecordThatIsDeleted) {
  const auto actor = Note(Create(Person("Delmotte", "Ghislaine")), "x");
  EXPECT_EQ(Rows(), 2);
  ASSERT_TRUE(directory_->Delete(actor->name(), "", "operators/anne").ok());
  EXPECT_EQ(Rows(), 0);
}

TEST_F(HistoryTest, StaysWithWhatWasThereWhenADeletionCanBeUndone) {
  const auto actor = Create(Person("Delmotte", "Ghislaine"));
  const auto id = directory_->FindOwn(actor->name());
  storage::Transaction transaction = ChangeOf(Self(), *id, actor, nullptr);
  transaction.changes.front().undoable = true;
  transaction.what = "merge";
  ASSERT_TRUE(writer_->Commit(std::move(transaction)).ok());
  const auto change = ReadChange(database_->latest(), *id, 2);
  ASSERT_TRUE(change.ok() && change->has_value());
  EXPECT_EQ((*change)->before().person_name().family(), "Delmotte");
}

TEST_F(HistoryTest, RefusesPagesOfNoSense) {
  const auto actor = Create(Person("Delmotte", "Ghislaine"));
  v1::GetActorHistoryRequest request;
  request.set_name(actor->name());
  request.set_page_size(1001);
  EXPECT_EQ(ErrorReason(directory_->History(request).status()), "BAD_PAGE_SIZE");
  request.set_page_size(1);
  request.set_page_token("!");
  EXPECT_EQ(ErrorReason(directory_->History(request).status()), "BAD_PAGE_TOKEN");
}

}  // namespace
}  // namespace maillage::directory
