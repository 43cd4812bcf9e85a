// People and programs that reach the node by TLS with a certificate of their
// own: meta rows "operator/{alias}", held in memory.
#ifndef SERVER_IDENTITY_OPERATORS_H_
#define SERVER_IDENTITY_OPERATORS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"
#include "maillage/v1/node_service.pb.h"
#include "server/identity/certificate.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::identity {

struct Operator {
  std::string alias;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::string certificate_hash;  // 32 bytes
  absl::Time create_time;
};

// Thread safe. Changes are durable before they show.
class Operators {
 public:
  // Reads the stored operators. DATA_LOSS (BAD_OPERATOR_ROW). `writer` and
  // `clock` must outlive it.
  static absl::StatusOr<std::unique_ptr<Operators>> Load(const storage::Reader& reader,
                                                         storage::Writer* writer,
                                                         const Clock* clock);

  struct New {
    Operator added;
    TlsKey tls;  // to hand over; not kept
  };
  // Makes key and certificate. INVALID_ARGUMENT: BAD_ALIAS, BAD_ROLE;
  // ALREADY_EXISTS (ALIAS_TAKEN).
  absl::StatusOr<New> Add(absl::string_view alias, v1::Role role, absl::string_view who);
  // By operators/ALIAS or alias. NOT_FOUND (NO_SUCH_OPERATOR). Its next call is
  // refused.
  absl::Status Remove(absl::string_view name, absl::string_view who);

  // In order of aliases.
  std::vector<Operator> List() const;
  std::optional<Operator> FindByCertificate(absl::string_view certificate_hash) const;

 private:
  Operators(storage::Writer* writer, const Clock* clock) : writer_(writer), clock_(clock) {}
  bool Has(absl::string_view alias) const;

  storage::Writer* const writer_;
  const Clock* const clock_;
  // Held from looking to storing; taken first.
  Mutex change_mutex_;
  mutable Mutex mutex_;
  std::map<std::string, Operator> operators_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_OPERATORS_H_
