// Who holds a token, and what for.
#ifndef SERVER_WEB_GUEST_H_
#define SERVER_WEB_GUEST_H_

#include <string>

#include "server/broadcast/invitation_store.h"
#include "server/web/site.h"

namespace maillage::web {

struct Site::Guest {
  broadcast::KeptInvitation kept;
  std::string reply_id;
  v1::StoredRecipient recipient;
  bool by_letter = false;
};

}  // namespace maillage::web

#endif  // SERVER_WEB_GUEST_H_
