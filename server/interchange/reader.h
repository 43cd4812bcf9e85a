// Reading files of contacts, as they stream in.
//
// A reader is fed the bytes of one file in pieces of any size and hands each
// record to a Sink as soon as it is whole: memory does not grow with the file.
// A damaged value is kept raw and flagged, or its record is refused, with the
// line, the column and the reason; nothing is guessed.
#ifndef SERVER_INTERCHANGE_READER_H_
#define SERVER_INTERCHANGE_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/actor_service.pb.h"

namespace maillage::interchange {

// One record as a file tells it. The actor is without name, territories and
// categories: the directory resolves and derives those.
struct Draft {
  int64_t line = 0;  // of the file, from 1: where the record starts
  v1::Actor actor;
  // Where the actor is, as far as the file says; any may be empty.
  std::string insee;        // official code of a commune
  std::string locality;     // name of a commune, as written
  std::string postal_code;  // five digits
};

// Receives what a reader finds, in order of lines, on the caller's thread.
class Sink {
 public:
  virtual ~Sink() = default;
  // An error stops the reading and is returned by Write or Finish.
  virtual absl::Status OnDraft(Draft draft) = 0;
  virtual void OnProblem(v1::ImportProblem problem) = 0;
};

// Not thread safe.
class Reader {
 public:
  virtual ~Reader() = default;
  // Takes the next bytes. After an error the reader is of no more use.
  virtual absl::Status Write(absl::string_view bytes) = 0;
  // Says that the file is whole; hands over what was held back.
  virtual absl::Status Finish() = 0;
  // Encoding and separator found: "windows-1252, ;". Whole after Finish.
  virtual std::string dialect() const = 0;
  // Headings that no field was found for. Whole after Finish.
  virtual std::vector<std::string> unused_columns() const = 0;
};

// A reader for the spec's format, or for the one found from the first bytes.
// INVALID_ARGUMENT (BAD_IMPORT_SPEC) for an unknown field in spec.columns;
// UNKNOWN_FORMAT comes from Write or Finish. `sink` must outlive the reader.
absl::StatusOr<std::unique_ptr<Reader>> NewReader(const v1::ImportSpec& spec, Sink* sink);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_READER_H_
