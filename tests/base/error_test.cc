#include "client/base/error.h"

#include <gtest/gtest.h>

namespace maillage {
namespace {

TEST(Error, CarriesReasonAndMend) {
  const absl::Status error = NotFound("NO_ACTOR", "there is no such actor", "List the actors.");
  EXPECT_EQ(error.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(error.message(), "there is no such actor");
  EXPECT_EQ(ErrorReason(error), "NO_ACTOR");
  EXPECT_EQ(ErrorMend(error), "List the actors.");
}

TEST(Error, HasNoReasonWhereNoneWasGiven) {
  EXPECT_EQ(ErrorReason(absl::AbortedError("x")), "");
  EXPECT_EQ(ErrorMend(DataLoss("X", "x")), "");
  EXPECT_EQ(ErrorReason(absl::OkStatus()), "");
}

TEST(Annotate, KeepsCodeReasonAndMend) {
  const absl::Status error = Annotate(Unavailable("BUSY", "too busy", "Wait."), "capso");
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(error.message(), "capso: too busy");
  EXPECT_EQ(ErrorReason(error), "BUSY");
  EXPECT_EQ(ErrorMend(error), "Wait.");
}

TEST(Annotate, LeavesOkAlone) { EXPECT_TRUE(Annotate(absl::OkStatus(), "capso").ok()); }

}  // namespace
}  // namespace maillage
