// A closing node's last word: who goes on with its records.
#ifndef SERVER_IDENTITY_SUCCESSION_H_
#define SERVER_IDENTITY_SUCCESSION_H_

#include "absl/status/statusor.h"
#include "maillage/v1/identity.pb.h"
#include "maillage/v1/link.pb.h"
#include "maillage/v1/signed.pb.h"

namespace maillage::identity {

// Opens the Succession of the node that has this descriptor; its root key in
// force signed it. INVALID_ARGUMENT: as OpenSigned(); BAD_SUCCESSION (of another
// node, or to itself or to nobody).
absl::StatusOr<v1::Succession> OpenSuccession(const v1::Signed& succession,
                                              const v1::NodeDescriptor& descriptor);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_SUCCESSION_H_
