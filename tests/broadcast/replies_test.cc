#include "server/broadcast/replies.h"

#include <gtest/gtest.h>

#include "server/broadcast/reply_check.h"
#include "tests/broadcast/node_fixture.h"

namespace maillage::broadcast {
namespace {

class RepliesTest : public ::testing::Test {
 protected:
  void SetUp() override { node_.Open(); }

  // An invitation that nobody was sent yet; replies need no more.
  KeptInvitation Make(const std::string& more = "") {
    const auto made = node_.invitations->Create(FileOf({ToText(node_.self->node())}, more), "test");
    EXPECT_TRUE(made.ok()) << made.status();
    return *node_.invitations->Find(made->name());
  }
  static v1::Reply Answer(v1::ReplyAnswer answer, uint32_t seats = 1) {
    v1::Reply reply;
    reply.set_answer(answer);
    reply.set_seats(seats);
    reply.set_channel(v1::REPLY_CHANNEL_PAGE);
    return reply;
  }
  static v1::Reply Yes(uint32_t seats = 1) { return Answer(v1::REPLY_ANSWER_YES, seats); }
  static v1::Reply No() { return Answer(v1::REPLY_ANSWER_NO); }
  std::string Standing(const KeptInvitation& invitation, const std::string& id) const {
    const auto reply = replies_.Get(invitation.name, id);
    if (!reply.ok() || !reply->has_value()) return "none";
    return v1::ReplyStanding_Name((*reply)->standing()).substr(sizeof("REPLY_STANDING_") - 1);
  }
  v1::ReplyCounts Counts(const KeptInvitation& invitation) const {
    return *CountReplies(node_.database->latest(), invitation.name);
  }
  std::string Reason(const KeptInvitation& invitation, const std::string& id, v1::Reply reply) {
    return ErrorReason(replies_.Put(invitation, id, std::move(reply), "test").status());
  }
  void Put(const KeptInvitation& invitation, const std::string& id, v1::Reply reply) {
    const auto put = replies_.Put(invitation, id, std::move(reply), "test");
    EXPECT_TRUE(put.ok()) << put.status();
  }

  TestNode node_{"irev"};
  // What is tested here looks nothing up.
  Replies replies_{
      {node_.database.get(), node_.writer.get(), &node_.clock, nullptr, node_.self->node()}};
};

TEST_F(RepliesTest, ChangeUntilTheDeadlineAndAPersonCountsOnce) {
  const KeptInvitation invitation = Make();
  Put(invitation, "a", Yes(3));
  Put(invitation, "a", No());
  Put(invitation, "a", Yes(2));
  EXPECT_EQ(Counts(invitation).yes(), 1);
  EXPECT_EQ(Counts(invitation).no(), 0);
  EXPECT_EQ(Counts(invitation).seats(), 2);
  node_.clock.Advance(absl::Hours(49));
  EXPECT_EQ(Reason(invitation, "a", No()), "REPLIES_CLOSED");
  EXPECT_EQ(Counts(invitation).yes(), 1);
  v1::Reply by_phone = No();
  by_phone.set_channel(v1::REPLY_CHANNEL_OFFICER);
  Put(invitation, "a", by_phone);
  EXPECT_EQ(Counts(invitation).yes(), 0);
}

TEST_F(RepliesTest, WaitInTheirOrderAndMoveUpWhenASeatIsGivenBack) {
  const KeptInvitation invitation = Make("capacity = 3\n");
  Put(invitation, "a", Yes(2));
  Put(invitation, "b", Yes(2));  // one seat is free: too few
  Put(invitation, "c", Yes(1));  // would fit, but overtakes nobody
  Put(invitation, "d", Yes(1));
  EXPECT_EQ(Standing(invitation, "a"), "SEATED");
  for (const char* id : {"b", "c", "d"}) EXPECT_EQ(Standing(invitation, id), "WAITING") << id;
  EXPECT_EQ(Counts(invitation).seats(), 2);
  EXPECT_EQ(Counts(invitation).waiting(), 4);
  Put(invitation, "b", Yes(2));  // said again: the place is kept
  Put(invitation, "a", No());
  EXPECT_EQ(Standing(invitation, "b"), "SEATED");
  EXPECT_EQ(Standing(invitation, "c"), "SEATED");
  EXPECT_EQ(Standing(invitation, "d"), "WAITING");
  Put(invitation, "a", Yes(1));  // at the end of the row again
  Put(invitation, "b", No());
  EXPECT_EQ(Standing(invitation, "d"), "SEATED");
  EXPECT_EQ(Standing(invitation, "a"), "SEATED");
  EXPECT_EQ(Counts(invitation).seats(), 3);
}

TEST_F(RepliesTest, KeepTheSeatsThereAreWhereMoreAreNotFree) {
  const KeptInvitation invitation = Make("capacity = 3\n");
  Put(invitation, "a", Yes(2));
  Put(invitation, "b", Yes(1));
  EXPECT_EQ(Reason(invitation, "a", Yes(3)), "NO_SEATS");
  EXPECT_EQ(Standing(invitation, "a"), "SEATED");
  EXPECT_EQ(Counts(invitation).seats(), 3);
  Put(invitation, "b", No());
  Put(invitation, "a", Yes(3));
  EXPECT_EQ(Counts(invitation).seats(), 3);
}

TEST_F(RepliesTest, GiveUpAPlaceInTheRowThatIsNotWanted) {
  const KeptInvitation invitation = Make("capacity = 1\n");
  Put(invitation, "a", Yes());
  Put(invitation, "b", Yes());
  Put(invitation, "c", Yes());
  Put(invitation, "b", No());
  Put(invitation, "a", No());
  EXPECT_EQ(Standing(invitation, "c"), "SEATED");
}

TEST_F(RepliesTest, AreRefusedWhereTheyMakeNoSense) {
  const KeptInvitation invitation = Make("capacity = 5\n");
  v1::Reply delegate = Answer(v1::REPLY_ANSWER_DELEGATE);
  EXPECT_EQ(Reason(invitation, "a", delegate), "BAD_REPLY");
  delegate.mutable_delegate()->set_name("Léa Petit");
  delegate.mutable_delegate()->set_mailbox("lea");
  EXPECT_EQ(Reason(invitation, "a", delegate), "BAD_REPLY");
  EXPECT_EQ(Reason(invitation, "a", Yes(6)), "BAD_REPLY");
  EXPECT_EQ(Reason(invitation, "a", Answer(v1::REPLY_ANSWER_UNSPECIFIED)), "BAD_REPLY");
  v1::Reply noted = Yes();
  noted.set_note(std::string(301, 'x'));
  EXPECT_EQ(Reason(invitation, "a", noted), "BAD_REPLY");
  noted.set_note("deux\nlignes");
  EXPECT_EQ(Reason(invitation, "a", noted), "BAD_REPLY");
  noted.set_note("\xff");
  EXPECT_EQ(Reason(invitation, "a", noted), "BAD_REPLY");
  EXPECT_EQ(Counts(invitation).yes(), 0);
}

TEST_F(RepliesTest, KeepNothingThatTheAnswerHasNoUseFor) {
  const KeptInvitation invitation = Make();
  v1::Reply reply = Yes(2);
  reply.add_needs(v1::REPLY_NEED_HEARING_LOOP);
  reply.add_needs(v1::REPLY_NEED_HEARING_LOOP);
  reply.set_note("  au premier rang  ");
  reply.mutable_delegate()->set_name("personne");
  Put(invitation, "a", reply);
  const auto kept = **replies_.Get(invitation.name, "a");
  EXPECT_EQ(kept.needs_size(), 1);
  EXPECT_EQ(kept.note(), "au premier rang");
  EXPECT_FALSE(kept.has_delegate());
  reply.set_answer(v1::REPLY_ANSWER_NO);
  Put(invitation, "a", reply);
  EXPECT_EQ((**replies_.Get(invitation.name, "a")).note(), "");
}

TEST_F(RepliesTest, AreNoInvitationsOfTheirOwn) {
  const KeptInvitation invitation = Make();
  Put(invitation, "a", Yes());
  EXPECT_EQ(node_.invitations->List()->size(), 1u);
  EXPECT_FALSE(node_.invitations->Find(invitation.name + "/replies/a").ok());
  node_.Open();
  EXPECT_EQ(Standing(invitation, "a"), "SEATED");
}

}  // namespace
}  // namespace maillage::broadcast
