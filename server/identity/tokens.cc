#include "server/identity/tokens.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "maillage/v1/stored.pb.h"
#include "server/identity/crypto.h"
#include "server/identity/descriptor.h"
#include "server/identity/timestamps.h"

namespace maillage::identity {
namespace {

using storage::Family;

constexpr char kRowPrefix[] = "token/";
constexpr char kVersion = 1;
constexpr size_t kCheckBytes = 4;
constexpr char kAskAnew[] = "Ask your partner for a new token: maillage partner invite";

std::string RowKey(absl::string_view token_id) {
  return absl::StrCat(kRowPrefix, Base32Encode(token_id));
}

std::string Check(absl::string_view bytes) {
  return Sha256(InDomain("pairing-token", bytes)).substr(0, kCheckBytes);
}

absl::Status BadToken(absl::string_view what) {
  return InvalidArgument("BAD_TOKEN", what, "Copy the whole token, from its first character on.");
}

absl::Status Refused(absl::string_view reason, absl::string_view what) {
  return Error(absl::StatusCode::kUnauthenticated, reason, what, kAskAnew);
}

}  // namespace

std::string TokenText(const v1::PairingToken& token) {
  std::string bytes(1, kVersion);
  token.AppendToString(&bytes);
  bytes += Check(bytes);
  return Base32Encode(bytes);
}

absl::StatusOr<v1::PairingToken> ParseToken(absl::string_view text) {
  std::string packed;
  for (const char c : text.substr(0, 4096)) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(c)) && c != '-') packed.push_back(c);
  }
  const auto bytes = Base32Decode(packed);
  if (!bytes.ok() || bytes->size() <= 1 + kCheckBytes) return BadToken("this is no pairing token");
  const absl::string_view body = absl::string_view(*bytes).substr(0, bytes->size() - kCheckBytes);
  if (Check(body) != absl::string_view(*bytes).substr(body.size())) {
    return BadToken("the pairing token is incomplete or mistyped");
  }
  if (body.front() != kVersion) return BadToken("the pairing token is of another version");
  v1::PairingToken token;
  if (!token.ParseFromArray(body.data() + 1, static_cast<int>(body.size() - 1)) ||
      !IsEndpoint(token.endpoint()) || token.node_id().size() != NodeId::kSize ||
      token.tls_certificate_hash().size() != kHashBytes ||
      token.token_id().size() != kTokenIdBytes || token.secret().size() != kTokenSecretBytes) {
    return BadToken("the pairing token cannot be read");
  }
  return token;
}

Tokens::Tokens(const Self* self, const storage::Reader* reader, storage::Writer* writer,
               const Clock* clock)
    : self_(self), reader_(reader), writer_(writer), clock_(clock) {}

absl::StatusOr<Tokens::New> Tokens::Create(absl::string_view who) {
  const v1::NodeDescriptor descriptor = self_->descriptor();
  if (descriptor.endpoints().empty()) {
    return FailedPrecondition("NO_ENDPOINT", "partners have no address to dial this node at",
                              "Set 'endpoint' in node.toml, or let the partner invite.");
  }
  v1::PairingToken token;
  token.set_endpoint(descriptor.endpoints(0));
  token.set_node_id(std::string(self_->node().bytes()));
  token.set_tls_certificate_hash(self_->tls().certificate_hash);
  token.set_token_id(RandomBytes(kTokenIdBytes));
  token.set_secret(RandomBytes(kTokenSecretBytes));
  const absl::Time now = clock_->Now();
  v1::StoredToken row;
  row.set_secret(token.secret());
  *row.mutable_expire_time() = ToTimestamp(now + kTokenLife);

  storage::Transaction transaction;
  const auto sweep = [&](absl::string_view key, absl::string_view value) {
    v1::StoredToken old;
    if (!old.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
        FromTimestamp(old.expire_time()) <= now) {
      transaction.writes.Delete(Family::kMeta, std::string(key));
    }
    return true;
  };
  RETURN_IF_ERROR(reader_->ScanPrefix(Family::kMeta, kRowPrefix, sweep));
  transaction.writes.Put(Family::kMeta, RowKey(token.token_id()), row.SerializeAsString());
  transaction.who = std::string(who);
  transaction.what = absl::StrCat("invite token/", Base32Encode(token.token_id()));
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  return New{TokenText(token), FromTimestamp(row.expire_time())};
}

absl::StatusOr<Tokens::Live> Tokens::Find(absl::string_view token_id) const {
  const std::string key = RowKey(token_id);
  ASSIGN_OR_RETURN(const auto stored, reader_->Get(Family::kMeta, key));
  v1::StoredToken row;
  if (!stored.has_value() || !row.ParseFromString(*stored)) {
    return Refused("UNKNOWN_TOKEN", "this node knows no such pairing token");
  }
  if (row.spent()) return Refused("SPENT_TOKEN", "the pairing token was used before");
  if (FromTimestamp(row.expire_time()) <= clock_->Now()) {
    return Refused("EXPIRED_TOKEN", "the pairing token has expired");
  }
  Live live;
  live.id = std::string(token_id);
  live.secret = row.secret();
  live.spending.preconditions.push_back({Family::kMeta, key, stored});
  row.clear_secret();
  row.set_spent(true);
  live.spending.writes.Put(Family::kMeta, key, row.SerializeAsString());
  return live;
}

}  // namespace maillage::identity
