#include "server/identity/operators.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "maillage/v1/stored.pb.h"
#include "server/identity/crypto.h"
#include "server/identity/self.h"
#include "server/identity/timestamps.h"

namespace maillage::identity {
namespace {

using storage::Family;

constexpr char kRowPrefix[] = "operator/";

std::string RowKey(absl::string_view alias) { return absl::StrCat(kRowPrefix, alias); }

std::string ToRow(const Operator& added) {
  v1::StoredOperator row;
  row.set_role(added.role);
  row.set_certificate_hash(added.certificate_hash);
  *row.mutable_create_time() = ToTimestamp(added.create_time);
  return row.SerializeAsString();
}

absl::Status CheckNew(absl::string_view alias, v1::Role role) {
  if (!IsAlias(alias)) {
    return InvalidArgument("BAD_ALIAS", absl::StrCat("'", alias, "' is no operator's alias"),
                           "Use 1 to 32 of a-z, 0-9 and hyphens between them.");
  }
  if (role == v1::ROLE_UNSPECIFIED || !v1::Role_IsValid(role)) {
    return InvalidArgument("BAD_ROLE", "an operator needs a role",
                           "Choose reader, editor, sender or admin.");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Operators>> Operators::Load(const storage::Reader& reader,
                                                           storage::Writer* writer,
                                                           const Clock* clock) {
  std::unique_ptr<Operators> operators(new Operators(writer, clock));
  absl::Status bad;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    v1::StoredOperator row;
    if (!row.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
        row.certificate_hash().size() != kHashBytes) {
      bad = DataLoss("BAD_OPERATOR_ROW", absl::StrCat("row ", key, " cannot be read"));
      return false;
    }
    const std::string alias(absl::StripPrefix(key, kRowPrefix));
    MutexLock lock(&operators->mutex_);
    operators->operators_[alias] = {alias, row.role(), row.certificate_hash(),
                                    FromTimestamp(row.create_time())};
    return true;
  };
  RETURN_IF_ERROR(reader.ScanPrefix(Family::kMeta, kRowPrefix, visit));
  RETURN_IF_ERROR(bad);
  return operators;
}

bool Operators::Has(absl::string_view alias) const {
  MutexLock lock(&mutex_);
  return operators_.count(std::string(alias)) > 0;
}

absl::StatusOr<Operators::New> Operators::Add(absl::string_view alias, v1::Role role,
                                              absl::string_view who) {
  RETURN_IF_ERROR(CheckNew(alias, role));
  MutexLock lock(&change_mutex_);
  if (Has(alias)) {
    return Error(absl::StatusCode::kAlreadyExists, "ALIAS_TAKEN",
                 absl::StrCat("there is an operator '", alias, "' already"));
  }
  New result;
  ASSIGN_OR_RETURN(result.tls, NewTlsKey(alias, {}));
  result.added = {std::string(alias), role, result.tls.certificate_hash, clock_->Now()};
  storage::Transaction transaction;
  transaction.writes.Put(Family::kMeta, RowKey(alias), ToRow(result.added));
  transaction.who = std::string(who);
  transaction.what = absl::StrCat("add operators/", alias, " as ", v1::Role_Name(role));
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  MutexLock show(&mutex_);
  operators_[result.added.alias] = result.added;
  return result;
}

absl::Status Operators::Remove(absl::string_view name, absl::string_view who) {
  const std::string alias(absl::StripPrefix(name, "operators/"));
  MutexLock lock(&change_mutex_);
  if (!Has(alias)) {
    return NotFound("NO_SUCH_OPERATOR", absl::StrCat("there is no operator '", alias, "'"),
                    "See: maillage operator list");
  }
  storage::Transaction transaction;
  transaction.writes.Delete(Family::kMeta, RowKey(alias));
  transaction.who = std::string(who);
  transaction.what = absl::StrCat("remove operators/", alias);
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  MutexLock hide(&mutex_);
  operators_.erase(alias);
  return absl::OkStatus();
}

std::vector<Operator> Operators::List() const {
  std::vector<Operator> list;
  MutexLock lock(&mutex_);
  for (const auto& [alias, entry] : operators_) list.push_back(entry);
  return list;
}

std::optional<Operator> Operators::FindByCertificate(absl::string_view certificate_hash) const {
  MutexLock lock(&mutex_);
  for (const auto& [alias, entry] : operators_) {
    if (entry.certificate_hash == certificate_hash) return entry;
  }
  return std::nullopt;
}

}  // namespace maillage::identity
