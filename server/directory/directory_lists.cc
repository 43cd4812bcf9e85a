// How the directory lists, searches and counts.
#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/directory.h"
#include "server/directory/listing.h"
#include "server/directory/page_token.h"
#include "server/directory/search_pages.h"
#include "server/storage/postings.h"

namespace maillage::directory {
namespace {

constexpr int kDefaultPage = 50;
constexpr int kMaxPage = 1000;
constexpr size_t kCategories = v1::AUDIENCE_CATEGORY_CITIZEN + 1;

size_t PageSize(int asked) {
  return static_cast<size_t>(asked <= 0 ? kDefaultPage : std::min(asked, kMaxPage));
}

absl::StatusOr<Roaring> ReadField(const storage::Reader& reader, Field field,
                                  absl::string_view text) {
  return storage::ReadPosting(reader, static_cast<uint8_t>(field), text);
}

// What a page token of a search is bound to.
std::string Bound(const Filter& filter, absl::string_view text) {
  return absl::StrCat(filter.ToString(), std::string(1, '\0'), text);
}

}  // namespace

absl::StatusOr<ActorPage> Directory::List(absl::string_view filter_text, int page_size,
                                          absl::string_view page_token) const {
  ASSIGN_OR_RETURN(const Filter filter, ParseFilter(filter_text));
  ASSIGN_OR_RETURN(const std::string start, OpenPageToken(page_token, filter.ToString()));
  const size_t limit = PageSize(page_size);
  const auto snapshot = database_->Snapshot();
  ASSIGN_OR_RETURN(const Roaring matches, filter.Evaluate(*snapshot));
  ASSIGN_OR_RETURN(const Roaring all, ReadField(*snapshot, Field::kAll, ""));
  ActorPage page;
  page.total_size = static_cast<int64_t>(matches.cardinality());
  std::string next;
  if (IsReadFaster(matches.cardinality(), all.cardinality(), limit)) {
    ASSIGN_OR_RETURN(std::vector<ListedActor> list,
                     ReadInOrder(*snapshot, self_, matches, FrenchKey));
    for (ListedActor& one : list) {
      if (one.key < start) continue;
      if (page.actors.size() == limit) {
        next = std::move(one.key);
        break;
      }
      page.actors.push_back(std::move(one.actor));
    }
  } else {
    ASSIGN_OR_RETURN(
        Walked walked,
        WalkInOrder(*snapshot, {.from = start, .to = "", .most_found = limit}, matches));
    for (const uint32_t ordinal : walked.ordinals) {
      ASSIGN_OR_RETURN(ShownRecord record, ReadByOrdinal(*snapshot, self_, ordinal));
      if (record.actor != nullptr) page.actors.push_back(std::move(record.actor));
    }
    next = std::move(walked.next);
  }
  if (!next.empty()) page.next_page_token = MakePageToken(next, filter.ToString());
  return page;
}

absl::StatusOr<ActorPage> Directory::Search(absl::string_view text, absl::string_view filter_text,
                                            int page_size, absl::string_view page_token) const {
  ASSIGN_OR_RETURN(const Filter filter, ParseFilter(filter_text));
  const auto snapshot = database_->Snapshot();
  ASSIGN_OR_RETURN(SearchPages search, SearchPages::Of(*snapshot, self_, text));
  ASSIGN_OR_RETURN(const std::string start, OpenPageToken(page_token, Bound(filter, text)));
  ASSIGN_OR_RETURN(const Roaring among, filter.Evaluate(*snapshot));
  RETURN_IF_ERROR(search.Find(among, start, nullptr));
  ASSIGN_OR_RETURN(ActorPage page, search.Page(start, PageSize(page_size)));
  if (!page.next_page_token.empty()) {
    page.next_page_token = MakePageToken(page.next_page_token, Bound(filter, text));
  }
  return page;
}

absl::StatusOr<ActorCount> Directory::Count(absl::string_view filter_text,
                                            absl::string_view text) const {
  ASSIGN_OR_RETURN(const Filter filter, ParseFilter(filter_text));
  const auto snapshot = database_->Snapshot();
  ASSIGN_OR_RETURN(Roaring matches, filter.Evaluate(*snapshot));
  if (!text.empty()) {
    ASSIGN_OR_RETURN(SearchPages search, SearchPages::Of(*snapshot, self_, text));
    RETURN_IF_ERROR(search.Find(matches, "", nullptr));
    matches = search.matches().All();
  }
  ActorCount count;
  count.total = static_cast<int64_t>(matches.cardinality());
  std::array<Roaring, kCategories> by_category;
  for (size_t c = 1; c < kCategories; ++c) {
    ASSIGN_OR_RETURN(by_category[c], ReadField(*snapshot, Field::kPrimary,
                                               CategoryWord(static_cast<v1::AudienceCategory>(c))));
    by_category[c] &= matches;
  }
  std::vector<NodeId> origins = nodes_.all();
  std::sort(origins.begin(), origins.end());
  origins.insert(origins.begin(), self_);
  for (const NodeId& origin : origins) {
    ASSIGN_OR_RETURN(const Roaring here, ReadField(*snapshot, Field::kOrigin, origin.bytes()));
    for (size_t c = 1; c < kCategories; ++c) {
      const auto number = static_cast<int64_t>(here.and_cardinality(by_category[c]));
      if (number > 0) {
        count.groups.push_back({origin, static_cast<v1::AudienceCategory>(c), number});
      }
    }
  }
  return count;
}

absl::StatusOr<Explanation> Directory::Explain(absl::string_view filter_text,
                                               absl::string_view text) const {
  ASSIGN_OR_RETURN(const Filter filter, ParseFilter(filter_text));
  const auto snapshot = database_->Snapshot();
  Explanation explanation;
  ASSIGN_OR_RETURN(const Roaring among, filter.Evaluate(*snapshot, &explanation));
  if (text.empty()) return explanation;
  ASSIGN_OR_RETURN(SearchPages search, SearchPages::Of(*snapshot, self_, text));
  RETURN_IF_ERROR(search.Find(among, "", &explanation));
  return explanation;
}

}  // namespace maillage::directory
