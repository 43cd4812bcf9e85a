// The terms of a share that `share update` changes and `share preview` tries.
#ifndef TOOLS_COMMANDS_SHARE_TERMS_H_
#define TOOLS_COMMANDS_SHARE_TERMS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "maillage/v1/share_service.pb.h"
#include "tools/cli/arguments.h"

namespace maillage::cli {

class ShareTerms {
 public:
  void Declare(Arguments* arguments);
  // INVALID_ARGUMENT (BAD_CHOICE) for a --relay that is neither yes nor no.
  absl::StatusOr<v1::UpdateShareRequest> Request() const;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  // A value that no filter is: an empty filter takes everything.
  std::string filter_ = "\n";
  v1::View view_ = v1::VIEW_UNSPECIFIED;
  std::vector<std::string> add_;
  std::vector<std::string> remove_;
  std::string relay_;
};

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_SHARE_TERMS_H_
