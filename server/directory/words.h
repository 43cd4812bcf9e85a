// Words: the one spelling in which texts are indexed and sought.
//
// A text is folded (interchange/fold.h) and cut at blanks. Then "st", "ste",
// "sts", "stes" are "saint", "sainte", "saints", "saintes"; "lez" is "les"; "s" after a
// word is "sur", twice "sous"; "agglo" is "agglomeration"; three or more single letters in a row
// are one word, as in "C.A.P.S.O.". Articles, particles and joints ("d", "de", "van", "den", "sur")
// are no words of their own, unless the text has no other. "Communaute de communes", "communaute d
// agglomeration" and "communaute urbaine" are "cc", "ca" and "cu" as well, and the
// other way round at the beginning of a text.
#ifndef SERVER_DIRECTORY_WORDS_H_
#define SERVER_DIRECTORY_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace maillage::directory {

using Words = std::vector<std::string>;

// Every word in order, particles too, as it is spelled in the index.
Words SpelledWords(absl::string_view text);
// Whether a word does not count among others.
bool IsParticle(absl::string_view word);
// What stands in the index for a text, of its first 24 words, in order; with
// repetitions.
Words IndexWords(absl::string_view text);
// What to seek for a text: as IndexWords, but a community by its abbreviation
// alone, which every spelling of it has.
Words SoughtWords(absl::string_view text);
// The words that name the communities of communes in `words`: where "communaute de
// communes" begins, "cc" and how many words it took; empty and 0 elsewhere.
struct Abbreviated {
  absl::string_view word;
  size_t length = 0;
};
Abbreviated CommunityAt(const Words& words, size_t at);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_WORDS_H_
