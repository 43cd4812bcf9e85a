// Files of the Répertoire national des élus: one line a mandate or function.
//
// Dates of birth tell two namesakes apart while a file is read, and never leave
// this reader; professions are not even looked at.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/interchange/names.h"
#include "server/interchange/rne_files.h"
#include "server/interchange/row_reader.h"
#include "server/interchange/text.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

std::string StartKey(const v1::Membership& membership) {
  return membership.has_start() ? FormatDate(membership.start()) : "";
}

class RneRows : public RowReader {
 public:
  RneRows(std::vector<std::string> headings, Sink* sink)
      : headings_(std::move(headings)),
        columns_(FindRneColumns(headings_, &unused_)),
        file_(RneFileOf(columns_)),
        sink_(sink),
        report_(&headings_, sink) {}

  absl::Status OnRow(const TextRow& row) override {
    RneCells cells;
    bool any = row.torn;
    for (size_t c = 0; c < kRneColumns; ++c) {
      if (columns_[c] < row.cells.size()) cells[c] = Clean(row.cells[columns_[c]]);
      any |= !cells[c].empty();
    }
    if (!any) return absl::OkStatus();
    const std::string key = KeyOf(cells);
    if (key != held_key_) RETURN_IF_ERROR(Release());
    report_.StartLine(row.line);
    if (!IsSound(row, cells)) return absl::OkStatus();
    NoteMends(row, cells);
    if (!held_.has_value()) Start(row.line, key, cells);
    AddMembership(cells);
    return absl::OkStatus();
  }

  absl::Status Finish() override { return Release(); }

  std::vector<std::string> unused_columns() const override { return unused_; }

 private:
  using Cells = RneCells;

  // One person in one body: what stays the same from function to function.
  static std::string KeyOf(const Cells& cells) {
    std::string key;
    for (const RneColumn c : {kCommune, kEpci, kRegion, kDepartement, kCollectivity, kSector,
                              kConsular, kAfe, kFamily, kGiven, kBirth}) {
      absl::StrAppend(&key, cells[c], "|");
    }
    return key;
  }

  // Refuses what is not one sound record of the register. Says no values: they
  // could be of a column that must not be shown.
  bool IsSound(const TextRow& row, const Cells& cells) {
    bool shifted = row.torn || cells[kSex].size() > 1 ||
                   (!cells[kSex].empty() && cells[kSex] != "M" && cells[kSex] != "F") ||
                   (!cells[kBirth].empty() && !ReadDate(cells[kBirth]).ok());
    for (size_t i = headings_.size(); i < row.cells.size(); ++i) shifted |= !row.cells[i].empty();
    if (shifted) {
      report_.Refuse(Report::kWholeLine, "", "The cells of this record do not fit the headings.");
      return false;
    }
    if (cells[kFamily].empty() || IsFormula(cells[kFamily]) || IsFormula(cells[kGiven])) {
      report_.Refuse(columns_[kFamily], cells[kFamily], "There is no name of a person.");
      return false;
    }
    return true;
  }

  void NoteMends(const TextRow& row, const Cells& cells) {
    for (size_t c = 0; c < kRneColumns; ++c) {
      if (c == kBirth || columns_[c] >= row.mends.size()) continue;
      report_.NoteMend(columns_[c], cells[c], row.mends[columns_[c]]);
    }
  }

  absl::Status Release() {
    held_key_.clear();
    if (!held_.has_value()) return absl::OkStatus();
    Draft draft = *std::move(held_);
    held_.reset();
    return sink_->OnDraft(std::move(draft));
  }

  void Start(int64_t line, const std::string& key, const Cells& cells) {
    held_.emplace();
    held_key_ = key;
    held_->line = line;
    held_->actor.set_kind(v1::ACTOR_KIND_PERSON);
    v1::PersonName* name = held_->actor.mutable_person_name();
    name->set_family(Cut(FamilyCase(cells[kFamily]), 100));
    name->set_given(Cut(GivenCase(cells[kGiven]), 100));
    if (!cells[kSex].empty()) name->set_honorific(cells[kSex] == "F" ? "Madame" : "Monsieur");
    held_->actor.set_notes(RneConstituency(cells));
    held_->locality = Cut(cells[kCommuneName], 100);
    if (cells[kCommune].empty()) return;
    Found insee = ReadInsee(cells[kCommune]);
    if (!insee.ok()) {
      report_.Flag(columns_[kCommune], cells[kCommune], insee.error, &held_->actor);
    } else if (!insee.note.empty()) {
      report_.Note(columns_[kCommune], cells[kCommune], insee.note);
    }
    held_->insee = std::move(insee.value);
  }

  void AddMembership(const Cells& cells) {
    v1::Membership membership;
    membership.set_type(v1::MEMBERSHIP_TYPE_MANDATE);
    membership.set_organisation_type(v1::ORGANISATION_TYPE_INSTITUTION);
    DescribeRneMandate(file_, cells, &membership);
    const RneColumn since = cells[kFunctionStart].empty() ? kMandateStart : kFunctionStart;
    if (!cells[since].empty()) {
      FoundDate date = ReadDate(cells[since]);
      if (date.ok()) {
        *membership.mutable_start() = std::move(date.date);
      } else {
        report_.Flag(columns_[since], cells[since], date.error, &held_->actor);
      }
    }
    auto* memberships = held_->actor.mutable_memberships();
    *memberships->Add() = std::move(membership);
    std::stable_sort(
        memberships->begin(), memberships->end(),
        [](const v1::Membership& a, const v1::Membership& b) { return StartKey(a) > StartKey(b); });
    constexpr int kMost = 50;
    if (memberships->size() > kMost) memberships->RemoveLast();
  }

  const std::vector<std::string> headings_;
  std::vector<std::string> unused_;
  const RneColumns columns_;
  const RneFile file_;
  Sink* const sink_;
  Report report_;
  std::optional<Draft> held_;
  std::string held_key_;
};

}  // namespace

bool AreRneHeadings(const std::vector<std::string>& headings) {
  return RneFileOf(FindRneColumns(headings, nullptr)) != RneFile::kNone;
}

std::unique_ptr<RowReader> NewRneRows(std::vector<std::string> headings, Sink* sink) {
  return std::make_unique<RneRows>(std::move(headings), sink);
}

}  // namespace maillage::interchange
