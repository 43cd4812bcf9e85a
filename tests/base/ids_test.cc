#include "client/base/ids.h"

#include <gtest/gtest.h>

#include <set>

#include "client/base/error.h"

namespace maillage {
namespace {

TEST(NodeId, IsSixteenCharactersOfBase32) {
  const NodeId id("0123456789");
  EXPECT_EQ(ToText(id), "gaytemzugu3doobz");
  EXPECT_EQ(*ParseNodeId("gaytemzugu3doobz"), id);
}

TEST(FixedId, TakesBytesOfItsLengthAlone) {
  NodeId id("0123456789");
  EXPECT_FALSE(NodeId::FromBytes("012345678", &id));
  EXPECT_FALSE(NodeId::FromBytes("0123456789a", &id));
  EXPECT_EQ(id, NodeId("0123456789"));
  EXPECT_TRUE(NodeId::FromBytes("abcdefghij", &id));
  EXPECT_EQ(id.bytes(), "abcdefghij");
}

TEST(FixedId, OrdersAsUnsignedBytes) {
  const ShareId low(absl::string_view("\x7f\0\0\0\0\0\0\0", 8));
  const ShareId high(absl::string_view("\x80\0\0\0\0\0\0\0", 8));
  EXPECT_LT(low, high);
  EXPECT_TRUE(ShareId().is_zero());
  EXPECT_FALSE(low.is_zero());
}

TEST(Ids, RefuseTextThatIsNone) {
  struct Case {
    absl::Status status;
    const char* message;
  };
  const Case cases[] = {
      {ParseNodeId("").status(), "'' is no node id"},
      {ParseNodeId("gaytemzugu3doob").status(), "'gaytemzugu3doob' is no node id"},
      {ParseNodeId("gaytemzugu3doob!").status(), "'gaytemzugu3doob!' is no node id"},
      {ParseShareId("capso").status(), "'capso' is no share id"},
      {ParseRecordId("x").status(), "'x' is no UUID"},
      {ParseRecordId("0190a3b4c5d67e8f9a0b1c2d3e4f5061xxxx").status(),
       "'0190a3b4c5d67e8f9a0b1c2d3e4f5061xxxx' is no UUID"},
      {ParseRecordId("0190a3b4-c5d6-7e8f-9a0b-1c2d3e4f506g").status(),
       "'0190a3b4-c5d6-7e8f-9a0b-1c2d3e4f506g' is no UUID"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(c.status.message(), c.message);
    EXPECT_EQ(ErrorReason(c.status), "BAD_ID");
  }
}

TEST(RecordId, IsAUuidWithHyphens) {
  const std::string text = "0190a3b4-c5d6-7e8f-9a0b-1c2d3e4f5061";
  EXPECT_EQ(ToText(*ParseRecordId(text)), text);
  EXPECT_EQ(ToText(*ParseRecordId("0190A3B4-C5D6-7E8F-9A0B-1C2D3E4F5061")), text);
}

TEST(NewRecordId, IsAVersion7UuidThatBeginsWithTheTime) {
  const RecordId id = NewRecordId(absl::FromUnixMillis(0x0190a3b4c5d6));
  const std::string text = ToText(id);
  EXPECT_EQ(text.substr(0, 15), "0190a3b4-c5d6-7") << text;
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos) << text;
}

TEST(NewRecordId, DoesNotRepeatWithinAMillisecond) {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(ToText(NewRecordId(absl::FromUnixMillis(1))));
  EXPECT_EQ(seen.size(), 10'000u);
}

TEST(NewIncarnation, OfALaterStartIsLarger) {
  EXPECT_LT(NewIncarnation(absl::FromUnixMillis(1'700'000'000'000)),
            NewIncarnation(absl::FromUnixMillis(1'700'000'000'001)));
}

TEST(Names, AreResourceNames) {
  const NodeId node("0123456789");
  EXPECT_EQ(ActorName(node, *ParseRecordId("0190a3b4-c5d6-7e8f-9a0b-1c2d3e4f5061")),
            "nodes/gaytemzugu3doobz/actors/0190a3b4-c5d6-7e8f-9a0b-1c2d3e4f5061");
  EXPECT_EQ(ShareName(node, ShareId("01234567")), "nodes/gaytemzugu3doobz/shares/gaytemzugu3do");
}

}  // namespace
}  // namespace maillage
