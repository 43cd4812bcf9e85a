// A text of the command line in both languages. The catalogue's alone.
#ifndef TOOLS_CLI_PHRASE_H_
#define TOOLS_CLI_PHRASE_H_

#include "absl/types/span.h"

namespace maillage::cli {

struct Phrase {
  const char* english;
  const char* french;
};

// What help says of commands and their arguments.
absl::Span<const Phrase> HelpPhrases();
// What is said of imports, exports and mappings.
absl::Span<const Phrase> FilePhrases();
// What is said of notices, objections, retention and the audit.
absl::Span<const Phrase> LawPhrases();
absl::Span<const Phrase> CascadePhrases();

}  // namespace maillage::cli

#endif  // TOOLS_CLI_PHRASE_H_
