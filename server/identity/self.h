// This node: its keys and its current descriptor.
#ifndef SERVER_IDENTITY_SELF_H_
#define SERVER_IDENTITY_SELF_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/identity.pb.h"
#include "maillage/v1/signed.pb.h"
#include "maillage/v1/stored.pb.h"
#include "server/identity/keys.h"
#include "server/identity/signer.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::identity {

// Meta row of the node's own signed descriptor.
inline constexpr char kDescriptorRow[] = "descriptor";

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
  // recovery key. INVALID_ARGUMENT (BAD_DESCRIPTOR). Each version is kept in the
  // database and at `path`, unless that is empty: see kept_descriptor.h.
  static absl::StatusOr<std::unique_ptr<Self>> Create(Keys keys, Description description,
                                                      const std::string& recovery_key_hash,
                                                      storage::Writer* writer, const Clock& clock,
                                                      std::string path = "");
  // Reads the newest descriptor. DATA_LOSS (BAD_OWN_DESCRIPTOR) where it is not
  // of these keys.
  static absl::StatusOr<std::unique_ptr<Self>> Load(Keys keys, std::string alias,
                                                    const storage::Reader& reader,
                                                    std::string path = "");

  const NodeId& node() const { return node_; }
  const std::string& alias() const { return alias_; }
  // What signs now.
  const Signer& signer() const { return signer_; }
  const SealingKey& sealing_key() const { return sealing_; }
  // As they are now.
  TlsKey tls() const;
  std::shared_ptr<const SigningKey> root() const { return root_.Get(); }
  v1::NodeDescriptor descriptor() const;
  v1::Signed signed_descriptor() const;

  // Called with each new descriptor once it is stored, on the changing thread,
  // before Next() returns. Before other threads know of it.
  using Listener = std::function<void(const v1::Signed&)>;
  void AddListener(Listener listener) { listeners_.push_back(std::move(listener)); }

  // Signs and stores a new version of the descriptor where it no longer says
  // what the keys and `description` say, or where a replaced key's time is over.
  // Its alias is not looked at.
  absl::Status Refresh(const Description& description, storage::Writer* writer, const Clock& clock);

  // The rest is for rotation.h, one call at a time. Keys are named in the
  // descriptor by Next() before they are used.

  // What the next descriptor says. Keys that are not the newest stay in it only
  // while `retiring` names them.
  struct Draft {
    v1::NodeDescriptor descriptor;
    v1::StoredRetiring retiring;
    std::shared_ptr<const SigningKey> root;  // signs it
  };
  Draft NewDraft() const;
  // Stores it as the next version. INVALID_ARGUMENT (BAD_DESCRIPTOR) for what
  // partners would refuse.
  absl::Status Next(Draft draft, storage::Writer* writer, const Clock& clock);
  void UseSigningKey(SigningKey key) { signer_.Set(std::move(key)); }
  void UseRoot(SigningKey key) { root_.Set(std::move(key)); }
  void UseTls(TlsKey tls);

 private:
  Self(Keys keys, const NodeId& node, std::string alias, std::string path);
  absl::Status Publish(Draft draft, storage::Writer* writer, const Clock& clock);
  // Where the database was put back, it has an older one.
  absl::Status KeepInDatabase(const Draft& draft, storage::Writer* writer);
  absl::Status Store(const Draft& draft, const v1::Signed& signed_descriptor,
                     storage::Writer* writer);

  const NodeId node_;
  const std::string alias_;
  const std::string path_;
  Signer root_;
  Signer signer_;
  const SealingKey sealing_;
  std::vector<Listener> listeners_;
  mutable Mutex mutex_;
  // Whether the database has the descriptor, too, and not an older one.
  bool is_stored_ ABSL_GUARDED_BY(mutex_) = true;
  TlsKey tls_ ABSL_GUARDED_BY(mutex_);
  v1::NodeDescriptor descriptor_ ABSL_GUARDED_BY(mutex_);
  v1::Signed signed_descriptor_ ABSL_GUARDED_BY(mutex_);
  v1::StoredRetiring retiring_ ABSL_GUARDED_BY(mutex_);
};

// 1 to 32 of a-z, 0-9, hyphen, with a letter or digit at both ends.
bool IsAlias(absl::string_view text);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_SELF_H_
