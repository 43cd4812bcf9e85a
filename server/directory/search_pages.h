// Pages of what a search found, the best first; private to the directory.
//
// A class (search_match.h) of at most 400 records is read whole and ranked; a
// greater one is walked in French order, from where the searched text would stand
// to the end and then from the beginning, at most 30,000 rows a page: such a page
// may be short, or empty, and still not the last. How a class was listed first
// stands in the page token, so that pages go together while data changes.
//
// A page token: class(1) 'r' rank(2) French key, or class(1) 'w' part(1) French key.
#ifndef SERVER_DIRECTORY_SEARCH_PAGES_H_
#define SERVER_DIRECTORY_SEARCH_PAGES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/directory/directory.h"
#include "server/directory/listing.h"
#include "server/directory/search_match.h"
#include "server/directory/sought_text.h"

namespace maillage::directory {

// One search on one snapshot. Not thread safe; errors are those of reading.
class SearchPages {
 public:
  // INVALID_ARGUMENT: BAD_SEARCH.
  static absl::StatusOr<SearchPages> Of(const storage::Reader& reader, const NodeId& self,
                                        absl::string_view text);

  // Among `among`; `start` is of a page token, or empty.
  absl::Status Find(const Roaring& among, absl::string_view start, Explanation* explanation);
  const Matches& matches() const { return matches_; }
  // The page from `start`; its token is raw.
  absl::StatusOr<ActorPage> Page(absl::string_view start, size_t limit);

 private:
  SearchPages(const storage::Reader& reader, const NodeId& self, absl::string_view text,
              SoughtText sought)
      : reader_(reader), self_(self), text_(text), sought_(std::move(sought)) {}
  absl::StatusOr<std::vector<ListedActor>> Rank(MatchClass match, const Roaring& set) const;
  absl::Status AddRanked(MatchClass match, absl::string_view from, ActorPage* page);
  absl::Status AddWalked(MatchClass match, absl::string_view from, ActorPage* page);
  absl::Status AddPart(MatchClass match, bool second, absl::string_view from, ActorPage* page);

  const storage::Reader& reader_;
  const NodeId self_;
  const std::string text_;
  const SoughtText sought_;
  Matches matches_;
  std::vector<ListedActor> near_;  // ranked, where there are near misses
  size_t limit_ = 0;
  size_t rows_left_ = 0;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_SEARCH_PAGES_H_
