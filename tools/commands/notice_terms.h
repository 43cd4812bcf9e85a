// Options by which a notice to persons is told: given when and how, or not needed.
#ifndef TOOLS_COMMANDS_NOTICE_TERMS_H_
#define TOOLS_COMMANDS_NOTICE_TERMS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "maillage/v1/actor.pb.h"
#include "tools/cli/arguments.h"

namespace maillage::cli {

class NoticeTerms {
 public:
  // `prefix` goes before the names of the options: "", or "notice-".
  void Declare(const char* prefix, Arguments* arguments);
  // Nothing where none was given. INVALID_ARGUMENT (USAGE).
  absl::StatusOr<std::optional<v1::PrivacyNotice>> Notice() const;

 private:
  std::string given_;
  std::string how_;
  std::string exempt_;
};

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_NOTICE_TERMS_H_
