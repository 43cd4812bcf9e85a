#include "server/identity/self.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"

namespace maillage::identity {
namespace {

// Meta row of the node's own signed descriptor.
constexpr char kDescriptorRow[] = "descriptor";

// What keys and configuration say; recovery key, version and time come from
// the descriptor before.
v1::NodeDescriptor Describe(const Keys& keys, const Description& description) {
  v1::NodeDescriptor descriptor;
  descriptor.set_root_public_key(keys.root.public_key());
  descriptor.add_signing_public_keys(keys.signing.public_key());
  descriptor.set_sealing_public_key(keys.sealing.public_key());
  descriptor.add_tls_certificate_hashes(keys.tls.certificate_hash);
  for (const std::string& endpoint : description.endpoints) descriptor.add_endpoints(endpoint);
  descriptor.set_display_name(description.display_name);
  return descriptor;
}

}  // namespace

bool IsAlias(absl::string_view text) {
  const auto alnum = [](char c) { return absl::ascii_isdigit(c) || absl::ascii_islower(c); };
  return !text.empty() && text.size() <= 32 && alnum(text.front()) && alnum(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return alnum(c) || c == '-'; });
}

Self::Self(Keys keys, std::string alias)
    : keys_(std::move(keys)), node_(NodeIdOf(keys_.root.public_key())), alias_(std::move(alias)) {}

absl::StatusOr<std::unique_ptr<Self>> Self::Create(Keys keys, Description description,
                                                   const std::string& recovery_key_hash,
                                                   storage::Writer* writer, const Clock& clock) {
  std::unique_ptr<Self> self(new Self(std::move(keys), description.alias));
  v1::NodeDescriptor descriptor = Describe(self->keys_, description);
  descriptor.set_recovery_key_hash(recovery_key_hash);
  RETURN_IF_ERROR(self->Publish(std::move(descriptor), writer, clock));
  return self;
}

absl::StatusOr<std::unique_ptr<Self>> Self::Load(Keys keys, std::string alias,
                                                 const storage::Reader& reader) {
  std::unique_ptr<Self> self(new Self(std::move(keys), std::move(alias)));
  ASSIGN_OR_RETURN(const auto row, reader.Get(storage::Family::kMeta, kDescriptorRow));
  v1::Signed stored;
  absl::StatusOr<v1::NodeDescriptor> descriptor = absl::NotFoundError("none is stored");
  if (row.has_value() && stored.ParseFromString(*row)) {
    descriptor = OpenDescriptor(stored, self->keys_.root.public_key());
  }
  if (!descriptor.ok()) {
    return DataLoss("BAD_OWN_DESCRIPTOR",
                    absl::StrCat("the database does not belong to the node's keys: ",
                                 descriptor.status().message()),
                    "Put database and keys back from the same backup.");
  }
  MutexLock lock(&self->mutex_);
  self->descriptor_ = *std::move(descriptor);
  self->signed_descriptor_ = std::move(stored);
  return self;
}

v1::NodeDescriptor Self::descriptor() const {
  MutexLock lock(&mutex_);
  return descriptor_;
}

v1::Signed Self::signed_descriptor() const {
  MutexLock lock(&mutex_);
  return signed_descriptor_;
}

absl::Status Self::Refresh(const Description& description, storage::Writer* writer,
                           const Clock& clock) {
  const v1::NodeDescriptor current = this->descriptor();
  v1::NodeDescriptor wanted = Describe(keys_, description);
  wanted.set_recovery_key_hash(current.recovery_key_hash());
  wanted.set_version(current.version());
  *wanted.mutable_issued_at() = current.issued_at();
  if (google::protobuf::util::MessageDifferencer::Equals(wanted, current)) return absl::OkStatus();
  wanted.set_version(current.version() + 1);
  return Publish(std::move(wanted), writer, clock);
}

absl::Status Self::Publish(v1::NodeDescriptor descriptor, storage::Writer* writer,
                           const Clock& clock) {
  *descriptor.mutable_issued_at() = ToTimestamp(clock.Now());
  const v1::Signed signed_descriptor = SignMessage(descriptor, keys_.root);
  // What partners would refuse is not even stored.
  RETURN_IF_ERROR(OpenDescriptor(signed_descriptor, keys_.root.public_key()).status());
  storage::Transaction transaction;
  transaction.writes.Put(storage::Family::kMeta, kDescriptorRow,
                         signed_descriptor.SerializeAsString());
  transaction.who = "system";
  transaction.what =
      absl::StrCat("sign nodes/", ToText(node_), " descriptor version ", descriptor.version());
  RETURN_IF_ERROR(writer->Commit(std::move(transaction)));
  MutexLock lock(&mutex_);
  descriptor_ = std::move(descriptor);
  signed_descriptor_ = signed_descriptor;
  return absl::OkStatus();
}

}  // namespace maillage::identity
