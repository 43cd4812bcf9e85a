// Recording the notice of many persons at once (RGPD art. 13, 14).
#ifndef SERVER_DIRECTORY_NOTICES_H_
#define SERVER_DIRECTORY_NOTICES_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/notice_service.pb.h"
#include "server/directory/directory.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// Thread safe.
class Notices {
 public:
  // Told of the counts so far, after each transaction.
  using TellFn = std::function<void(const v1::RecordNoticeResponse&)>;

  // All must outlive it.
  Notices(const NodeId& self, Directory* directory, const storage::Database* database,
          storage::Writer* writer, const Clock* clock)
      : self_(self), directory_(directory), database_(database), writer_(writer), clock_(clock) {}

  // As NoticeService.RecordNotice. `who` is for the audit.
  absl::StatusOr<v1::RecordNoticeResponse> Record(const v1::RecordNoticeRequest& request,
                                                  absl::string_view who, const TellFn& tell) const;

 private:
  class Run;

  const NodeId self_;
  Directory* const directory_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const Clock* const clock_;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_NOTICES_H_
