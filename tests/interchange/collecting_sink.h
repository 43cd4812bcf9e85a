// A sink that keeps what it is told, as lines that a test can read.
#ifndef TESTS_INTERCHANGE_COLLECTING_SINK_H_
#define TESTS_INTERCHANGE_COLLECTING_SINK_H_

#include <string>
#include <vector>

#include "server/interchange/reader.h"

namespace maillage::interchange {

class CollectingSink : public Sink {
 public:
  absl::Status OnDraft(Draft draft) override;
  void OnProblem(v1::ImportProblem problem) override;

  std::vector<Draft> drafts;
  std::vector<std::string> records;   // one a draft; see Describe
  std::vector<std::string> problems;  // "line|SEVERITY|column|value|reason"
};

// "4 PERSON Madame/Zoé/Dupont {MANDATE Mairie: Maire 2019-06} a@example.org(W) ..."
std::string Describe(const Draft& draft);

// Reads a whole text in pieces of `piece` bytes; 0: at once.
struct Outcome {
  absl::Status status;
  std::string dialect;
  std::vector<std::string> unused_columns;
};
Outcome Read(const v1::ImportSpec& spec, absl::string_view bytes, size_t piece, Sink* sink);

// A file of tests/interchange/testdata.
std::string TestData(const std::string& name);

}  // namespace maillage::interchange

#endif  // TESTS_INTERCHANGE_COLLECTING_SINK_H_
