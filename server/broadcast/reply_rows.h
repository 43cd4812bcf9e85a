// Rows of replies while one of them changes. Known to the files of Replies alone.
#ifndef SERVER_BROADCAST_REPLY_ROWS_H_
#define SERVER_BROADCAST_REPLY_ROWS_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/stored_reply.pb.h"
#include "server/broadcast/replies.h"

namespace maillage::broadcast {

inline std::string ReplyName(absl::string_view invitation, absl::string_view id) {
  return absl::StrCat(invitation, "/replies/", id);
}

inline std::string UntoldName(absl::string_view invitation, absl::string_view id) {
  return absl::StrCat(invitation, "/untold/", id);
}

struct Replies::Change {
  std::string invitation;
  std::string id;
  uint32_t capacity = 0;            // 0: no limit
  std::optional<v1::Reply> before;  // the row as it is
  v1::Reply reply;                  // as it will be
  v1::StoredSeats seats;
  storage::Transaction transaction;

  bool was(v1::ReplyStanding standing) const {
    return before.has_value() && before->standing() == standing;
  }
  // A row that must still be so at the commit.
  void Expect(std::string key, std::optional<std::string> value) {
    transaction.preconditions.push_back(
        {storage::Family::kObjects, std::move(key), std::move(value)});
  }
  void Store(const v1::Reply& row) {
    transaction.writes.Put(storage::Family::kObjects, row.name(), row.SerializeAsString());
  }
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_REPLY_ROWS_H_
