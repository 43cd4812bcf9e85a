#include "server/broadcast/tokens.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/identity/files.h"
#include "server/identity/keys.h"
#include "tests/testing/files.h"

namespace maillage::broadcast {
namespace {

const absl::CivilDay kExpiry(2018, 6, 30);

absl::Time On(absl::CivilDay day) {
  return absl::FromCivil(absl::CivilSecond(day), absl::UTCTimeZone()) + absl::Hours(12);
}

TokenSubject Example() { return {RecordId("0123456789abcdef"), 123, kExpiry}; }

class MailTokensTest : public ::testing::Test {
 protected:
  void Write(const std::string& text) const {
    ASSERT_TRUE(identity::WriteFileAtomically(path_, text, 0600).ok());
  }
  static std::string Line(int id, char secret) {
    return identity::KeyLine(absl::StrCat("token-", id), std::string(32, secret));
  }
  std::unique_ptr<MailTokens> Load() const {
    auto tokens = MailTokens::Load(path_);
    EXPECT_TRUE(tokens.ok()) << tokens.status();
    return *std::move(tokens);
  }

  TempDir dir_;
  const std::string path_ = dir_.path() + "/token.key";
};

TEST_F(MailTokensTest, AreMadeAsTheReadmeSays) {
  Write(Line(1, 'k'));
  const auto tokens = Load();
  EXPECT_EQ(tokens->Make(TokenPurpose::kReply, Example()),
            "aeydcmrtgq2tmnzyhfqwey3emvtaaaaapnctber4ebfcze73qpswgjwj");
  EXPECT_EQ(tokens->Make(TokenPurpose::kObject, Example()),
            "aeydcmrtgq2tmnzyhfqwey3emvtaaaaapnctaczuoockbeho6ycfyhub");
  EXPECT_EQ(tokens->MakeLetterCode(Example()), "aaah-wuqu-zdma-efgn");
}

TEST_F(MailTokensTest, HoldForTheirPurposeUntilTheEndOfTheirLastDay) {
  const auto tokens = Load();
  const std::string text = tokens->Make(TokenPurpose::kReply, Example());
  const auto subject = tokens->Check(TokenPurpose::kReply, text, On(kExpiry));
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(subject->job, Example().job);
  EXPECT_EQ(subject->number, 123u);
  EXPECT_EQ(subject->expiry, kExpiry);
  EXPECT_TRUE(tokens->Check(TokenPurpose::kReply, absl::AsciiStrToUpper(text), On(kExpiry)).ok());
  EXPECT_EQ(ErrorReason(tokens->Check(TokenPurpose::kReply, text, On(kExpiry + 1)).status()),
            "EXPIRED_TOKEN");
  EXPECT_EQ(ErrorReason(tokens->Check(TokenPurpose::kObject, text, On(kExpiry)).status()),
            "BAD_TOKEN");
}

TEST_F(MailTokensTest, AreRefusedWhereACharacterDiffers) {
  const auto tokens = Load();
  const std::string text = tokens->Make(TokenPurpose::kReply, Example());
  ASSERT_EQ(text.size(), 56u);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = other[i] == 'a' ? 'b' : 'a';
    EXPECT_EQ(ErrorReason(tokens->Check(TokenPurpose::kReply, other, On(kExpiry)).status()),
              "BAD_TOKEN")
        << i;
  }
  for (const std::string& other : {std::string(), text.substr(1), text + "aa", "%00" + text}) {
    EXPECT_FALSE(tokens->Check(TokenPurpose::kReply, other, On(kExpiry)).ok()) << other;
  }
}

TEST_F(MailTokensTest, OfAFormerKeyHoldUntilItsLineIsTakenOut) {
  Write(Line(1, 'k'));
  const std::string old = Load()->Make(TokenPurpose::kReply, Example());
  Write(Line(1, 'k') + Line(2, 'l'));
  const auto both = Load();
  EXPECT_TRUE(both->Check(TokenPurpose::kReply, old, On(kExpiry)).ok());
  const std::string fresh = both->Make(TokenPurpose::kReply, Example());
  EXPECT_NE(fresh, old);
  Write(Line(2, 'l'));
  const auto second = Load();
  EXPECT_FALSE(second->Check(TokenPurpose::kReply, old, On(kExpiry)).ok());
  EXPECT_TRUE(second->Check(TokenPurpose::kReply, fresh, On(kExpiry)).ok());
}

TEST_F(MailTokensTest, KeepTheirKeyFromStartToStartAndTellADamagedFile) {
  const std::string text = Load()->Make(TokenPurpose::kReply, Example());
  EXPECT_TRUE(Load()->Check(TokenPurpose::kReply, text, On(kExpiry)).ok());
  struct stat info = {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  for (const std::string& damaged :
       {std::string(), std::string("maillage-key 1 token-1 aa\n"), Line(2, 'k') + Line(1, 'l')}) {
    Write(damaged);
    EXPECT_EQ(ErrorReason(MailTokens::Load(path_).status()), "BAD_KEY_FILE") << damaged;
  }
}

TEST_F(MailTokensTest, LetterCodesAreReadAsPeopleTypeThem) {
  const auto tokens = Load();
  const TokenSubject subject = Example();
  const std::string code = tokens->MakeLetterCode(subject);
  EXPECT_EQ(code.size(), 19u);
  EXPECT_EQ(tokens->CheckLetterCode(code, subject.job, kExpiry), 123u);
  std::string typed = absl::AsciiStrToUpper(code);
  for (char& c : typed) c = c == '-' ? ' ' : c == 'O' ? '0' : c == 'L' ? '1' : c;
  EXPECT_EQ(tokens->CheckLetterCode(typed, subject.job, kExpiry), 123u);
  EXPECT_EQ(tokens->CheckLetterCode(code, RecordId("another job's id"), kExpiry), 0u);
  EXPECT_EQ(tokens->CheckLetterCode(code, subject.job, kExpiry + 1), 0u);
  EXPECT_EQ(tokens->CheckLetterCode("", subject.job, kExpiry), 0u);
  std::string other = code;
  other[6] = other[6] == 'a' ? 'b' : 'a';
  EXPECT_EQ(tokens->CheckLetterCode(other, subject.job, kExpiry), 0u);
}

TEST_F(MailTokensTest, SealedMessagesAreHiddenAndCannotBeChanged) {
  const auto tokens = Load();
  const std::string sealed = tokens->Seal("registration", "zoe@example.org");
  EXPECT_NE(sealed, tokens->Seal("registration", "zoe@example.org"));
  EXPECT_EQ(tokens->Open("registration", sealed).value(), "zoe@example.org");
  EXPECT_FALSE(tokens->Open("other", sealed).ok());
  for (size_t i = 0; i + 1 < sealed.size(); i += 7) {
    std::string other = sealed;
    other[i] = other[i] == 'a' ? 'b' : 'a';
    EXPECT_EQ(ErrorReason(tokens->Open("registration", other).status()), "BAD_TOKEN") << i;
  }
  EXPECT_FALSE(tokens->Open("registration", "").ok());
}

}  // namespace
}  // namespace maillage::broadcast
