#include "server/identity/sealed.h"

#include <sodium.h>

#include "client/base/error.h"

namespace maillage::identity {
namespace {

static_assert(kSealBytes == crypto_box_SEALBYTES);

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

absl::Status TooLarge() {
  return InvalidArgument("TOO_LARGE", "a sealed message has at most 256 KiB");
}

}  // namespace

absl::StatusOr<std::string> Seal(absl::string_view content, absl::string_view sealing_public_key) {
  if (content.size() + kSealBytes > kMaxSealedBytes) return TooLarge();
  std::string box(content.size() + kSealBytes, '\0');
  if (sealing_public_key.size() != kPublicKeyBytes ||
      crypto_box_seal(Bytes(box), Bytes(content), content.size(), Bytes(sealing_public_key)) != 0) {
    return InvalidArgument("BAD_KEY", "nothing can be sealed to this key");
  }
  return box;
}

absl::StatusOr<std::string> OpenSealed(absl::string_view box, const SealingKey& key) {
  if (box.size() > kMaxSealedBytes) return TooLarge();
  std::string content(box.size() < kSealBytes ? 0 : box.size() - kSealBytes, '\0');
  if (box.size() < kSealBytes ||
      crypto_box_seal_open(Bytes(content), Bytes(box), box.size(), Bytes(key.public_key()),
                           key.secret().data()) != 0) {
    return InvalidArgument("CANNOT_OPEN", "the box is damaged or sealed to another node");
  }
  return content;
}

}  // namespace maillage::identity
