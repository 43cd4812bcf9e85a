#include "server/storage/spool.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/storage/crc32c.h"

namespace maillage::storage {
namespace {

constexpr absl::string_view kMagic = "MAILSPL1";
constexpr size_t kFrameHeaderBytes = 8;

std::string FrameOf(absl::string_view bytes) {
  std::string frame;
  frame.reserve(kFrameHeaderBytes + bytes.size());
  AppendU32(&frame, static_cast<uint32_t>(bytes.size()));
  AppendU32(&frame, Crc32c(bytes));
  frame.append(bytes.data(), bytes.size());
  return frame;
}

absl::Status NoSpool(absl::string_view name) {
  return NotFound("NO_SPOOL", absl::StrCat(name, " is no spool, or has lost its beginning"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Spool>> Spool::Create(Folder* folder, const std::string& name,
                                                     absl::string_view label) {
  RETURN_IF_ERROR(folder->Remove(name));
  std::unique_ptr<Spool> spool(new Spool(folder, name));
  spool->label_ = std::string(label);
  const std::string start = absl::StrCat(kMagic, FrameOf(label));
  RETURN_IF_ERROR(folder->Append(name, start));
  spool->first_part_ = spool->end_ = start.size();
  return spool;
}

absl::StatusOr<std::unique_ptr<Spool>> Spool::Open(Folder* folder, const std::string& name) {
  std::unique_ptr<Spool> spool(new Spool(folder, name));
  ASSIGN_OR_RETURN(const std::string magic, folder->Read(name, 0, kMagic.size()));
  if (magic != kMagic) return NoSpool(name);
  uint64_t at = kMagic.size();
  ASSIGN_OR_RETURN(bool whole, spool->ReadFrame(at, &spool->label_));
  if (!whole) return NoSpool(name);
  at += kFrameHeaderBytes + spool->label_.size();
  spool->first_part_ = at;
  for (std::string part; whole;) {
    spool->end_ = at;
    ASSIGN_OR_RETURN(whole, spool->ReadFrame(at, &part));
    at += kFrameHeaderBytes + part.size();
  }
  RETURN_IF_ERROR(folder->Cut(name, spool->end_));
  return spool;
}

absl::StatusOr<bool> Spool::ReadFrame(uint64_t at, std::string* bytes) const {
  ASSIGN_OR_RETURN(const std::string header, folder_->Read(name_, at, kFrameHeaderBytes));
  if (header.size() < kFrameHeaderBytes) return false;
  const uint32_t length = ReadU32(header);
  if (length > kMaxPartBytes) return false;
  ASSIGN_OR_RETURN(*bytes, folder_->Read(name_, at + kFrameHeaderBytes, length));
  return bytes->size() == length && Crc32c(*bytes) == ReadU32(absl::string_view(header).substr(4));
}

absl::Status Spool::Append(absl::string_view part) {
  const std::string frame = FrameOf(part);
  RETURN_IF_ERROR(folder_->Append(name_, frame));
  end_ += frame.size();
  return absl::OkStatus();
}

absl::Status Spool::ForEach(Visitor visit) const {
  Cursor cursor(this);
  std::string part;
  while (true) {
    ASSIGN_OR_RETURN(const bool some, cursor.Next(&part));
    if (!some) return absl::OkStatus();
    RETURN_IF_ERROR(visit(part));
  }
}

absl::StatusOr<bool> Spool::Cursor::Next(std::string* part) {
  if (at_ >= spool_->end_) return false;
  ASSIGN_OR_RETURN(const bool whole, spool_->ReadFrame(at_, part));
  if (!whole) {
    return DataLoss("BAD_SPOOL", absl::StrCat("the file ", spool_->name_, " was damaged"),
                    "look at the disk; what is lost is asked for again");
  }
  at_ += kFrameHeaderBytes + part->size();
  return true;
}

}  // namespace maillage::storage
