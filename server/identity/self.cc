#include "server/identity/self.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/kept_descriptor.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"

namespace maillage::identity {
namespace {

// Meta row of StoredRetiring.
constexpr char kRetiringRow[] = "retiring";

// Keeps the first key, which is in force, and the others while their time lasts.
void KeepKeys(const v1::StoredRetiring& retiring,
              google::protobuf::RepeatedPtrField<std::string>* keys) {
  const auto is_over = [&](const std::string& key) {
    return std::none_of(retiring.keys().begin(), retiring.keys().end(),
                        [&](const auto& one) { return one.key() == key; });
  };
  keys->erase(std::remove_if(keys->begin() + 1, keys->end(), is_over), keys->end());
}

void DropExpired(absl::Time now, v1::StoredRetiring* retiring) {
  auto* keys = retiring->mutable_keys();
  keys->erase(std::remove_if(keys->begin(), keys->end(),
                             [&](const auto& key) { return FromTimestamp(key.until()) <= now; }),
              keys->end());
}

void Describe(const Description& description, v1::NodeDescriptor* descriptor) {
  descriptor->clear_endpoints();
  for (const std::string& endpoint : description.endpoints) descriptor->add_endpoints(endpoint);
  descriptor->set_display_name(description.display_name);
}

// The key in force stands first.
void LeadWith(const std::string& key, google::protobuf::RepeatedPtrField<std::string>* keys) {
  if (!keys->empty() && keys->Get(0) == key) return;
  *keys->Add() = key;
  std::rotate(keys->begin(), keys->end() - 1, keys->end());
}

}  // namespace

bool IsAlias(absl::string_view text) {
  const auto alnum = [](char c) { return absl::ascii_isdigit(c) || absl::ascii_islower(c); };
  return !text.empty() && text.size() <= 32 && alnum(text.front()) && alnum(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return alnum(c) || c == '-'; });
}

Self::Self(Keys keys, const NodeId& node, std::string alias, std::string path)
    : node_(node),
      alias_(std::move(alias)),
      path_(std::move(path)),
      root_(std::move(keys.root)),
      signer_(std::move(keys.signing)),
      sealing_(std::move(keys.sealing)),
      tls_(std::move(keys.tls)) {}

absl::StatusOr<std::unique_ptr<Self>> Self::Create(Keys keys, Description description,
                                                   const std::string& recovery_key_hash,
                                                   storage::Writer* writer, const Clock& clock,
                                                   std::string path) {
  Draft draft;
  draft.descriptor.set_root_public_key(keys.root.public_key());
  draft.descriptor.set_recovery_key_hash(recovery_key_hash);
  draft.descriptor.add_signing_public_keys(keys.signing.public_key());
  draft.descriptor.set_sealing_public_key(keys.sealing.public_key());
  draft.descriptor.add_tls_certificate_hashes(keys.tls.certificate_hash);
  Describe(description, &draft.descriptor);
  const NodeId node = NodeIdOf(keys.root.public_key());
  std::unique_ptr<Self> self(new Self(std::move(keys), node, description.alias, std::move(path)));
  draft.root = self->root();
  RETURN_IF_ERROR(self->Publish(std::move(draft), writer, clock));
  return self;
}

absl::StatusOr<std::unique_ptr<Self>> Self::Load(Keys keys, std::string alias,
                                                 const storage::Reader& reader, std::string path) {
  absl::StatusOr<KeptDescriptor> kept = ReadKeptDescriptor(reader, path);
  if (kept.ok() && RootOf(kept->descriptor) != keys.root.public_key()) {
    kept = absl::InvalidArgumentError("the newest descriptor names another root key");
  }
  if (!kept.ok()) {
    return DataLoss(
        "BAD_OWN_DESCRIPTOR",
        absl::StrCat("the database does not belong to the node's keys: ", kept.status().message()),
        "Put back the keys that go with the database.");
  }
  ASSIGN_OR_RETURN(const auto retiring, reader.Get(storage::Family::kMeta, kRetiringRow));
  if (!path.empty() && !kept->in_file) {
    RETURN_IF_ERROR(WriteDescriptorFile(path, kept->signed_descriptor));
  }
  const NodeId node = NodeIdOf(kept->descriptor.root_public_key());
  std::unique_ptr<Self> self(new Self(std::move(keys), node, std::move(alias), std::move(path)));
  MutexLock lock(&self->mutex_);
  if (retiring.has_value() && !self->retiring_.ParseFromString(*retiring)) {
    return DataLoss("BAD_ROW", "the node's retiring keys cannot be read", "restore from a backup");
  }
  self->is_stored_ = kept->in_database;
  self->descriptor_ = std::move(kept->descriptor);
  self->signed_descriptor_ = std::move(kept->signed_descriptor);
  return self;
}

TlsKey Self::tls() const {
  MutexLock lock(&mutex_);
  return tls_;
}

v1::NodeDescriptor Self::descriptor() const {
  MutexLock lock(&mutex_);
  return descriptor_;
}

v1::Signed Self::signed_descriptor() const {
  MutexLock lock(&mutex_);
  return signed_descriptor_;
}

void Self::UseTls(TlsKey tls) {
  MutexLock lock(&mutex_);
  tls_ = std::move(tls);
}

absl::Status Self::Refresh(const Description& description, storage::Writer* writer,
                           const Clock& clock) {
  Draft draft = NewDraft();
  const v1::NodeDescriptor current = draft.descriptor;
  Describe(description, &draft.descriptor);
  draft.descriptor.set_sealing_public_key(sealing_.public_key());
  LeadWith(signer_.Get()->public_key(), draft.descriptor.mutable_signing_public_keys());
  LeadWith(tls().certificate_hash, draft.descriptor.mutable_tls_certificate_hashes());
  DropExpired(clock.Now(), &draft.retiring);
  KeepKeys(draft.retiring, draft.descriptor.mutable_signing_public_keys());
  KeepKeys(draft.retiring, draft.descriptor.mutable_tls_certificate_hashes());
  if (google::protobuf::util::MessageDifferencer::Equals(draft.descriptor, current)) {
    return KeepInDatabase(draft, writer);
  }
  return Next(std::move(draft), writer, clock);
}

Self::Draft Self::NewDraft() const {
  Draft draft;
  draft.root = root();
  MutexLock lock(&mutex_);
  draft.descriptor = descriptor_;
  draft.retiring = retiring_;
  return draft;
}

absl::Status Self::Next(Draft draft, storage::Writer* writer, const Clock& clock) {
  DropExpired(clock.Now(), &draft.retiring);
  KeepKeys(draft.retiring, draft.descriptor.mutable_signing_public_keys());
  KeepKeys(draft.retiring, draft.descriptor.mutable_tls_certificate_hashes());
  draft.descriptor.set_version(descriptor().version() + 1);
  return Publish(std::move(draft), writer, clock);
}

absl::Status Self::Publish(Draft draft, storage::Writer* writer, const Clock& clock) {
  v1::NodeDescriptor& descriptor = draft.descriptor;
  *descriptor.mutable_issued_at() = ToTimestamp(clock.Now());
  const v1::Signed signed_descriptor = SignMessage(descriptor, *draft.root);
  // What partners would refuse is not even stored.
  RETURN_IF_ERROR(OpenDescriptor(signed_descriptor, descriptor.root_public_key()).status());
  RETURN_IF_ERROR(Store(draft, signed_descriptor, writer));
  // Nobody has seen it yet, so that one which only the database has may go.
  if (!path_.empty()) RETURN_IF_ERROR(WriteDescriptorFile(path_, signed_descriptor));
  {
    MutexLock lock(&mutex_);
    is_stored_ = true;
    descriptor_ = std::move(descriptor);
    signed_descriptor_ = signed_descriptor;
    retiring_ = std::move(draft.retiring);
  }
  for (const Listener& listener : listeners_) listener(signed_descriptor);
  return absl::OkStatus();
}

absl::Status Self::KeepInDatabase(const Draft& draft, storage::Writer* writer) {
  {
    MutexLock lock(&mutex_);
    if (is_stored_) return absl::OkStatus();
  }
  RETURN_IF_ERROR(Store(draft, signed_descriptor(), writer));
  MutexLock lock(&mutex_);
  is_stored_ = true;
  return absl::OkStatus();
}

absl::Status Self::Store(const Draft& draft, const v1::Signed& signed_descriptor,
                         storage::Writer* writer) {
  storage::Transaction transaction;
  transaction.writes.Put(storage::Family::kMeta, kDescriptorRow,
                         signed_descriptor.SerializeAsString());
  transaction.writes.Put(storage::Family::kMeta, kRetiringRow, draft.retiring.SerializeAsString());
  transaction.who = "system";
  transaction.what = absl::StrCat("sign nodes/", ToText(node_), " descriptor version ",
                                  draft.descriptor.version());
  return writer->Commit(std::move(transaction));
}

}  // namespace maillage::identity
