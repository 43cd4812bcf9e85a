#include "server/identity/partners.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "maillage/v1/link.pb.h"
#include "maillage/v1/stored.pb.h"
#include "server/identity/descriptor.h"
#include "server/identity/timestamps.h"
#include "server/identity/words.h"

namespace maillage::identity {
namespace {

using storage::Family;

constexpr char kRowPrefix[] = "partner/";
constexpr size_t kMaxAlias = 32;

std::string RowKey(const NodeId& node) { return absl::StrCat(kRowPrefix, ToText(node)); }

std::string ToRow(const Partner& partner) {
  v1::StoredPartner row;
  *row.mutable_node_descriptor() = partner.signed_descriptor;
  row.set_alias(partner.alias);
  *row.mutable_pair_time() = ToTimestamp(partner.pair_time);
  for (const std::string& id : partner.partnerships) row.add_partnerships(id);
  for (const NodeId& relay : partner.relays) row.add_relays(std::string(relay.bytes()));
  row.set_by_roster(partner.by_roster);
  if (partner.IsClosed()) *row.mutable_succession() = partner.succession;
  return row.SerializeAsString();
}

Partner FromRow(const v1::StoredPartner& row) {
  Partner partner;
  partner.alias = row.alias();
  partner.pair_time = FromTimestamp(row.pair_time());
  partner.partnerships.assign(row.partnerships().begin(), row.partnerships().end());
  for (const std::string& relay : row.relays()) partner.relays.emplace_back(relay);
  partner.by_roster = row.by_roster();
  partner.succession = row.succession();
  v1::Succession succession;
  if (partner.IsClosed() && succession.ParseFromString(row.succession().payload())) {
    partner.heir = NodeId(succession.to());
  }
  return partner;
}

absl::Status NoSuchPartner(absl::string_view name) {
  return NotFound("NO_SUCH_PARTNER", absl::StrCat("there is no partner '", name, "'"),
                  "See: maillage partner list");
}

// An alias that IsAlias() takes, as near as can be to what a stranger wrote.
std::string Fit(absl::string_view suggestion) {
  std::string alias;
  for (const char c : suggestion.substr(0, kMaxAlias)) {
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
    const bool good = absl::ascii_isdigit(lower) || absl::ascii_islower(lower);
    if (good || (!alias.empty() && alias.back() != '-')) alias.push_back(good ? lower : '-');
  }
  while (!alias.empty() && alias.back() == '-') alias.pop_back();
  return alias.empty() ? "partner" : alias;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Partners>> Partners::Load(const Self* self,
                                                         const storage::Reader& reader,
                                                         const Clock* clock) {
  std::unique_ptr<Partners> partners(new Partners(self, clock));
  absl::Status bad;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    v1::StoredPartner row;
    absl::StatusOr<v1::NodeDescriptor> descriptor = absl::DataLossError("unreadable");
    if (row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      descriptor = OpenFirstDescriptor(row.node_descriptor());
    }
    if (!descriptor.ok()) {
      bad = DataLoss("BAD_PARTNER_ROW",
                     absl::StrCat("row ", key, ": ", descriptor.status().message()));
      return false;
    }
    Partner partner = FromRow(row);
    partner.node = NodeIdOf(descriptor->root_public_key());
    partners->Show(
        {nullptr, partners->With(std::move(partner), row.node_descriptor(), *descriptor)});
    return true;
  };
  RETURN_IF_ERROR(reader.ScanPrefix(Family::kMeta, kRowPrefix, visit));
  RETURN_IF_ERROR(bad);
  return partners;
}

void Partners::AddListener(Listener listener) { listeners_.push_back(std::move(listener)); }

std::vector<PartnerPtr> Partners::List() const {
  std::vector<PartnerPtr> list;
  {
    MutexLock lock(&mutex_);
    for (const auto& [node, partner] : partners_) list.push_back(partner);
  }
  std::sort(list.begin(), list.end(),
            [](const auto& a, const auto& b) { return a->alias < b->alias; });
  return list;
}

PartnerPtr Partners::Get(const NodeId& node) const {
  MutexLock lock(&mutex_);
  const auto it = partners_.find(node);
  return it == partners_.end() ? nullptr : it->second;
}

PartnerPtr Partners::FindByCertificate(absl::string_view certificate_hash) const {
  MutexLock lock(&mutex_);
  const auto it = by_certificate_.find(certificate_hash);
  return it == by_certificate_.end() ? nullptr : it->second;
}

absl::StatusOr<PartnerPtr> Partners::Find(absl::string_view name) const {
  const absl::string_view text = absl::StripPrefix(name, "partners/");
  if (const auto node = ParseNodeId(text); node.ok()) {
    if (PartnerPtr partner = Get(*node)) return partner;
  }
  MutexLock lock(&mutex_);
  for (const auto& [node, partner] : partners_) {
    if (partner->alias == text) return partner;
  }
  return NoSuchPartner(name);
}

PartnerPtr Partners::With(Partner partner, const v1::Signed& signed_descriptor,
                          v1::NodeDescriptor descriptor) const {
  partner.signed_descriptor = signed_descriptor;
  partner.signing_keys = SigningKeysOf(descriptor);
  partner.check_words =
      CheckWords(self_->descriptor().root_public_key(), descriptor.root_public_key());
  partner.descriptor = std::move(descriptor);
  return std::make_shared<const Partner>(std::move(partner));
}

// A node that named another's certificate as its own would be taken for it.
absl::Status Partners::CheckCertificates(const NodeId& node,
                                         const v1::NodeDescriptor& descriptor) const {
  for (const std::string& hash : descriptor.tls_certificate_hashes()) {
    const PartnerPtr holder = FindByCertificate(hash);
    if ((holder != nullptr && holder->node != node) || hash == self_->tls().certificate_hash) {
      return InvalidArgument("CERTIFICATE_TAKEN",
                             absl::StrCat("nodes/", ToText(node),
                                          " names the TLS certificate of another node as its own"));
    }
  }
  return absl::OkStatus();
}

std::string Partners::FreeAlias(absl::string_view suggestion) const {
  const std::string wanted = Fit(suggestion);
  const std::vector<PartnerPtr> list = List();
  const auto taken = [&](const std::string& alias) {
    return alias == self_->alias() ||
           std::any_of(list.begin(), list.end(), [&](const auto& p) { return p->alias == alias; });
  };
  std::string alias = wanted;
  for (int n = 2; taken(alias); ++n) {
    const std::string suffix = absl::StrCat("-", n);
    alias = absl::StrCat(wanted.substr(0, kMaxAlias - suffix.size()), suffix);
  }
  return alias;
}

absl::StatusOr<PartnerPtr> Partners::Add(const v1::Signed& signed_descriptor,
                                         absl::string_view suggested_alias, storage::Writer* writer,
                                         storage::Transaction transaction) {
  ASSIGN_OR_RETURN(v1::NodeDescriptor descriptor, OpenFirstDescriptor(signed_descriptor));
  const NodeId node = NodeIdOf(descriptor.root_public_key());
  if (node == self_->node()) {
    return InvalidArgument("OWN_NODE", "a node is no partner of its own");
  }
  MutexLock lock(&change_mutex_);
  RETURN_IF_ERROR(CheckCertificates(node, descriptor));
  const PartnerPtr before = Get(node);
  Partner partner;
  if (before != nullptr) {
    partner = *before;
  } else {
    partner.node = node;
    partner.alias = FreeAlias(suggested_alias);
    partner.pair_time = clock_->Now();
  }
  partner.by_roster = false;
  PartnerPtr after;
  if (before != nullptr && !IsNewer(descriptor, before->descriptor)) {
    after = std::make_shared<const Partner>(std::move(partner));
  } else {
    after = With(std::move(partner), signed_descriptor, std::move(descriptor));
  }
  transaction.what = absl::StrCat("pair partners/", ToText(node));
  RETURN_IF_ERROR(Store({before, after}, writer, std::move(transaction)));
  return after;
}

absl::Status Partners::Update(const NodeId& node, const v1::Signed& signed_descriptor,
                              storage::Writer* writer) {
  MutexLock lock(&change_mutex_);
  const PartnerPtr before = Get(node);
  if (before == nullptr) return NoSuchPartner(ToText(node));
  if (signed_descriptor.payload() == before->signed_descriptor.payload()) return absl::OkStatus();
  ASSIGN_OR_RETURN(v1::NodeDescriptor descriptor,
                   OpenSuccessor(signed_descriptor, before->descriptor));
  if (IsNewer(before->descriptor, descriptor)) return absl::OkStatus();
  if (!IsNewer(descriptor, before->descriptor)) {
    return InvalidArgument(
        "DESCRIPTOR_FORK",
        absl::StrCat("partners/", ToText(node), " signed two descriptors of one version"),
        "Ask its administrator whether a backup was restored.");
  }
  RETURN_IF_ERROR(CheckCertificates(node, descriptor));
  const PartnerPtr after = With(*before, signed_descriptor, std::move(descriptor));
  storage::Transaction transaction;
  transaction.who = absl::StrCat("partners/", ToText(node));
  transaction.what = absl::StrCat("update partners/", ToText(node), " descriptor version ",
                                  after->descriptor.version());
  return Store({before, after}, writer, std::move(transaction));
}

absl::Status Partners::Remove(const NodeId& node, storage::Writer* writer, absl::string_view who) {
  MutexLock lock(&change_mutex_);
  const PartnerPtr before = Get(node);
  if (before == nullptr) return NoSuchPartner(ToText(node));
  storage::Transaction transaction;
  transaction.who = std::string(who);
  transaction.what = absl::StrCat("remove partners/", ToText(node));
  return Store({before, nullptr}, writer, std::move(transaction));
}

absl::Status Partners::Store(PartnerChange change, storage::Writer* writer,
                             storage::Transaction transaction) {
  if (change.after != nullptr) {
    transaction.writes.Put(Family::kMeta, RowKey(change.after->node), ToRow(*change.after));
  } else {
    transaction.writes.Delete(Family::kMeta, RowKey(change.before->node));
  }
  RETURN_IF_ERROR(writer->Commit(std::move(transaction)));
  Show(change);
  for (const Listener& listener : listeners_) listener(change);
  return absl::OkStatus();
}

void Partners::Show(const PartnerChange& change) {
  MutexLock lock(&mutex_);
  if (change.before != nullptr) {
    for (const auto& hash : change.before->descriptor.tls_certificate_hashes()) {
      by_certificate_.erase(hash);
    }
    partners_.erase(change.before->node);
  }
  if (change.after != nullptr) {
    for (const auto& hash : change.after->descriptor.tls_certificate_hashes()) {
      by_certificate_[hash] = change.after;
    }
    partners_[change.after->node] = change.after;
  }
}

}  // namespace maillage::identity
