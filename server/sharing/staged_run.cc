#include "server/sharing/staged_run.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

constexpr size_t kPartBytes = 1 << 20;
constexpr size_t kLengthBytes = 4;

absl::Status BadSpool() { return NotFound("NO_SPOOL", "what is staged of a share cannot be read"); }

std::string NameOf(const StagedLabel& label) {
  return absl::StrCat("run-", ToText(label.origin), "-", ToText(label.share));
}

}  // namespace

std::string StagedLabel::Encode() const {
  std::string bytes = absl::StrCat(origin.bytes(), share.bytes(), incarnation.bytes());
  AppendU64(&bytes, from_seq);
  return bytes;
}

bool StagedLabel::Decode(absl::string_view bytes, StagedLabel* label) {
  constexpr size_t kIds = NodeId::kSize + ShareId::kSize + Incarnation::kSize;
  if (bytes.size() != kIds + 8) return false;
  label->from_seq = ReadU64(bytes.substr(kIds));
  return NodeId::FromBytes(bytes.substr(0, NodeId::kSize), &label->origin) &&
         ShareId::FromBytes(bytes.substr(NodeId::kSize, ShareId::kSize), &label->share) &&
         Incarnation::FromBytes(bytes.substr(NodeId::kSize + ShareId::kSize, Incarnation::kSize),
                                &label->incarnation);
}

StagedRun::StagedRun(storage::Folder* folder, const StagedLabel& label,
                     std::unique_ptr<storage::Spool> spool)
    : label_(label),
      spool_(std::move(spool)),
      leaves_(folder, NameOf(label)),
      seq_(label.from_seq) {}

absl::StatusOr<std::unique_ptr<StagedRun>> StagedRun::Create(storage::Folder* folder,
                                                             const StagedLabel& label) {
  ASSIGN_OR_RETURN(
      auto spool, storage::Spool::Create(folder, absl::StrCat(NameOf(label), storage::kSpoolSuffix),
                                         label.Encode()));
  return std::unique_ptr<StagedRun>(new StagedRun(folder, label, std::move(spool)));
}

absl::StatusOr<std::unique_ptr<StagedRun>> StagedRun::Open(storage::Folder* folder,
                                                           const std::string& name) {
  ASSIGN_OR_RETURN(auto spool, storage::Spool::Open(folder, name));
  StagedLabel label;
  if (!StagedLabel::Decode(spool->label(), &label)) return BadSpool();
  std::unique_ptr<StagedRun> run(new StagedRun(folder, label, std::move(spool)));
  RETURN_IF_ERROR(run->Replay());
  return run;
}

absl::Status StagedRun::Replay() {
  return ForEach([&](v1::Entry* entry) {
    RecordId id;
    if (!RecordId::FromBytes(entry->id(), &id) || entry->seq() <= seq_) return BadSpool();
    const bool live = entry->kind() == v1::ENTRY_KIND_PUT;
    return Note(id, entry->seq(), live, live ? LeafHash(*entry) : Hash());
  });
}

absl::Status StagedRun::Note(const RecordId& id, uint64_t seq, bool live, const Hash& leaf) {
  seq_ = seq;
  ++entries_;
  return leaves_.Add({TreePosition(id), id, seq, live, leaf});
}

absl::Status StagedRun::Add(std::vector<IncomingEntry> entries) {
  std::string part;
  for (size_t i = 0; i < entries.size(); ++i) {
    IncomingEntry& incoming = entries[i];
    RETURN_IF_ERROR(Note(incoming.id, incoming.entry.seq(),
                         incoming.entry.kind() == v1::ENTRY_KIND_PUT, incoming.leaf));
    AppendU32(&part, static_cast<uint32_t>(incoming.entry.ByteSizeLong()));
    incoming.entry.AppendToString(&part);
    if (part.size() < kPartBytes && i + 1 < entries.size()) continue;
    RETURN_IF_ERROR(spool_->Append(part));
    part.clear();
  }
  return absl::OkStatus();
}

absl::Status StagedRun::ForEach(Visitor visit) const {
  v1::Entry entry;
  return spool_->ForEach([&](absl::string_view part) {
    while (!part.empty()) {
      if (part.size() < kLengthBytes) return BadSpool();
      const uint32_t size = ReadU32(part);
      if (size > part.size() - kLengthBytes ||
          !entry.ParseFromArray(part.data() + kLengthBytes, static_cast<int>(size))) {
        return BadSpool();
      }
      part.remove_prefix(kLengthBytes + size);
      RETURN_IF_ERROR(visit(&entry));
    }
    return absl::OkStatus();
  });
}

}  // namespace maillage::sharing
