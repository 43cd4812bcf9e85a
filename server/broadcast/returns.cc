#include "server/broadcast/returns.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::broadcast {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxMails = 10'000;

absl::Status FileError(const std::string& path, const std::error_code& error) {
  return Unavailable("FILE_ERROR", absl::StrCat(path, ": ", error.message()),
                     "see 'returns' in node.toml: a Maildir with new/ and cur/ that the node may "
                     "write");
}

// The oldest first: a Maildir's names begin with the time.
absl::StatusOr<std::vector<std::string>> NewMails(const std::string& maildir) {
  const std::string folder = absl::StrCat(maildir, "/new");
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->is_regular_file(error)) names.push_back(it->path().filename().string());
  }
  if (error) return FileError(folder, error);
  std::sort(names.begin(), names.end());
  if (names.size() > kMaxMails) names.resize(kMaxMails);
  return names;
}

}  // namespace

absl::StatusOr<ReturnCounts> Returns::ReadNew() const {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, NewMails(parts_.maildir));
  ReturnCounts counts;
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(parts_.maildir, "/new/", name);
    ASSIGN_OR_RETURN(const Outcome outcome, Judge(path));
    counts.failed += outcome == Outcome::kFailed ? 1 : 0;
    counts.waiting += outcome == Outcome::kWaiting ? 1 : 0;
    counts.ignored += outcome == Outcome::kIgnored ? 1 : 0;
    counts.to_read += outcome == Outcome::kToRead ? 1 : 0;
    if (outcome == Outcome::kWaiting) continue;
    // S: seen.
    const char* flags = outcome == Outcome::kToRead ? ":2," : ":2,S";
    std::error_code error;
    fs::rename(path, absl::StrCat(parts_.maildir, "/cur/", name, flags), error);
    if (error) return FileError(path, error);
  }
  return counts;
}

absl::StatusOr<Returns::Outcome> Returns::Judge(const std::string& path) const {
  std::ifstream file(path, std::ios::binary);
  std::string mail(kMaxReturnedBytes, '\0');
  file.read(mail.data(), static_cast<std::streamsize>(mail.size()));
  mail.resize(static_cast<size_t>(file.gcount()));
  const ReturnedMail returned = ReadReturnedMail(mail, parts_.local_part);
  switch (returned.kind) {
    case ReturnedMail::Kind::kFailed:
      return Bounce(returned);
    case ReturnedMail::Kind::kDelayed:
    case ReturnedMail::Kind::kDelivered:
    case ReturnedMail::Kind::kAutoReply:
      return Outcome::kIgnored;
    case ReturnedMail::Kind::kComplaint:
    case ReturnedMail::Kind::kOther:
      break;
  }
  return Outcome::kToRead;
}

// The first token that was made here counts; anybody can write the others.
absl::StatusOr<Returns::Outcome> Returns::Bounce(const ReturnedMail& mail) const {
  for (const std::string& token : mail.tokens) {
    const auto subject =
        parts_.tokens->Check(TokenPurpose::kReturnPath, token, parts_.clock->Now());
    if (!subject.ok()) continue;
    const std::shared_ptr<Job> job = parts_.find_job(subject->job);
    if (job == nullptr) continue;
    const absl::Status moved = job->Returned(
        subject->number,
        absl::StrCat("came back: ", mail.status, mail.status.empty() ? "" : " ", mail.detail));
    if (moved.ok()) return Outcome::kFailed;
    if (absl::IsFailedPrecondition(moved)) return Outcome::kWaiting;
    if (!absl::IsNotFound(moved)) return moved;
  }
  return Outcome::kToRead;
}

}  // namespace maillage::broadcast
