// The end of an import that renews a register.
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/import.h"

namespace maillage::directory {

using storage::Family;

v1::Date Import::AsOf() const {
  if (spec_.has_as_of()) return spec_.as_of();
  const absl::CivilDay today = absl::ToCivilDay(clock_->Now(), absl::UTCTimeZone());
  v1::Date date;
  date.set_year(static_cast<int>(today.year()));
  date.set_month(today.month());
  date.set_day(today.day());
  return date;
}

absl::Status Import::EndVanished() {
  if (!renewal_->of_register()) {
    return InvalidArgument("NOT_A_REGISTER", "the file says no mandates of a register",
                           "give a file of the Répertoire national des élus, or leave --renewal");
  }
  // Who was refused did not vanish.
  if (summary_.refused() > 0) {
    Report(0, v1::ImportProblem::NOTE, "", "",
           "records were refused, so no mandate was ended: mend the file and import it again");
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(renewal_->ForEachEnded(database_->latest(), self_, [this](Renewal::Ended ended) {
    return EndOne(std::move(ended));
  }));
  ReportAbsent();
  return AwaitAll();
}

absl::Status Import::EndOne(Renewal::Ended ended) {
  ASSIGN_OR_RETURN(const auto row,
                   database_->latest().Get(Family::kActors, storage::ActorKey(ended.id)));
  if (!row.has_value()) return absl::OkStatus();  // gone meanwhile
  ASSIGN_OR_RETURN(const auto now, ParseOwnRow(self_, ended.id, *row));
  if (now->revision() != ended.before->revision()) {
    Report(0, v1::ImportProblem::NOTE, "", SortName(*now),
           "the record was changed meanwhile; import the file again to end its mandates");
    return absl::OkStatus();
  }
  summary_.set_ended(summary_.ended() + ended.mandates);
  return Replace(ended.id, now, *row, std::move(ended.after));
}

void Import::ReportAbsent() {
  for (const auto& [body, mandates] : renewal_->absent()) {
    Report(0, v1::ImportProblem::NOTE, "", body,
           absl::StrCat("the file does not name this body: its mandates here, ", mandates,
                        ", were left as they are"));
  }
  if (renewal_->elsewhere() == 0) return;
  Report(0, v1::ImportProblem::NOTE, "", "",
         absl::StrCat(renewal_->elsewhere(),
                      " mandates of bodies where the file is not about were left as they are"));
}

}  // namespace maillage::directory
