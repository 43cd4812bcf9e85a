// Early returns on absl::Status.
#ifndef CLIENT_BASE_STATUS_MACROS_H_
#define CLIENT_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define MAILLAGE_CONCAT_INNER_(a, b) a##b
#define MAILLAGE_CONCAT_(a, b) MAILLAGE_CONCAT_INNER_(a, b)

// Returns from the function when `expr` is not OK. The local has a name that no
// argument can have, or it would read itself.
#define RETURN_IF_ERROR(expr)                              \
  do {                                                     \
    absl::Status maillage_return_if_error_status = (expr); \
    if (!maillage_return_if_error_status.ok()) {           \
      return maillage_return_if_error_status;              \
    }                                                      \
  } while (false)

// Assigns the value of a StatusOr, or returns its status. `lhs` may declare.
#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_IMPL_(MAILLAGE_CONCAT_(status_or_, __LINE__), lhs, expr)
#define ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr)   \
  auto tmp = (expr);                             \
  if (!tmp.ok()) return std::move(tmp).status(); \
  lhs = std::move(tmp).value()

#endif  // CLIENT_BASE_STATUS_MACROS_H_
