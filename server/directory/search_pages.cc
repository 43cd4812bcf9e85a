#include "server/directory/search_pages.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/status_macros.h"
#include "server/directory/collation.h"
#include "server/directory/search_rank.h"

namespace maillage::directory {
namespace {

constexpr uint64_t kMostRanked = 400;
constexpr uint64_t kMostNear = 250;
constexpr size_t kMostRows = 30'000;
constexpr char kRanked = 'r';
constexpr char kWalked = 'w';
constexpr size_t kHeadBytes = 2;  // of a token: class, way

std::string Token(MatchClass match, char way, absl::string_view rest) {
  return absl::StrCat(std::string(1, static_cast<char>(match)), std::string(1, way), rest);
}

size_t ClassOf(absl::string_view start) {
  return start.empty() ? 0 : std::min<size_t>(start[0], kMatchClasses - 1);
}

// Where names begin as the text does: its collation key's first level, which has
// no byte of 1.
std::string PlaceOf(absl::string_view text) {
  const std::string key = CollationKey(text);
  return key.substr(0, key.find('\x01'));
}

Roaring FirstOf(const Roaring& set, uint64_t most) {
  if (set.cardinality() <= most) return set;
  Roaring first;
  for (const uint32_t ordinal : set) {
    if (most-- == 0) break;
    first.add(ordinal);
  }
  return first;
}

}  // namespace

absl::StatusOr<SearchPages> SearchPages::Of(const storage::Reader& reader, const NodeId& self,
                                            absl::string_view text) {
  ASSIGN_OR_RETURN(SoughtText sought, ParseSought(text));
  return SearchPages(reader, self, text, std::move(sought));
}

absl::Status SearchPages::Find(const Roaring& among, absl::string_view start,
                               Explanation* explanation) {
  const bool near = !start.empty() && ClassOf(start) == static_cast<size_t>(MatchClass::kNear);
  ASSIGN_OR_RETURN(matches_, FindMatches(reader_, sought_, among, near, explanation));
  Roaring& misses = matches_.classes[static_cast<size_t>(MatchClass::kNear)];
  if (misses.isEmpty()) return absl::OkStatus();
  // Only a look at them says which are near enough.
  Roaring looked_at = FirstOf(misses & matches_.spelled, kMostNear);
  looked_at |= FirstOf(misses - matches_.spelled, kMostNear - looked_at.cardinality());
  ASSIGN_OR_RETURN(near_, Rank(MatchClass::kNear, looked_at));
  misses = Roaring();
  for (const ListedActor& one : near_) misses.add(one.ordinal);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ListedActor>> SearchPages::Rank(MatchClass match,
                                                           const Roaring& set) const {
  return ReadInOrder(reader_, self_, set, [&](const v1::Actor& actor, uint32_t ordinal) {
    std::string key;
    if (const auto rank = RankOf(sought_, match, actor)) {
      key = {static_cast<char>(*rank >> 8), static_cast<char>(*rank)};
      key += FrenchKey(actor, ordinal);
    }
    return key;
  });
}

absl::StatusOr<ActorPage> SearchPages::Page(absl::string_view start, size_t limit) {
  ActorPage page;
  page.total_size = matches_.total();
  page.total_is_least = !matches_.whole;
  limit_ = limit;
  rows_left_ = kMostRows;
  const size_t first = ClassOf(start);
  for (size_t i = first; i < kMatchClasses && page.next_page_token.empty(); ++i) {
    const auto match = static_cast<MatchClass>(i);
    const bool resumed = i == first && start.size() > kHeadBytes;
    const absl::string_view from = resumed ? start.substr(kHeadBytes) : "";
    const bool ranked =
        resumed ? start[1] == kRanked : matches_.classes[i].cardinality() <= kMostRanked;
    RETURN_IF_ERROR(ranked ? AddRanked(match, from, &page) : AddWalked(match, from, &page));
  }
  return page;
}

absl::Status SearchPages::AddRanked(MatchClass match, absl::string_view from, ActorPage* page) {
  std::vector<ListedActor> list;
  if (match == MatchClass::kNear) {
    list = near_;
  } else {
    ASSIGN_OR_RETURN(list, Rank(match, matches_.classes[static_cast<size_t>(match)]));
  }
  for (ListedActor& one : list) {
    if (one.key < from) continue;
    if (page->actors.size() == limit_) {
      page->next_page_token = Token(match, kRanked, one.key);
      break;
    }
    page->actors.push_back(std::move(one.actor));
  }
  return absl::OkStatus();
}

absl::Status SearchPages::AddWalked(MatchClass match, absl::string_view from, ActorPage* page) {
  const bool in_second = !from.empty() && from[0] != 0;
  const absl::string_view key = from.empty() ? from : from.substr(1);
  if (!in_second) {
    RETURN_IF_ERROR(AddPart(match, false, key, page));
    if (!page->next_page_token.empty()) return absl::OkStatus();
  }
  return AddPart(match, true, in_second ? key : "", page);
}

absl::Status SearchPages::AddPart(MatchClass match, bool second, absl::string_view from,
                                  ActorPage* page) {
  const std::string place = PlaceOf(text_);
  Walk walk;
  walk.from = std::string(second ? from : std::max<absl::string_view>(from, place));
  walk.to = second ? place : "";
  walk.most_rows = rows_left_;
  walk.most_found = limit_ - page->actors.size();
  ASSIGN_OR_RETURN(const Walked walked,
                   WalkInOrder(reader_, walk, matches_.classes[static_cast<size_t>(match)]));
  rows_left_ -= walked.rows;
  for (const uint32_t ordinal : walked.ordinals) {
    ASSIGN_OR_RETURN(ShownRecord record, ReadByOrdinal(reader_, self_, ordinal));
    if (record.actor != nullptr) page->actors.push_back(std::move(record.actor));
  }
  if (!walked.next.empty()) {
    page->next_page_token =
        Token(match, kWalked, absl::StrCat(std::string(1, second ? '\1' : '\0'), walked.next));
  }
  return absl::OkStatus();
}

}  // namespace maillage::directory
