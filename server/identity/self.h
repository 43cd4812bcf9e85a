// This node: its keys and its current descriptor.
#ifndef SERVER_IDENTITY_SELF_H_
#define SERVER_IDENTITY_SELF_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/identity.pb.h"
#include "maillage/v1/signed.pb.h"
#include "server/identity/keys.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::identity {

// What the configuration says of the node.
struct Description {
  std::string alias;         // 1 to 32 of a-z, 0-9, hyphen
  std::string display_name;  // of the institution
  // HOST:PORT at which partners dial; none for a node that only dials out.
  std::vector<std::string> endpoints;
};

// Thread safe.
class Self {
 public:
  // Of a node that has no descriptor yet: signs version 0, which commits to the
  // recovery key. INVALID_ARGUMENT (BAD_DESCRIPTOR).
  static absl::StatusOr<std::unique_ptr<Self>> Create(Keys keys, Description description,
                                                      const std::string& recovery_key_hash,
                                                      storage::Writer* writer, const Clock& clock);
  // Reads the stored descriptor. DATA_LOSS (BAD_OWN_DESCRIPTOR) where it is not
  // of these keys.
  static absl::StatusOr<std::unique_ptr<Self>> Load(Keys keys, std::string alias,
                                                    const storage::Reader& reader);

  const NodeId& node() const { return node_; }
  const std::string& alias() const { return alias_; }
  const SigningKey& signing_key() const { return keys_.signing; }
  const SealingKey& sealing_key() const { return keys_.sealing; }
  const TlsKey& tls() const { return keys_.tls; }

  v1::NodeDescriptor descriptor() const;
  v1::Signed signed_descriptor() const;

  // Signs and stores a new version of the descriptor where it no longer says
  // what the keys and `description` say. Its alias is not looked at.
  absl::Status Refresh(const Description& description, storage::Writer* writer, const Clock& clock);

 private:
  Self(Keys keys, std::string alias);
  absl::Status Publish(v1::NodeDescriptor descriptor, storage::Writer* writer, const Clock& clock);

  const Keys keys_;
  const NodeId node_;
  const std::string alias_;
  mutable Mutex mutex_;
  v1::NodeDescriptor descriptor_ ABSL_GUARDED_BY(mutex_);
  v1::Signed signed_descriptor_ ABSL_GUARDED_BY(mutex_);
};

// 1 to 32 of a-z, 0-9, hyphen, with a letter or digit at both ends.
bool IsAlias(absl::string_view text);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_SELF_H_
