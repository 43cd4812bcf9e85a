#include "server/broadcast/cascade/rows.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

constexpr absl::string_view kRows = "cascades/";

absl::Status BadRow(absl::string_view name) {
  return DataLoss("BAD_ROW", absl::StrCat(name, " cannot be read"), "restore from a backup");
}

absl::StatusOr<KeptCascade> Parse(absl::string_view invitation, absl::string_view row) {
  KeptCascade kept;
  kept.invitation = std::string(invitation);
  kept.row = std::string(row);
  if (kept.stored.ParseFromString(kept.row) &&
      kept.terms.ParseFromString(kept.stored.terms().payload())) {
    return kept;
  }
  return BadRow(absl::StrCat(kRows, invitation));
}

}  // namespace

absl::Status Useless(absl::string_view what) { return InvalidArgument("BAD_CASCADE", what); }

std::optional<size_t> KeptCascade::PlaceOf(const NodeId& node) const {
  for (int i = 0; i < terms.order_size(); ++i) {
    if (terms.order(i) == node.bytes()) return static_cast<size_t>(i);
  }
  return std::nullopt;
}

std::string KeptCascade::PartsPrefix(absl::string_view kind) const {
  return absl::StrCat("cascade-parts/", invitation, "/", kind, "/");
}

std::string KeptCascade::PartName(absl::string_view kind, const NodeId& node) const {
  return absl::StrCat(PartsPrefix(kind), ToText(node));
}

std::string KeptCascade::PartName(absl::string_view kind, const NodeId& node, uint32_t part) const {
  return absl::StrCat(PartName(kind, node), absl::StrFormat("/%06d", part));
}

std::string KeptCascade::ReplyName(absl::string_view tag) const {
  return absl::StrCat(PartsPrefix(kReplies), HexEncode(tag));
}

void KeptCascade::Write(absl::string_view verb, absl::string_view who,
                        storage::Transaction* transaction) const {
  const std::string name = absl::StrCat(kRows, invitation);
  transaction->preconditions.push_back(
      {Family::kObjects, name, row.empty() ? std::nullopt : std::optional<std::string>(row)});
  transaction->writes.Put(Family::kObjects, name, stored.SerializeAsString());
  if (verb.empty()) return;
  transaction->who = std::string(who);
  transaction->what = absl::StrCat(verb, " ", invitation);
}

absl::StatusOr<std::optional<KeptCascade>> ReadCascade(const storage::Reader& reader,
                                                       absl::string_view invitation) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kObjects, absl::StrCat(kRows, invitation)));
  if (!row.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(KeptCascade kept, Parse(invitation, *row));
  return kept;
}

absl::StatusOr<KeptCascade> FindCascade(const storage::Reader& reader,
                                        absl::string_view invitation) {
  ASSIGN_OR_RETURN(std::optional<KeptCascade> kept, ReadCascade(reader, invitation));
  if (kept.has_value()) return *std::move(kept);
  return FailedPrecondition("NO_CASCADE", "the invitation was not offered to any partner",
                            "offer it with `maillage invitation offer`");
}

absl::StatusOr<std::vector<KeptCascade>> ReadAllCascades(const storage::Reader& reader) {
  std::vector<KeptCascade> all;
  absl::Status status;
  RETURN_IF_ERROR(reader.ScanPrefix(
      Family::kObjects, kRows, [&](absl::string_view name, absl::string_view row) {
        absl::StatusOr<KeptCascade> kept = Parse(name.substr(kRows.size()), row);
        status = kept.status();
        if (kept.ok()) all.push_back(*std::move(kept));
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  return all;
}

absl::Status internal::ForEachRow(
    const storage::Reader& reader, const KeptCascade& kept, absl::string_view kind,
    absl::FunctionRef<bool(size_t place, absl::string_view row)> visit_parsed) {
  for (int place = 0; place < kept.terms.order_size(); ++place) {
    bool good = true;
    const std::string prefix = kept.PartName(kind, NodeId(kept.terms.order(place)));
    RETURN_IF_ERROR(
        reader.ScanPrefix(Family::kObjects, prefix, [&](absl::string_view, absl::string_view row) {
          return good = visit_parsed(static_cast<size_t>(place), row);
        }));
    if (!good) return BadRow(prefix);
  }
  return absl::OkStatus();
}

}  // namespace maillage::broadcast
