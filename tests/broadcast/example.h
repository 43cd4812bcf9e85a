// The letter of the demo and its senders, for tests.
#ifndef TESTS_BROADCAST_EXAMPLE_H_
#define TESTS_BROADCAST_EXAMPLE_H_

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/string_view.h"
#include "client/base/error.h"
#include "client/base/ids.h"
#include "server/broadcast/invitation_file.h"

namespace maillage::broadcast {

inline NodeId IrevNode() { return NodeId("irev-node."); }
inline NodeId CapsoNode() { return NodeId("capso-node"); }

inline absl::StatusOr<NodeId> ResolveExample(absl::string_view alias) {
  if (alias == "irev") return IrevNode();
  if (alias == "capso") return CapsoNode();
  return NotFound("UNKNOWN_PARTNER", "no such alias");
}

inline std::string DemoFile() {
  std::ifstream file(MAILLAGE_SOURCE_DIR "/tools/demo/invitation-028-2018.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline absl::Time ExampleNow() {
  return absl::FromCivil(absl::CivilSecond(2018, 4, 3, 12, 0, 0), absl::UTCTimeZone());
}

inline v1::InvitationContent DemoContent() {
  auto file = ParseInvitationFile(DemoFile(), IrevNode(), ResolveExample, ExampleNow());
  return file.ok() ? file->content : v1::InvitationContent();
}

}  // namespace maillage::broadcast

#endif  // TESTS_BROADCAST_EXAMPLE_H_
