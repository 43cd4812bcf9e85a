#include "server/identity/succession.h"

#include "client/base/error.h"
#include "client/base/ids.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/signed.h"

namespace maillage::identity {

absl::StatusOr<v1::Succession> OpenSuccession(const v1::Signed& succession,
                                              const v1::NodeDescriptor& descriptor) {
  ASSIGN_OR_RETURN(v1::Succession opened,
                   OpenSigned<v1::Succession>(succession, {RootOf(descriptor)}));
  NodeId heir;
  if (opened.node() != NodeIdOf(descriptor.root_public_key()).bytes() ||
      !NodeId::FromBytes(opened.to(), &heir) || opened.to() == opened.node()) {
    return InvalidArgument("BAD_SUCCESSION", "the succession is not of this node to another one");
  }
  return opened;
}

}  // namespace maillage::identity
