#include "server/storage/postings.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "absl/strings/match.h"
#include "client/base/encoding.h"
#include "client/base/error.h"

namespace maillage::storage {
namespace {

constexpr size_t kChangeBytes = 3;

std::array<char, kChangeBytes> ChangeBytes(uint16_t low, bool present) {
  return {static_cast<char>(low >> 8), static_cast<char>(low), static_cast<char>(present ? 1 : 0)};
}

// Reading checks every length, so that a damaged row cannot lead astray.
bool ReadBitmap(absl::string_view bytes, Roaring* bitmap) {
  try {
    *bitmap = Roaring::readSafe(bytes.data(), bytes.size());
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

// Adds a row's ordinals: its bitmap holds their low halves, the end of its key
// the high one. Of a few in a list each is added; of others the number of the one
// container is written over, which costs no more than copying it.
bool AddChunk(absl::string_view key, absl::string_view value, Roaring* all) {
  constexpr uint8_t kPlainCookie = 12346 & 0xff;  // RoaringFormatSpec
  constexpr size_t kFewBytes = 64;
  const uint16_t high = ReadU16(key.substr(key.size() - 2));
  const bool plain = !value.empty() && static_cast<uint8_t>(value[0]) == kPlainCookie;
  Roaring chunk;
  if (plain && value.size() <= kFewBytes) {
    if (!ReadBitmap(value, &chunk)) return false;
    std::array<uint32_t, kFewBytes / 2> few;
    if (chunk.cardinality() > few.size()) return false;
    chunk.toUint32Array(few.data());
    for (uint32_t& ordinal : few) ordinal |= static_cast<uint32_t>(high) << 16;
    all->addMany(chunk.cardinality(), few.data());
    return true;
  }
  std::string moved(value);
  const size_t at = plain ? 8 : 5;
  if (moved.size() < at + 2) return false;
  moved[at] = static_cast<char>(high);
  moved[at + 1] = static_cast<char>(high >> 8);
  if (!ReadBitmap(moved, &chunk)) return false;
  if (!chunk.isEmpty() && (chunk.maximum() >> 16 != high || chunk.minimum() >> 16 != high)) {
    return false;
  }
  *all |= chunk;
  return true;
}

absl::Status BadPosting() {
  return DataLoss("BAD_ROW", "a row of the index cannot be read", "restore from a backup");
}

bool ApplyOperand(absl::string_view operand, Roaring* bitmap) {
  if (operand.size() % kChangeBytes != 0) return false;
  // Additions in a row go together, which costs a fraction of one by one.
  std::vector<uint32_t> added;
  const auto add = [&] {
    bitmap->addMany(added.size(), added.data());
    added.clear();
  };
  for (size_t i = 0; i < operand.size(); i += kChangeBytes) {
    const uint32_t low = ReadU16(operand.substr(i));
    if (operand[i + 2] != 0) {
      added.push_back(low);
      continue;
    }
    add();
    bitmap->remove(low);
  }
  add();
  return true;
}

}  // namespace

absl::Status RemoveFromPostings(const Reader& reader, const std::vector<uint32_t>& ordinals,
                                Batch* writes) {
  absl::flat_hash_map<uint16_t, std::vector<uint16_t>> by_chunk;
  for (const uint32_t ordinal : ordinals) {
    by_chunk[static_cast<uint16_t>(ordinal >> 16)].push_back(static_cast<uint16_t>(ordinal));
  }
  if (by_chunk.empty()) return absl::OkStatus();
  return reader.ScanPrefix(
      Family::kPostings, "", [&](absl::string_view key, absl::string_view value) {
        const auto lows = by_chunk.find(ReadU16(key.substr(key.size() - 2)));
        if (lows == by_chunk.end()) return true;
        Roaring bitmap;
        std::vector<std::pair<uint16_t, bool>> removed;
        if (!ReadBitmap(value, &bitmap)) return true;  // damaged: searches say so
        for (const uint16_t low : lows->second) {
          if (bitmap.contains(low)) removed.emplace_back(low, false);
        }
        if (!removed.empty()) {
          writes->Merge(Family::kPostings, std::string(key), EncodeOperand(removed));
        }
        return true;
      });
}

std::string EncodeOperand(const std::vector<std::pair<uint16_t, bool>>& changes) {
  std::string operand;
  operand.reserve(changes.size() * kChangeBytes);
  for (const auto& [low, present] : changes) {
    const auto bytes = ChangeBytes(low, present);
    operand.append(bytes.data(), bytes.size());
  }
  return operand;
}

bool ApplyOperands(const absl::string_view* value, const std::vector<absl::string_view>& operands,
                   std::string* result) {
  Roaring bitmap;
  if (value != nullptr && !ReadBitmap(*value, &bitmap)) return false;
  for (const absl::string_view operand : operands) {
    if (!ApplyOperand(operand, &bitmap)) return false;
  }
  bitmap.runOptimize();
  result->resize(bitmap.getSizeInBytes());
  bitmap.write(result->data());
  return true;
}

bool IsEmptyPosting(absl::string_view value) {
  // Cookie and number of containers; with a member there is more.
  constexpr size_t kEmptyBytes = 8;
  Roaring bitmap;
  return value.size() <= kEmptyBytes && ReadBitmap(value, &bitmap) && bitmap.isEmpty();
}

PostingDelta::Row PostingDelta::RowOf(uint8_t field, absl::string_view text, uint32_t ordinal) {
  key_.clear();
  AppendPostingKey(&key_, field, text, static_cast<uint16_t>(ordinal >> 16));
  const auto [row, is_new] = rows_.try_emplace(key_, static_cast<Row>(operands_.size()));
  if (is_new) operands_.emplace_back();
  return row->second;
}

void PostingDelta::Set(Row row, uint32_t ordinal, bool present) {
  std::string& operand = operands_[row];
  const std::array<char, kChangeBytes> change =
      ChangeBytes(static_cast<uint16_t>(ordinal), present);
  const absl::string_view bytes(change.data(), change.size());
  // Said twice of one actor.
  if (!absl::EndsWith(operand, bytes)) operand.append(bytes.data(), bytes.size());
}

void PostingDelta::FlushTo(Group* group) {
  for (const auto& [key, row] : rows_) {
    group->Merge(Family::kPostings, key, std::move(operands_[row]));
  }
  Clear();
}

void PostingDelta::FlushTo(PackedRows* rows) {
  for (const auto& [key, row] : rows_) rows->Merge(Family::kPostings, key, operands_[row]);
  Clear();
}

void PostingDelta::Clear() {
  rows_.clear();
  operands_.clear();
}

absl::StatusOr<Roaring> ReadPosting(const Reader& reader, uint8_t field, absl::string_view text) {
  Roaring all;
  bool good = true;
  const std::string prefix = PostingPrefix(field, text);
  const absl::Status status = reader.ScanPrefix(
      Family::kPostings, prefix, [&](absl::string_view key, absl::string_view value) {
        good = key.size() == prefix.size() + 2 && AddChunk(key, value, &all);
        return good;
      });
  if (!status.ok()) return status;
  if (!good) return BadPosting();
  return all;
}

absl::StatusOr<RangePosting> ReadPostings(const Reader& reader, const TermRange& range,
                                          WantedText wanted) {
  constexpr size_t kAround = 1 + 2 + 2;  // field, end of the text, chunk
  RangePosting result;
  bool good = true;
  const std::string limit = range.to.empty() ? PrefixEnd(PostingStart(range.field, ""))
                                             : PostingStart(range.field, range.to);
  const absl::Status status =
      reader.Scan(Family::kPostings, PostingStart(range.field, range.from), limit,
                  [&](absl::string_view key, absl::string_view value) {
                    result.whole = result.rows < range.most_rows;
                    if (!result.whole) return false;
                    ++result.rows;
                    good = key.size() >= kAround;
                    if (!good || !wanted(key.substr(1, key.size() - kAround))) return good;
                    good = AddChunk(key, value, &result.ordinals);
                    return good;
                  });
  if (!status.ok()) return status;
  if (!good) return BadPosting();
  return result;
}

}  // namespace maillage::storage
