// The readers of the formats, behind the front that tells them apart.
#ifndef SERVER_INTERCHANGE_BODY_READER_H_
#define SERVER_INTERCHANGE_BODY_READER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/actor_service.pb.h"
#include "server/interchange/encoding.h"
#include "server/interchange/headings.h"
#include "server/interchange/reader.h"
#include "server/interchange/sniff.h"

namespace maillage::interchange {

// As Reader, for bytes without their mark; UTF-16 comes as UTF-8.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  virtual absl::Status Write(absl::string_view bytes) = 0;
  virtual absl::Status Finish() = 0;
  // Of what is written, once it is decided.
  virtual Encoding encoding() const = 0;
  // ";", "tab", "vCard".
  virtual std::string kind() const = 0;
  virtual std::vector<std::string> unused_columns() const = 0;
};

// `sink` must outlive them. kUndecided: the first bytes did not tell.
std::unique_ptr<BodyReader> NewTableReader(const v1::ImportSpec& spec,
                                           const HeadingOverrides& overrides, const Layout& layout,
                                           Encoding encoding, Sink* sink);
std::unique_ptr<BodyReader> NewVcardReader(v1::AudienceCategory category, Encoding encoding,
                                           Sink* sink);
std::unique_ptr<BodyReader> NewLdifReader(v1::AudienceCategory category, Encoding encoding,
                                          Sink* sink);
std::unique_ptr<BodyReader> NewJsonReader(Sink* sink);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_BODY_READER_H_
