// New keys for a node that runs. Between any two steps a stop does no harm: the
// new key is saved beside the old one, then named in the descriptor, then put in
// place, then used; a start ends what was cut off (next_keys.h).
#ifndef SERVER_IDENTITY_ROTATION_H_
#define SERVER_IDENTITY_ROTATION_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"
#include "server/identity/self.h"
#include "server/storage/writer.h"

namespace maillage::identity {

// How long a replaced key still counts for partners.
inline constexpr absl::Duration kKeyGrace = absl::Hours(24 * 7);

// Thread safe; one rotation at a time.
class Rotation {
 public:
  // `dir` is the node's home; `hosts` go into certificates, see NewTlsKey(). The
  // pointers must outlive it.
  Rotation(Self* self, std::string dir, std::vector<std::string> hosts, storage::Writer* writer,
           const Clock* clock)
      : self_(self),
        dir_(std::move(dir)),
        hosts_(std::move(hosts)),
        writer_(writer),
        clock_(clock) {}

  // Called, on the rotating thread, once the new signing key signs, and once the
  // certificates of before count no more. Before other threads know of it.
  void OnSigningKey(std::function<void()> then) { on_signing_key_ = std::move(then); }
  void OnCertificatesRevoked(std::function<void()> then) { on_revoked_ = std::move(then); }

  // The old key counts for kKeyGrace more, or, where it was stolen (`revoke`), no
  // longer than it takes to say so. Errors are those of files and writer.
  absl::Status RotateSigning(bool revoke, absl::string_view who);
  absl::Status RotateTls(bool revoke, absl::string_view who);

  // First step of a new root key: checks the recovery sheet and makes the next
  // one, which is to be printed before the second step. Nothing is changed.
  // INVALID_ARGUMENT: BAD_SHEET, WRONG_SHEET (of another node, or an older one).
  absl::StatusOr<RecoveryKey> PrepareRoot(absl::string_view sheet) const;
  // Second step: the sheet's key becomes the root key; the one of before counts
  // no more. INVALID_ARGUMENT: as above, BAD_DESCRIPTOR (replaced too often).
  absl::Status RotateRoot(absl::string_view sheet, absl::string_view next_recovery_key_hash,
                          absl::string_view who);

  // Takes keys whose time is over out of the descriptor.
  absl::Status Tick(const Description& description);

 private:
  absl::StatusOr<SigningKey> OpenSheet(absl::string_view sheet) const;
  // Gives keys other than the first their end.
  void Retire(const google::protobuf::RepeatedPtrField<std::string>& keys,
              v1::StoredRetiring* retiring) const;
  // Ends all of them now.
  absl::Status Revoke(bool signing, absl::string_view who);
  absl::Status Note(absl::string_view who, absl::string_view what);

  Self* const self_;
  const std::string dir_;
  const std::vector<std::string> hosts_;
  storage::Writer* const writer_;
  const Clock* const clock_;
  std::function<void()> on_signing_key_;
  std::function<void()> on_revoked_;
  Mutex mutex_;  // held from the first step to the last
};

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_ROTATION_H_
