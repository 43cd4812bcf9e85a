// A reader with rows laid over it that are not stored yet.
#ifndef SERVER_SHARING_OVERLAY_READER_H_
#define SERVER_SHARING_OVERLAY_READER_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "server/storage/batch.h"
#include "server/storage/reader.h"

namespace maillage::sharing {

// Thread safe once made. Shows what `base` would show after the rows of a batch
// were put and deleted; merges are not for it.
class OverlayReader : public storage::Reader {
 public:
  OverlayReader(std::shared_ptr<const storage::Reader> base, const storage::Batch& rows,
                storage::Family family);

  absl::StatusOr<std::optional<std::string>> Get(storage::Family family,
                                                 absl::string_view key) const override;
  absl::Status Scan(storage::Family family, absl::string_view first, absl::string_view limit,
                    Visitor visit) const override;

 private:
  const std::shared_ptr<const storage::Reader> base_;
  const storage::Family family_;  // rows of others are not laid over
  std::map<std::string, std::optional<std::string>, std::less<>> rows_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_OVERLAY_READER_H_
