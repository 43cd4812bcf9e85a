#include "server/directory/objections.h"

#include <google/protobuf/util/time_util.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/directory.h"
#include "server/directory/terms.h"
#include "server/identity/crypto.h"
#include "server/interchange/email.h"
#include "server/interchange/fold.h"
#include "server/storage/postings.h"
#include "server/storage/races.h"

namespace maillage::directory {

using storage::Family;

namespace {

constexpr char kPrefix[] = "objections/";
constexpr char kAll[] = "all";
constexpr size_t kIdBytes = 16;
constexpr size_t kMaxHowBytes = 500;

std::string NameOf(absl::string_view tag, absl::string_view scope) {
  const std::string hash = identity::Sha256(absl::StrCat(tag, scope));
  return absl::StrCat(kPrefix, HexEncode(hash.substr(0, kIdBytes)));
}

v1::Objection ToProto(const v1::StoredObjection& row) {
  v1::Objection objection;
  objection.set_name(NameOf(row.tag(), row.scope()));
  objection.set_scope(row.scope());
  objection.set_how(row.how());
  objection.set_who(row.who());
  *objection.mutable_create_time() = row.create_time();
  return objection;
}

absl::StatusOr<v1::StoredObjection> Parse(absl::string_view key, absl::string_view bytes) {
  v1::StoredObjection row;
  if (row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) && !row.tag().empty()) {
    return row;
  }
  return DataLoss("BAD_ROW", absl::StrCat(key, " cannot be read"), "restore from a backup");
}

absl::StatusOr<std::vector<v1::StoredObjection>> ReadAll(const storage::Reader& reader) {
  std::vector<v1::StoredObjection> rows;
  absl::Status status;
  RETURN_IF_ERROR(reader.ScanPrefix(Family::kObjects, kPrefix,
                                    [&](absl::string_view key, absl::string_view bytes) {
                                      auto row = Parse(key, bytes);
                                      status = row.status();
                                      if (status.ok()) rows.push_back(*std::move(row));
                                      return status.ok();
                                    }));
  RETURN_IF_ERROR(status);
  return rows;
}

absl::StatusOr<std::string> Normalised(absl::string_view mailbox) {
  auto address = interchange::NormaliseEmail(mailbox);
  if (address.ok()) return address;
  return InvalidArgument("BAD_MAILBOX",
                         absl::StrCat("this is no address: ", address.status().message()),
                         "give the address of who objects, as local-part@domain");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Objections>> Objections::Load(const NodeId& self,
                                                             const storage::Database* database,
                                                             const Clock* clock,
                                                             std::string tag_key) {
  std::unique_ptr<Objections> objections(new Objections(self, database, clock, std::move(tag_key)));
  ASSIGN_OR_RETURN(const auto rows, ReadAll(database->latest()));
  for (const v1::StoredObjection& row : rows) objections->Know(row, true);
  return objections;
}

void Objections::Open(Filter::AliasLookup find_node, storage::Writer* writer) {
  find_node_ = std::move(find_node);
  writer_ = writer;
}

std::string Objections::TagOf(absl::string_view address) const {
  return identity::HmacSha256(tag_key_, address);
}

absl::StatusOr<std::string> Objections::CanonicalScope(absl::string_view scope) const {
  if (scope.empty()) return absl::StrCat("issuer:", ToText(self_));
  if (scope == kAll) return std::string(scope);
  absl::string_view rest = scope;
  if (absl::ConsumePrefix(&rest, "issuer:")) {
    auto node = ParseNodeId(rest);
    if (!node.ok() && find_node_) node = find_node_(rest);
    if (node.ok()) return absl::StrCat("issuer:", ToText(*node));
  } else if (absl::ConsumePrefix(&rest, "theme:")) {
    const std::string theme = interchange::Fold(rest);
    if (!theme.empty()) return absl::StrCat("theme:", theme);
  }
  return InvalidArgument("BAD_SCOPE", absl::StrCat("'", scope, "' is no scope of an objection"),
                         "all, issuer:NODE with an alias of `maillage partner list`, or "
                         "theme:THEME (RGPD art. 21)");
}

void Objections::Know(const v1::StoredObjection& row, bool known) {
  const MutexLock lock(&mutex_);
  Scopes& scopes = by_tag_[row.tag()];
  const bool changed = known ? scopes.insert(row.scope()).second : scopes.erase(row.scope()) > 0;
  if (changed && row.scope() == kAll) to_all_ += known ? 1 : -1;
  if (scopes.empty()) by_tag_.erase(row.tag());
}

absl::Status Objections::LookAgain(const Roaring& ordinals,
                                   storage::Transaction* transaction) const {
  const storage::Reader& latest = database_->latest();
  for (const uint32_t ordinal : ordinals) {
    ASSIGN_OR_RETURN(const ShownRecord record, ReadByOrdinal(latest, self_, ordinal));
    if (record.actor == nullptr || record.origin != self_) continue;
    const std::string key = storage::ActorKey(record.id);
    ASSIGN_OR_RETURN(const auto row, latest.Get(Family::kActors, key));
    if (!row.has_value()) continue;
    ASSIGN_OR_RETURN(const auto actor, ParseOwnRow(self_, record.id, *row));
    transaction->preconditions.push_back({Family::kActors, key, *row});
    transaction->changes.push_back({self_, record.id, actor, actor});
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Objection> Objections::Add(absl::string_view mailbox, absl::string_view scope,
                                              absl::string_view how, absl::string_view who) {
  if (how.size() > kMaxHowBytes) {
    return InvalidArgument("TOO_LARGE", "how it was made is longer than 500 bytes", "say it short");
  }
  ASSIGN_OR_RETURN(const std::string address, Normalised(mailbox));
  v1::StoredObjection row;
  ASSIGN_OR_RETURN(*row.mutable_scope(), CanonicalScope(scope));
  row.set_tag(TagOf(address));
  row.set_how(std::string(how));
  row.set_who(std::string(who));
  *row.mutable_create_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(clock_->Now()));
  const std::string name = NameOf(row.tag(), row.scope());
  const MutexLock change(&change_mutex_);
  ASSIGN_OR_RETURN(const auto there, database_->latest().Get(Family::kObjects, name));
  if (there.has_value()) {
    ASSIGN_OR_RETURN(const v1::StoredObjection first, Parse(name, *there));
    return ToProto(first);
  }
  Know(row, true);  // the stages are to see it
  const absl::Status status = storage::RetryRaces([&]() -> absl::Status {
    storage::Transaction transaction;
    transaction.writes.Put(Family::kObjects, name, row.SerializeAsString());
    if (row.scope() == kAll) {
      ASSIGN_OR_RETURN(
          const Roaring has,
          storage::ReadPosting(database_->latest(), static_cast<uint8_t>(Field::kEmail), address));
      RETURN_IF_ERROR(LookAgain(has, &transaction));
    }
    transaction.who = std::string(who);
    transaction.what = absl::StrCat("add ", name);
    return writer_->Commit(std::move(transaction));
  });
  if (status.ok()) return ToProto(row);
  Know(row, false);
  return status;
}

absl::Status Objections::Remove(absl::string_view name, absl::string_view who) {
  const std::string key = absl::StrCat(kPrefix, absl::StripPrefix(name, kPrefix));
  const MutexLock change(&change_mutex_);
  ASSIGN_OR_RETURN(const auto there, database_->latest().Get(Family::kObjects, key));
  if (!there.has_value()) {
    return NotFound("NO_SUCH_OBJECTION", absl::StrCat("there is no ", key),
                    "`maillage objection list` names those that there are");
  }
  ASSIGN_OR_RETURN(const v1::StoredObjection row, Parse(key, *there));
  Know(row, false);
  const absl::Status status = storage::RetryRaces([&]() -> absl::Status {
    storage::Transaction transaction;
    transaction.writes.Delete(Family::kObjects, key);
    if (row.scope() == kAll) {
      // The row does not tell the address: whose tag it is, each has to be asked.
      const storage::TermRange addresses{static_cast<uint8_t>(Field::kEmail), "", ""};
      ASSIGN_OR_RETURN(
          const storage::RangePosting has,
          storage::ReadPostings(database_->latest(), addresses,
                                [&](absl::string_view text) { return TagOf(text) == row.tag(); }));
      RETURN_IF_ERROR(LookAgain(has.ordinals, &transaction));
    }
    transaction.who = std::string(who);
    transaction.what = absl::StrCat("remove ", key);
    return writer_->Commit(std::move(transaction));
  });
  if (!status.ok()) Know(row, true);
  return status;
}

absl::StatusOr<std::vector<v1::Objection>> Objections::List(absl::string_view mailbox) const {
  std::string tag;
  if (!mailbox.empty()) {
    ASSIGN_OR_RETURN(const std::string address, Normalised(mailbox));
    tag = TagOf(address);
  }
  ASSIGN_OR_RETURN(const auto rows, ReadAll(database_->latest()));
  std::vector<v1::Objection> objections;
  for (const v1::StoredObjection& row : rows) {
    if (tag.empty() || row.tag() == tag) objections.push_back(ToProto(row));
  }
  return objections;
}

Objections::Scopes Objections::ScopesOf(const v1::Actor& actor) const {
  Scopes scopes;
  const MutexLock lock(&mutex_);
  if (by_tag_.empty()) return scopes;
  for (const v1::ContactPoint& point : actor.contact_points()) {
    if (point.kind() != v1::CONTACT_KIND_EMAIL) continue;
    const auto known = by_tag_.find(TagOf(point.value()));
    if (known != by_tag_.end()) scopes.insert(known->second.begin(), known->second.end());
  }
  return scopes;
}

bool Objections::ToAll(const v1::Actor& actor) const {
  return AnyToAll() && ScopesOf(actor).contains(kAll);
}

bool Objections::ToInvitation(const v1::Actor& actor, const NodeId& issuer,
                              const Filter& audience) const {
  for (const std::string& scope : ScopesOf(actor)) {
    absl::string_view theme = scope;
    if (scope == kAll || scope == absl::StrCat("issuer:", ToText(issuer))) return true;
    if (absl::ConsumePrefix(&theme, "theme:") &&
        audience.Names({Field::kTheme, std::string(theme)}))
      return true;
  }
  return false;
}

bool Objections::AnyToAll() const {
  const MutexLock lock(&mutex_);
  return to_all_ > 0;
}

}  // namespace maillage::directory
