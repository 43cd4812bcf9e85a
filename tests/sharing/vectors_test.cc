// Recomputes the worked example of server/sharing/README.md.
#include <fstream>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/base/encoding.h"
#include "gtest/gtest.h"
#include "server/identity/keys.h"
#include "server/identity/signed.h"
#include "server/sharing/own_share.h"
#include "server/sharing/share_log.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

// Names and values of the indented lines: "    leaf A   f4960c...".
std::map<std::string, std::string> ReadExample() {
  std::map<std::string, std::string> values;
  std::ifstream file(README_PATH);
  for (std::string line; std::getline(file, line);) {
    if (!absl::StartsWith(line, "    ")) continue;
    const std::string text = line.substr(4);
    const size_t gap = text.find("  ");
    if (gap == std::string::npos) continue;
    values[text.substr(0, gap)] = text.substr(text.find_first_not_of(' ', gap));
  }
  return values;
}

v1::Entry Put(char id, uint64_t seq, v1::View view, uint64_t revision, const char* payload) {
  v1::Entry entry;
  entry.set_id(std::string(16, id));
  entry.set_seq(seq);
  entry.set_kind(v1::ENTRY_KIND_PUT);
  entry.set_view(view);
  entry.set_revision(revision);
  entry.set_payload(payload);
  return entry;
}

std::string RootOf(const std::vector<v1::Entry>& entries) {
  TreeUpdate update(NodeId(std::string(10, 1)), ShareId("share id"));
  for (const v1::Entry& entry : entries) update.Set(RecordId(entry.id()), LeafHash(entry));
  storage::Batch rows;
  return HexEncode(update.Apply(nullptr, &rows)->root.bytes());
}

std::string PositionOf(char id) {
  const uint16_t position = TreePosition(RecordId(std::string(16, id)));
  const char bytes[] = {static_cast<char>(position >> 8), static_cast<char>(position)};
  return HexEncode(absl::string_view(bytes, 2));
}

TEST(Readme, GivesBytesThatTheCodeComputes) {
  const v1::Entry a = Put(0x0a, 1, v1::VIEW_CARD, 1, "abc");
  const v1::Entry b = Put(0x0b, 2, v1::VIEW_FULL, 7, "defg");
  const NodeId origin(std::string(10, 1));
  const auto key = identity::SigningKey::FromSeed(std::string(32, 1));
  const std::map<std::string, std::string> computed = {
      {"position A", PositionOf(0x0a)},
      {"position B", PositionOf(0x0b)},
      {"leaf A", HexEncode(LeafHash(a).bytes())},
      {"leaf B", HexEncode(LeafHash(b).bytes())},
      {"bucket A", HexEncode(BucketHash(absl::StrCat(a.id(), LeafHash(a).bytes())).bytes())},
      {"root of A", RootOf({a})},
      {"root of AB", RootOf({b, a})},
      {"link id", HexEncode(LinkId(origin, NodeId(std::string(10, 3))).bytes())},
      {"erasure A",
       HexEncode(identity::SignBytes(kEraseName, EraseBytes(origin, RecordId(a.id()), 3), *key))},
  };
  EXPECT_EQ(ReadExample(), computed);
}

}  // namespace
}  // namespace maillage::sharing
