#include "client/pager.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "maillage/v1/node_service.pb.h"

namespace maillage::client {
namespace {

using Request = v1::ListOperatorsRequest;
using Response = v1::ListOperatorsResponse;

// Serves pages "0" to `last`, one operator each.
absl::StatusOr<Response> Serve(const Request& request, int last) {
  const int page = request.page_token().empty() ? 0 : std::stoi(request.page_token());
  Response response;
  response.add_operators()->set_alias(absl::StrCat("o", page));
  if (page < last) response.set_next_page_token(absl::StrCat(page + 1));
  return response;
}

TEST(ForEachPage, VisitsEveryPageInOrder) {
  std::vector<std::string> seen;
  const auto status = ForEachPage(
      Request(), [](const Request& r) { return Serve(r, 2); },
      [&](const Response& page) {
        seen.push_back(page.operators(0).alias());
        return true;
      });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(seen, (std::vector<std::string>{"o0", "o1", "o2"}));
}

TEST(ForEachPage, StopsWhereThePageHandlerHasEnough) {
  int pages = 0;
  const auto status = ForEachPage(
      Request(), [](const Request& r) { return Serve(r, 9); },
      [&](const Response&) { return ++pages < 2; });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(pages, 2);
}

TEST(ForEachPage, ReturnsTheErrorOfAFetch) {
  const auto status = ForEachPage(
      Request(), [](const Request&) { return absl::StatusOr<Response>(absl::AbortedError("no")); },
      [](const Response&) { return true; });
  EXPECT_EQ(status, absl::AbortedError("no"));
}

TEST(ForEachPage, RefusesToTurnInCircles) {
  const auto status = ForEachPage(
      Request(),
      [](const Request&) {
        Response response;
        response.set_next_page_token("same");
        return absl::StatusOr<Response>(response);
      },
      [](const Response&) { return true; });
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ErrorReason(status), "PAGE_REPEATED");
}

}  // namespace
}  // namespace maillage::client
