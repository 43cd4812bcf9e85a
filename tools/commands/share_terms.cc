#include "tools/commands/share_terms.h"

#include "client/base/error.h"

namespace maillage::cli {

void ShareTerms::Declare(Arguments* arguments) {
  arguments->Text("NAME", &name_, "", "Its name, as short as it is clear", Need::kRequired);
  arguments->Text("--filter", &filter_, "FILTER", "Only actors that match");
  arguments->Choice("--view", &view_, "Which fields they see");
  arguments->Texts("--add", &add_, "PARTNER", "Who may see it from now on");
  arguments->Texts("--remove", &remove_, "PARTNER", "Who may see it no longer");
  arguments->Text("--relay", &relay_, "yes|no", "Whether members may pass it on to each other");
}

absl::StatusOr<v1::UpdateShareRequest> ShareTerms::Request() const {
  v1::UpdateShareRequest request;
  request.mutable_share()->set_name(name_);
  if (filter_ != "\n") {
    request.mutable_share()->set_filter(filter_);
    request.mutable_update_mask()->add_paths("filter");
  }
  if (view_ != v1::VIEW_UNSPECIFIED) {
    request.mutable_share()->set_view(view_);
    request.mutable_update_mask()->add_paths("view");
  }
  if (!relay_.empty()) {
    if (relay_ != "yes" && relay_ != "no") {
      return InvalidArgument("BAD_CHOICE", "--relay is yes or no", "share update NAME --relay yes");
    }
    request.mutable_share()->set_relayable(relay_ == "yes");
    request.mutable_update_mask()->add_paths("relayable");
  }
  for (const std::string& member : add_) request.add_add_members(member);
  for (const std::string& member : remove_) request.add_remove_members(member);
  return request;
}

}  // namespace maillage::cli
