#include "server/broadcast/audience.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "client/base/status_macros.h"
#include "server/broadcast/letters/postal.h"
#include "server/broadcast/mail/address.h"
#include "server/broadcast/mail/letter.h"

namespace maillage::broadcast {
namespace {

constexpr char kDuplicate[] = "DUPLICATE_ADDRESS";
constexpr char kObjected[] = "OBJECTED";
constexpr char kRestricted[] = "RESTRICTED";

v1::AudienceCategory Primary(const v1::Actor& actor) {
  const bool known =
      !actor.categories().empty() && v1::AudienceCategory_IsValid(actor.categories(0));
  return known ? actor.categories(0) : v1::AUDIENCE_CATEGORY_CITIZEN;
}

uint64_t RankOf(bool own, v1::AudienceCategory category, uint32_t ordinal) {
  return (own ? uint64_t{0} : uint64_t{1} << 40) | static_cast<uint64_t>(category) << 32 | ordinal;
}

// Visits the shown records with these ordinals, until `visit` returns false.
absl::Status ForEachRecord(
    const storage::Reader& reader, const NodeId& self, const Roaring& ordinals,
    absl::FunctionRef<bool(uint32_t ordinal, const directory::ShownRecord&)> visit) {
  for (const uint32_t ordinal : ordinals) {
    ASSIGN_OR_RETURN(const directory::ShownRecord record,
                     directory::ReadByOrdinal(reader, self, ordinal));
    if (record.actor != nullptr && !visit(ordinal, record)) break;
  }
  return absl::OkStatus();
}

// A name or source comes from people and from partners: one clean line.
std::string Line(std::string text) {
  constexpr size_t kMaxBytes = 300;
  if (text.size() > kMaxBytes) {
    size_t end = kMaxBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
  }
  for (char& c : text) {
    if ((c >= 0 && c < 0x20) || c == 0x7F) c = ' ';
  }
  return text;
}

}  // namespace

ChosenMailbox ChooseMailbox(const v1::Actor& actor) {
  if (actor.restricted()) return {"", kRestricted};
  ChosenMailbox chosen{"", "NO_EMAIL"};
  for (const v1::ContactPoint& contact : actor.contact_points()) {
    if (contact.kind() != v1::CONTACT_KIND_EMAIL) continue;
    chosen.exclusion = "INVALID_ADDRESS";
    std::string mailbox = NormaliseMailbox(contact.value());
    if (mailbox.empty()) continue;
    const bool work = contact.scope() == v1::CONTACT_SCOPE_WORK;
    if (work || chosen.mailbox.empty()) chosen.mailbox = std::move(mailbox);
    if (work) break;
  }
  if (!chosen.mailbox.empty()) chosen.exclusion = "";
  return chosen;
}

Audience::Audience(std::shared_ptr<const storage::Reader> snapshot, const NodeId& self,
                   DirectoryName directory_name)
    : snapshot_(std::move(snapshot)), self_(self), directory_name_(std::move(directory_name)) {}

absl::StatusOr<Audience> Audience::Expand(std::shared_ptr<const storage::Reader> snapshot,
                                          const NodeId& self, const directory::Filter& filter,
                                          DirectoryName directory_name, const Objected& objected) {
  Audience audience(std::move(snapshot), self, std::move(directory_name));
  ASSIGN_OR_RETURN(audience.ordinals_, filter.Evaluate(*audience.snapshot_));
  Roaring& objecting = audience.objecting_;
  RETURN_IF_ERROR(ForEachRecord(*audience.snapshot_, self, audience.ordinals_,
                                [&](uint32_t ordinal, const directory::ShownRecord& record) {
                                  if (objected && objected(*record.actor)) {
                                    objecting.add(ordinal);
                                  } else {
                                    audience.Consider(ordinal, record.origin, *record.actor);
                                  }
                                  return true;
                                }));
  if (!objecting.isEmpty()) {
    audience.ordinals_ -= objecting;
    audience.exclusions_[kObjected] = static_cast<int64_t>(objecting.cardinality());
  }
  return audience;
}

void Audience::Consider(uint32_t ordinal, const NodeId& origin, const v1::Actor& actor) {
  const ChosenMailbox chosen = ChooseMailbox(actor);
  if (chosen.mailbox.empty()) {
    ++exclusions_[std::string(chosen.exclusion)];
    if (chosen.exclusion != kRestricted) ConsiderLetter(ordinal, actor);
    return;
  }
  const v1::AudienceCategory category = Primary(actor);
  const Best candidate{RankOf(origin == self_, category, ordinal), ordinal};
  const auto [it, added] = best_.try_emplace(KeyOf(chosen.mailbox), candidate);
  if (!added) ++exclusions_[kDuplicate];
  if (!added && candidate.rank > it->second.rank) return;
  if (!added) --by_category_[it->second.rank >> 32 & 0xFF];
  ++by_category_[category];
  it->second = candidate;
}

std::vector<v1::CategoryCount> Audience::by_category() const {
  std::vector<v1::CategoryCount> counts;
  for (int category = 0; category < v1::AudienceCategory_ARRAYSIZE; ++category) {
    if (by_category_[category] == 0) continue;
    v1::CategoryCount& count = counts.emplace_back();
    count.set_category(static_cast<v1::AudienceCategory>(category));
    count.set_count(by_category_[category]);
  }
  return counts;
}

std::vector<v1::ExclusionCount> Audience::exclusions() const {
  std::vector<v1::ExclusionCount> counts;
  for (const auto& [reason, n] : exclusions_) {
    v1::ExclusionCount& count = counts.emplace_back();
    count.set_reason(reason);
    count.set_count(n);
  }
  std::sort(counts.begin(), counts.end(),
            [](const auto& a, const auto& b) { return a.reason() < b.reason(); });
  return counts;
}

absl::Status Audience::ForEach(absl::FunctionRef<bool(Recipient)> visit) const {
  uint32_t number = 0;
  return ForEachRecord(*snapshot_, self_, ordinals_,
                       [&](uint32_t ordinal, const directory::ShownRecord& record) {
                         const ChosenMailbox chosen = ChooseMailbox(*record.actor);
                         if (chosen.mailbox.empty()) return true;
                         Recipient recipient;
                         recipient.key = KeyOf(chosen.mailbox);
                         if (best_.at(recipient.key).ordinal != ordinal) return true;
                         recipient.row = RowOf(record);
                         recipient.row.set_number(++number);
                         recipient.row.set_mailbox(chosen.mailbox);
                         return visit(std::move(recipient));
                       });
}

absl::Status Audience::ForEachObjecting(
    absl::FunctionRef<bool(const std::string& mailbox)> visit) const {
  return ForEachRecord(*snapshot_, self_, objecting_,
                       [&](uint32_t, const directory::ShownRecord& record) {
                         const ChosenMailbox chosen = ChooseMailbox(*record.actor);
                         return chosen.mailbox.empty() || visit(chosen.mailbox);
                       });
}

v1::StoredRecipient Audience::RowOf(const directory::ShownRecord& record) const {
  v1::StoredRecipient row;
  row.set_display_name(Line(DisplayNameFor(*record.actor)));
  row.set_salutation(Line(SalutationFor(*record.actor)));
  row.set_source(Line(SourceFor(*record.actor, directory_name_(record.origin))));
  row.set_category(Primary(*record.actor));
  row.set_actor(record.actor->name());
  return row;
}

void Audience::ConsiderLetter(uint32_t ordinal, const v1::Actor& actor) {
  const std::optional<v1::PostalAddress> postal = ChoosePostal(actor);
  if (postal.has_value()) letters_.try_emplace(LetterKey(EnvelopeName(actor), *postal), ordinal);
}

absl::Status Audience::ForEachLetter(absl::FunctionRef<bool(Recipient)> visit) const {
  Roaring ordinals;
  for (const auto& [key, ordinal] : letters_) ordinals.add(ordinal);
  return ForEachRecord(*snapshot_, self_, ordinals,
                       [&](uint32_t, const directory::ShownRecord& record) {
                         const v1::PostalAddress postal = *ChoosePostal(*record.actor);
                         Recipient recipient;
                         recipient.row = RowOf(record);
                         recipient.row.set_display_name(Line(EnvelopeName(*record.actor)));
                         recipient.key = LetterKey(EnvelopeName(*record.actor), postal);
                         *recipient.row.mutable_postal() = postal;
                         return visit(std::move(recipient));
                       });
}

}  // namespace maillage::broadcast
