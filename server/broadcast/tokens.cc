#include "server/broadcast/tokens.h"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/crypto.h"
#include "server/identity/files.h"
#include "server/identity/keys.h"

namespace maillage::broadcast {
namespace {

constexpr size_t kMacBytes = 12;
constexpr size_t kLetterMacBytes = 7;
constexpr size_t kLetterNumberBytes = 3;
constexpr size_t kGroup = 4;
constexpr size_t kTokenBytes = 1 + RecordId::kSize + 4 + 2 + kMacBytes;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
constexpr absl::CivilDay kEpoch(1970, 1, 1);
constexpr size_t kMaxKeys = 255;

std::string KeyName(size_t id) { return absl::StrCat("token-", id); }

uint16_t ExpiryDays(absl::CivilDay day) {
  return static_cast<uint16_t>(
      std::clamp<absl::civil_diff_t>(day - kEpoch, 0, std::numeric_limits<uint16_t>::max()));
}

// job · number · expiry
std::string Bytes(const TokenSubject& subject) {
  std::string bytes(subject.job.bytes());
  AppendU32(&bytes, subject.number);
  const uint16_t days = ExpiryDays(subject.expiry);
  bytes.push_back(static_cast<char>(days >> 8));
  bytes.push_back(static_cast<char>(days & 0xFF));
  return bytes;
}

absl::Status BadToken() {
  return InvalidArgument("BAD_TOKEN", "the link was not made here, or is damaged",
                         "Use the link of the mail, whole.");
}

// As typed: without what sets groups apart.
std::string LetterText(absl::string_view typed) {
  std::string text;
  for (const char c : typed) {
    if (absl::ascii_isspace(static_cast<unsigned char>(c)) || c == '-') continue;
    text.push_back(c == '0' ? 'o' : c == '1' ? 'l' : c);
  }
  return text;
}

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* cipher) const { EVP_CIPHER_CTX_free(cipher); }
};

unsigned char* Unsigned(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* Unsigned(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string SealingKeyOf(const std::string& secret, absl::string_view domain) {
  return identity::HmacSha256(secret, identity::InDomain("sealed-link", domain));
}

// AES-256-GCM in either direction; `tag` is written or checked. False where it
// does not agree.
bool Crypt(bool seal, const std::string& key, absl::string_view nonce, absl::string_view in,
           std::string* tag, std::string* out) {
  const std::unique_ptr<EVP_CIPHER_CTX, CipherFree> cipher(EVP_CIPHER_CTX_new());
  int count = 0;
  out->resize(in.size());
  tag->resize(kTagBytes);
  return EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Unsigned(key), Unsigned(nonce),
                           seal ? 1 : 0) == 1 &&
         (seal ||
          EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag->data()) == 1) &&
         EVP_CipherUpdate(cipher.get(), Unsigned(out->data()), &count, Unsigned(in),
                          static_cast<int>(in.size())) == 1 &&
         EVP_CipherFinal_ex(cipher.get(), Unsigned(out->data()) + count, &count) == 1 &&
         (!seal ||
          EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag->data()) == 1);
}

}  // namespace

absl::StatusOr<std::unique_ptr<MailTokens>> MailTokens::Load(const std::string& path) {
  const auto text = identity::ReadPrivateFile(path);
  std::vector<Key> keys;
  if (absl::IsNotFound(text.status())) {
    keys.push_back({1, identity::RandomBytes(identity::kHashBytes)});
    RETURN_IF_ERROR(identity::WriteFileAtomically(
        path, identity::KeyLine(KeyName(1), keys.back().secret), 0600));
    return std::unique_ptr<MailTokens>(new MailTokens(std::move(keys)));
  }
  RETURN_IF_ERROR(text.status());
  size_t id = 0;
  for (const absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    absl::StatusOr<std::string> secret = DataLoss("", "");
    while (!secret.ok() && ++id <= kMaxKeys) {
      secret = identity::ParseKeyLine(KeyName(id), line, path);
    }
    if (!secret.ok()) return identity::ParseKeyLine("token", line, path).status();
    keys.push_back({static_cast<uint8_t>(id), *std::move(secret)});
  }
  if (keys.empty()) return identity::ParseKeyLine("token", "", path).status();
  return std::unique_ptr<MailTokens>(new MailTokens(std::move(keys)));
}

std::string MailTokens::Mac(const Key& key, TokenPurpose purpose, const TokenSubject& subject) {
  const char head[] = {static_cast<char>(purpose), static_cast<char>(key.id)};
  return identity::HmacSha256(
      key.secret,
      identity::InDomain("mail-token", absl::StrCat(absl::string_view(head, 2), Bytes(subject))));
}

const MailTokens::Key* MailTokens::Find(uint8_t id) const {
  const auto it =
      std::find_if(keys_.begin(), keys_.end(), [id](const Key& key) { return key.id == id; });
  return it == keys_.end() ? nullptr : &*it;
}

std::string MailTokens::Make(TokenPurpose purpose, const TokenSubject& subject) const {
  const Key& key = keys_.back();
  return Base32Encode(absl::StrCat(std::string(1, static_cast<char>(key.id)), Bytes(subject),
                                   Mac(key, purpose, subject).substr(0, kMacBytes)));
}

absl::StatusOr<TokenSubject> MailTokens::Check(TokenPurpose purpose, absl::string_view text,
                                               absl::Time now) const {
  const auto bytes = Base32Decode(text);
  if (!bytes.ok() || bytes->size() != kTokenBytes) return BadToken();
  absl::string_view rest = *bytes;
  const Key* key = Find(static_cast<uint8_t>(rest[0]));
  rest.remove_prefix(1);
  TokenSubject subject;
  subject.job = RecordId(rest.substr(0, RecordId::kSize));
  rest.remove_prefix(RecordId::kSize);
  subject.number = ReadU32(rest);
  subject.expiry = kEpoch + ReadU16(rest.substr(4));
  const absl::string_view mac = rest.substr(6);
  if (key == nullptr ||
      !identity::ConstantTimeEqual(mac, Mac(*key, purpose, subject).substr(0, kMacBytes))) {
    return BadToken();
  }
  if (absl::ToCivilDay(now, absl::UTCTimeZone()) <= subject.expiry) return subject;
  return FailedPrecondition("EXPIRED_TOKEN", "the link holds no longer",
                            "Write to the address that the invitation gives for replies.");
}

std::string MailTokens::MakeLetterCode(const TokenSubject& subject) const {
  std::string number;
  AppendU32(&number, subject.number);
  const std::string mac = Mac(keys_.back(), TokenPurpose::kLetter, subject);
  const std::string plain = Base32Encode(
      absl::StrCat(number.substr(4 - kLetterNumberBytes), mac.substr(0, kLetterMacBytes)));
  std::string grouped;
  for (size_t at = 0; at < plain.size(); at += kGroup) {
    absl::StrAppend(&grouped, at == 0 ? "" : "-", plain.substr(at, kGroup));
  }
  return grouped;
}

uint32_t MailTokens::CheckLetterCode(absl::string_view text, const RecordId& job,
                                     absl::CivilDay expiry) const {
  const auto bytes = Base32Decode(LetterText(text));
  if (!bytes.ok() || bytes->size() != kLetterNumberBytes + kLetterMacBytes) return 0;
  const std::string number = std::string(1, '\0') + bytes->substr(0, kLetterNumberBytes);
  const TokenSubject subject{job, ReadU32(number), expiry};
  const std::string mac = bytes->substr(kLetterNumberBytes);
  bool good = false;
  for (const Key& key : keys_) {
    const std::string wanted = Mac(key, TokenPurpose::kLetter, subject).substr(0, kLetterMacBytes);
    good = identity::ConstantTimeEqual(mac, wanted) || good;
  }
  return good ? subject.number : 0;
}

std::string MailTokens::Seal(absl::string_view domain, absl::string_view message) const {
  const Key& key = keys_.back();
  const std::string nonce = identity::RandomBytes(kNonceBytes);
  std::string tag, hidden;
  Crypt(/*seal=*/true, SealingKeyOf(key.secret, domain), nonce, message, &tag, &hidden);
  return Base32Encode(absl::StrCat(std::string(1, static_cast<char>(key.id)), nonce, hidden, tag));
}

absl::StatusOr<std::string> MailTokens::Open(absl::string_view domain,
                                             absl::string_view sealed) const {
  const auto bytes = Base32Decode(sealed);
  if (!bytes.ok() || bytes->size() < 1 + kNonceBytes + kTagBytes) return BadToken();
  const Key* key = Find(static_cast<uint8_t>(bytes->front()));
  if (key == nullptr) return BadToken();
  const absl::string_view rest = absl::string_view(*bytes).substr(1);
  std::string tag(rest.substr(rest.size() - kTagBytes));
  std::string message;
  const bool good = Crypt(
      /*seal=*/false, SealingKeyOf(key->secret, domain), rest.substr(0, kNonceBytes),
      rest.substr(kNonceBytes, rest.size() - kNonceBytes - kTagBytes), &tag, &message);
  if (!good) return BadToken();
  return message;
}

}  // namespace maillage::broadcast
