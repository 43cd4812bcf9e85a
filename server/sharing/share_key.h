// Names a share anywhere: its origin and its id there.
#ifndef SERVER_SHARING_SHARE_KEY_H_
#define SERVER_SHARING_SHARE_KEY_H_

#include <compare>
#include <string>

#include "client/base/ids.h"

namespace maillage::sharing {

struct ShareKey {
  NodeId origin;
  ShareId share;

  // Of a message that names origin and share; false where a length is wrong.
  template <typename Message>
  [[nodiscard]] static bool Of(const Message& message, ShareKey* key) {
    return NodeId::FromBytes(message.origin(), &key->origin) &&
           ShareId::FromBytes(message.share(), &key->share);
  }
  // Names it in a message.
  template <typename Message>
  void NameIn(Message* message) const {
    message->set_origin(std::string(origin.bytes()));
    message->set_share(std::string(share.bytes()));
  }

  friend bool operator==(const ShareKey&, const ShareKey&) = default;
  friend std::strong_ordering operator<=>(const ShareKey&, const ShareKey&) = default;
};

// nodes/{node}/shares/{share}
inline std::string ToText(const ShareKey& key) { return ShareName(key.origin, key.share); }

// How far a copy stands; zero and 0 where there is none.
struct Cursor {
  Incarnation incarnation;
  uint64_t seq = 0;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SHARE_KEY_H_
