#include "server/interchange/entry.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxProperties = 1000;
constexpr size_t kMaxSkipped = 100;

}  // namespace

Entry::Entry(v1::AudienceCategory category, Sink* sink) : sink_(sink), report_(&names_, sink) {
  rules_.category = category;
  rules_.has_given_column = true;
  rules_.order = NameOrder::kGivenFirst;
  report_.SetColumnLines(&lines_);
}

void Entry::Start(int64_t line) {
  line_ = line;
  names_.clear();
  lines_.clear();
  kind_ = v1::ACTOR_KIND_UNSPECIFIED;
  type_ = v1::ORGANISATION_TYPE_UNSPECIFIED;
  acronym_.clear();
  identifiers_.clear();
  items_.clear();
  addresses_.clear();
  flagged_.clear();
  bytes_ = 0;
  refused_ = false;
}

size_t Entry::AddColumn(const PropertyInfo& info, size_t bytes) {
  bytes_ += bytes + info.name.size();
  if (bytes_ > kMaxBytes || names_.size() >= kMaxProperties) {
    Refuse("", "The record holds more than 1,000 properties or 1 MiB.");
    items_.clear();
    flagged_.clear();
  }
  if (refused_) return Report::kWholeLine;
  names_.push_back(Cut(Clean(info.name), 80));
  lines_.push_back(info.line);
  return names_.size() - 1;
}

void Entry::Add(Field field, const PropertyInfo& info, absl::string_view text, Mend mend) {
  if (IsPlaceholder(Clean(text))) return;
  const size_t column = AddColumn(info, text.size());
  if (refused_) return;
  items_.push_back({field, column, std::string(text), info.preference, info.scope, mend});
}

void Entry::AddAddress(const PropertyInfo& info, v1::PostalAddress postal) {
  const size_t column = AddColumn(info, postal.ByteSizeLong());
  if (refused_) return;
  addresses_.push_back({info.preference, {column, info.scope, std::move(postal)}});
}

void Entry::Flag(const PropertyInfo& info, absl::string_view raw, absl::string_view reason) {
  const std::string kept = Cut(raw, 1000);
  const size_t column = AddColumn(info, kept.size());
  if (!refused_) flagged_.push_back({column, kept, std::string(reason)});
}

void Entry::AddIdentifier(absl::string_view scheme, absl::string_view value) {
  v1::Identifier& identifier = identifiers_.emplace_back();
  identifier.set_scheme(std::string(scheme));
  identifier.set_value(Cut(value, 100));
}

bool Entry::Has(Field field) const {
  return std::any_of(items_.begin(), items_.end(),
                     [field](const Item& item) { return item.field == field; });
}

std::string Entry::First(Field field) const {
  const auto found = std::find_if(items_.begin(), items_.end(),
                                  [field](const Item& item) { return item.field == field; });
  return found == items_.end() ? "" : Clean(found->text);
}

void Entry::Drop(Field field) {
  items_.erase(std::remove_if(items_.begin(), items_.end(),
                              [field](const Item& item) { return item.field == field; }),
               items_.end());
}

void Entry::Skip(absl::string_view name) {
  if (skipped_.size() < kMaxSkipped) skipped_.insert(Cut(Clean(name), 80));
}

void Entry::Refuse(absl::string_view value, absl::string_view reason) {
  if (refused_) return;
  refused_ = true;
  refused_value_ = std::string(value);
  refused_reason_ = std::string(reason);
}

void Entry::Gather() {
  const auto before = [](const auto& a, const auto& b) { return a.preference < b.preference; };
  std::stable_sort(items_.begin(), items_.end(), before);
  std::stable_sort(addresses_.begin(), addresses_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  values_.Clear();
  values_.kind = kind_;
  values_.type = type_;
  for (const Item& item : items_) {
    std::string clean = Clean(item.text);
    report_.NoteMend(item.column, clean, item.mend);
    values_.Add(item.field, {item.column, std::move(clean), item.text, item.scope});
  }
  for (auto& [preference, address] : addresses_) values_.addresses.push_back(std::move(address));
}

absl::Status Entry::Finish() {
  report_.StartLine(line_);
  if (refused_) {
    report_.Refuse(Report::kWholeLine, refused_value_, refused_reason_);
    return absl::OkStatus();
  }
  Gather();
  ContactBuilder builder(rules_, values_, &report_);
  std::optional<Draft> draft = builder.Build(line_);
  if (!draft.has_value()) return absl::OkStatus();
  if (!IsFormula(acronym_)) draft->actor.set_acronym(Cut(acronym_, 100));
  for (v1::Identifier& id : identifiers_) *draft->actor.add_identifiers() = std::move(id);
  for (const Flagged& f : flagged_) report_.Flag(f.column, f.raw, f.reason, &draft->actor);
  return sink_->OnDraft(*std::move(draft));
}

}  // namespace maillage::interchange
