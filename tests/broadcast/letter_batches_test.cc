#include "server/broadcast/letters/letter_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_replace.h"
#include "client/base/error.h"
#include "tests/broadcast/node_fixture.h"
#include "tests/broadcast/pdf_text.h"

namespace maillage::broadcast {
namespace {

using ::testing::HasSubstr;

constexpr char kWho[] = "operators/test";
constexpr char kReference[] = "028-2018";

class LetterBatchesTest : public ::testing::Test {
 protected:
  LetterBatchesTest() : node_("irev") {
    node_.Open();
    Restart();
    EXPECT_TRUE(node_.invitations->Create(FileOf({"irev"}, "", "La lettre."), kWho).ok());
  }

  // As after a restart: nothing is kept in memory.
  void Restart() {
    const Invitations* invitations = node_.invitations.get();
    letters_ = std::make_unique<LetterBatches>(LetterBatches::Parts{
        node_.database.get(), node_.writer.get(), &node_.clock, pages_,
        [invitations](absl::string_view name) { return invitations->Find(name); },
        [invitations](const KeptInvitation& kept) { return invitations->CheckReady(kept); },
        [invitations](const v1::InvitationContent& content) {
          return invitations->Expand(content);
        }});
  }

  void AddByPost(const std::string& family, const std::string& code,
                 const std::string& mailbox = "") {
    v1::Actor actor = node_.Citizen(family, mailbox);
    v1::ContactPoint* point = actor.add_contact_points();
    point->set_kind(v1::CONTACT_KIND_POSTAL);
    point->set_scope(v1::CONTACT_SCOPE_PRIVATE);
    point->mutable_postal()->add_lines("1 rue du Bac");
    point->mutable_postal()->set_postal_code(code);
    point->mutable_postal()->set_locality("Saint-Omer");
    node_.Add(std::move(actor));
  }

  v1::LetterBatch Prepare() {
    const auto batch = letters_->Prepare(kReference, kWho);
    EXPECT_TRUE(batch.ok()) << batch.status();
    return batch.ok() ? *batch : v1::LetterBatch();
  }

  std::string Print(uint32_t batch) {
    v1::PrintLettersRequest request;
    request.set_name(kReference);
    request.set_batch(batch);
    std::string pdf;
    const absl::Status status = letters_->Print(request, [&pdf](absl::string_view bytes) {
      absl::StrAppend(&pdf, bytes);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return PdfText(pdf);
  }

  absl::StatusOr<v1::LetterBatch> End(uint32_t batch, v1::EndLetterBatchRequest::End end) {
    v1::EndLetterBatchRequest request;
    request.set_name(kReference);
    request.set_batch(batch);
    request.set_end(end);
    return letters_->End(request, kWho);
  }

  TestNode node_;
  PublicPages pages_;
  std::unique_ptr<LetterBatches> letters_;
};

TEST_F(LetterBatchesTest, SayOnWhichPageTheyAreRepliedTo) {
  const auto keys = std::filesystem::temp_directory_path() / absl::StrCat("letters.", getpid());
  const auto tokens = MailTokens::Load(keys.string()).value();
  pages_ = {"https://irev.example.org", tokens.get()};
  Restart();
  AddByPost("Lambert", "62500");
  Prepare();
  const KeptInvitation kept = node_.invitations->Find(kReference).value();
  const std::string page = LetterReplyPage(pages_, kept.content, *letters_->JobOf(kept), 1);
  const std::string code = page.substr(page.rfind('/') + 1);
  EXPECT_EQ(page, absl::StrCat("https://irev.example.org/r/028-2018/", code));
  // However the lines of the page break.
  const std::string text = absl::StrReplaceAll(Print(1), {{"\n", ""}, {" ", ""}});
  EXPECT_THAT(text, HasSubstr(absl::StrReplaceAll(page, {{" ", ""}})));
  EXPECT_EQ(letters_->FindRecipient(kept, 1)->display_name(), "Madame Zoé Lambert");
  EXPECT_EQ(ErrorReason(letters_->FindRecipient(kept, 2).status()), "NO_SUCH_RECIPIENT");
  std::filesystem::remove(keys);
}

TEST_F(LetterBatchesTest, WriteToThoseWithoutEmailInTheOrderOfPostalCodes) {
  AddByPost("Lambert", "62500");
  AddByPost("Dubois", "59000");
  AddByPost("Caron", "62120", "caron@example.org");
  node_.Add(node_.Citizen("Sansadresse", ""));
  EXPECT_EQ(Prepare().letters(), 2);
  const std::string text = Print(1);
  EXPECT_LT(text.find("Madame Zoé Dubois"), text.find("Madame Zoé Lambert"));
  EXPECT_THAT(text, HasSubstr("Zoé Lambert"));
  EXPECT_EQ(text.find("Caron"), std::string::npos);
  EXPECT_EQ(text.find("Sansadresse"), std::string::npos);
}

TEST_F(LetterBatchesTest, WriteToNobodyTwice) {
  AddByPost("Lambert", "62500");
  EXPECT_EQ(Prepare().number(), 1u);
  EXPECT_EQ(ErrorReason(letters_->Prepare(kReference, kWho).status()), "BATCH_WAITS");
  const auto posted = End(1, v1::EndLetterBatchRequest::POSTED);
  ASSERT_TRUE(posted.ok()) << posted.status();
  EXPECT_EQ(posted->state(), v1::LetterBatch::POSTED);
  EXPECT_TRUE(posted->has_post_date());
  Restart();
  EXPECT_EQ(ErrorReason(letters_->Prepare(kReference, kWho).status()), "NO_LETTERS");
  AddByPost("Dubois", "59000");
  const v1::LetterBatch second = Prepare();
  EXPECT_EQ(second.number(), 2u);
  EXPECT_EQ(second.letters(), 1);
  EXPECT_THAT(Print(2), HasSubstr("lettre n° 2"));
}

TEST_F(LetterBatchesTest, ThatAreDiscardedComeAgainInTheNext) {
  AddByPost("Lambert", "62500");
  Prepare();
  EXPECT_TRUE(End(1, v1::EndLetterBatchRequest::DISCARDED).ok());
  EXPECT_EQ(ErrorReason(End(1, v1::EndLetterBatchRequest::POSTED).status()), "NO_BATCH");
  EXPECT_EQ(Prepare().letters(), 1);
}

TEST_F(LetterBatchesTest, ThatWerePostedStayPosted) {
  AddByPost("Lambert", "62500");
  Prepare();
  EXPECT_TRUE(End(1, v1::EndLetterBatchRequest::POSTED).ok());
  EXPECT_TRUE(End(1, v1::EndLetterBatchRequest::POSTED).ok());
  EXPECT_EQ(ErrorReason(End(1, v1::EndLetterBatchRequest::DISCARDED).status()), "BATCH_POSTED");
}

TEST_F(LetterBatchesTest, BeginAnewWhereThePreparationWasCutOff) {
  AddByPost("Lambert", "62500");
  Prepare();
  // The row as it stands while recipients are being written down.
  const std::string row = absl::StrCat(node_.invitations->Find(kReference)->name, "/letters/0");
  v1::StoredLetters letters;
  ASSERT_TRUE(
      letters.ParseFromString(**node_.database->latest().Get(storage::Family::kObjects, row)));
  letters.mutable_batches(0)->set_state(v1::LetterBatch::PREPARING);
  storage::Transaction transaction;
  transaction.writes.Put(storage::Family::kObjects, row, letters.SerializeAsString());
  ASSERT_TRUE(node_.writer->Commit(std::move(transaction)).ok());
  AddByPost("Dubois", "59000");
  const v1::LetterBatch batch = Prepare();
  EXPECT_EQ(batch.number(), 1u);
  EXPECT_EQ(batch.letters(), 2);
}

TEST_F(LetterBatchesTest, AreNoInvitationsOfTheirOwn) {
  AddByPost("Lambert", "62500");
  Prepare();
  const auto list = node_.invitations->List();
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->size(), 1u);
}

}  // namespace
}  // namespace maillage::broadcast
