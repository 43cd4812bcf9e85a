#include "server/identity/rotation.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/certificate.h"
#include "server/identity/crypto.h"
#include "server/identity/descriptor.h"
#include "server/identity/next_keys.h"
#include "server/identity/timestamps.h"

namespace maillage::identity {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;

// The newest first; the oldest go where there are too many.
void PutFirst(const std::string& key, Strings* keys) {
  const Strings before = *keys;
  keys->Clear();
  *keys->Add() = key;
  for (const std::string& old : before) {
    if (keys->size() < kMaxDescriptorKeys) *keys->Add() = old;
  }
}

}  // namespace

void Rotation::Retire(const Strings& keys, v1::StoredRetiring* retiring) const {
  for (int i = 1; i < keys.size(); ++i) {
    const bool known = std::any_of(retiring->keys().begin(), retiring->keys().end(),
                                   [&](const auto& one) { return one.key() == keys[i]; });
    if (known) continue;
    v1::StoredRetiring::Key* key = retiring->add_keys();
    key->set_key(keys[i]);
    *key->mutable_until() = ToTimestamp(clock_->Now() + kKeyGrace);
  }
}

absl::Status Rotation::Note(absl::string_view who, absl::string_view what) {
  storage::Transaction transaction;
  transaction.who = std::string(who);
  transaction.what = absl::StrCat(what, " nodes/", ToText(self_->node()));
  return writer_->Commit(std::move(transaction));
}

absl::Status Rotation::Revoke(bool signing, absl::string_view who) {
  Self::Draft draft = self_->NewDraft();
  const Strings& keys =
      signing ? draft.descriptor.signing_public_keys() : draft.descriptor.tls_certificate_hashes();
  auto* retiring = draft.retiring.mutable_keys();
  retiring->erase(std::remove_if(retiring->begin(), retiring->end(),
                                 [&](const auto& one) {
                                   return std::find(keys.begin(), keys.end(), one.key()) !=
                                          keys.end();
                                 }),
                  retiring->end());
  RETURN_IF_ERROR(self_->Next(std::move(draft), writer_, *clock_));
  return Note(who, signing ? "revoke old signing keys of" : "revoke old certificates of");
}

absl::Status Rotation::RotateSigning(bool revoke, absl::string_view who) {
  const MutexLock lock(&mutex_);
  SigningKey key = SigningKey::Generate();
  RETURN_IF_ERROR(SaveNext(dir_, kSigningName, key));
  Self::Draft draft = self_->NewDraft();
  PutFirst(key.public_key(), draft.descriptor.mutable_signing_public_keys());
  Retire(draft.descriptor.signing_public_keys(), &draft.retiring);
  RETURN_IF_ERROR(self_->Next(std::move(draft), writer_, *clock_));
  RETURN_IF_ERROR(AdoptNext(dir_, kSigningName));
  self_->UseSigningKey(std::move(key));
  RETURN_IF_ERROR(Note(who, "rotate the signing key of"));
  if (revoke) RETURN_IF_ERROR(Revoke(/*signing=*/true, who));
  if (on_signing_key_) on_signing_key_();
  return absl::OkStatus();
}

absl::Status Rotation::RotateTls(bool revoke, absl::string_view who) {
  const MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(TlsKey tls, NewTlsKey(kCertificateHost, hosts_));
  RETURN_IF_ERROR(SaveNextTls(dir_, tls));
  Self::Draft draft = self_->NewDraft();
  PutFirst(tls.certificate_hash, draft.descriptor.mutable_tls_certificate_hashes());
  Retire(draft.descriptor.tls_certificate_hashes(), &draft.retiring);
  RETURN_IF_ERROR(self_->Next(std::move(draft), writer_, *clock_));
  RETURN_IF_ERROR(AdoptNextTls(dir_));
  self_->UseTls(std::move(tls));
  RETURN_IF_ERROR(Note(who, "rotate the TLS key of"));
  if (!revoke) return absl::OkStatus();
  RETURN_IF_ERROR(Revoke(/*signing=*/false, who));
  if (on_revoked_) on_revoked_();
  return absl::OkStatus();
}

absl::StatusOr<SigningKey> Rotation::OpenSheet(absl::string_view sheet) const {
  ASSIGN_OR_RETURN(SigningKey key, ParseRecoverySheet(sheet));
  if (Sha256(key.public_key()) == self_->descriptor().recovery_key_hash()) return key;
  return InvalidArgument("WRONG_SHEET", "the recovery sheet is not this node's newest one",
                         "Each new root key has a sheet of its own: take the last one printed.");
}

absl::StatusOr<RecoveryKey> Rotation::PrepareRoot(absl::string_view sheet) const {
  RETURN_IF_ERROR(OpenSheet(sheet).status());
  return NewRecoveryKey();
}

absl::Status Rotation::RotateRoot(absl::string_view sheet, absl::string_view next_recovery_key_hash,
                                  absl::string_view who) {
  const MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(SigningKey key, OpenSheet(sheet));
  RETURN_IF_ERROR(SaveNext(dir_, kRootName, key));
  Self::Draft draft = self_->NewDraft();
  *draft.descriptor.mutable_replaced() = self_->signed_descriptor();
  draft.descriptor.set_current_root_public_key(key.public_key());
  draft.descriptor.set_recovery_key_hash(std::string(next_recovery_key_hash));
  ASSIGN_OR_RETURN(SigningKey signs, SigningKey::FromSeed(key.seed()));
  draft.root = std::make_shared<const SigningKey>(std::move(signs));
  RETURN_IF_ERROR(self_->Next(std::move(draft), writer_, *clock_));
  RETURN_IF_ERROR(AdoptNext(dir_, kRootName));
  self_->UseRoot(std::move(key));
  return Note(who, "replace the root key of");
}

absl::Status Rotation::Tick(const Description& description) {
  const MutexLock lock(&mutex_);
  return self_->Refresh(description, writer_, *clock_);
}

}  // namespace maillage::identity
