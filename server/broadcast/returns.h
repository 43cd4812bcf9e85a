// Mails that came back into a Maildir (https://cr.yp.to/proto/maildir.html): the
// return path of every mail is LOCAL+TOKEN@DOMAIN, and the mail server delivers
// what comes to it there.
//
// What a notification says is written into the ledger, and its file moves from
// new/ to cur/ as seen. What a person must read goes to cur/ as not seen, so that
// a mail program shows it.
#ifndef SERVER_BROADCAST_RETURNS_H_
#define SERVER_BROADCAST_RETURNS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "server/broadcast/job.h"
#include "server/broadcast/mail/returned.h"
#include "server/broadcast/tokens.h"

namespace maillage::broadcast {

// What became of the mails of one reading.
struct ReturnCounts {
  int64_t failed = 0;   // the recipient is BOUNCED now
  int64_t waiting = 0;  // left for the next reading: its leaving is not written down yet
  int64_t ignored = 0;  // delays, successes, absences
  int64_t to_read = 0;  // complaints, letters of people, what bears no token of ours

  int64_t total() const { return failed + waiting + ignored + to_read; }
};

// Not thread safe.
class Returns {
 public:
  // All outlive it.
  struct Parts {
    std::string maildir;
    std::string local_part;  // of the return path, without the +
    const MailTokens* tokens;
    const Clock* clock;
    // The broadcast with this id; null: there is none.
    std::function<std::shared_ptr<Job>(const RecordId& job)> find_job;
  };
  explicit Returns(Parts parts) : parts_(std::move(parts)) {}

  // Reads what is new, at most 10,000 mails. UNAVAILABLE (FILE_ERROR) where the
  // Maildir cannot be read; an error of the database.
  absl::StatusOr<ReturnCounts> ReadNew() const;

 private:
  enum class Outcome { kFailed, kWaiting, kIgnored, kToRead };
  absl::StatusOr<Outcome> Judge(const std::string& path) const;
  absl::StatusOr<Outcome> Bounce(const ReturnedMail& mail) const;

  const Parts parts_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_RETURNS_H_
