#include "tools/cli/arguments.h"

#include <gtest/gtest.h>

#include "client/base/error.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::cli {
namespace {

TEST(ParseEnum, TakesTheNameWithoutItsPrefixInAnyCase) {
  const auto* type = v1::AudienceCategory_descriptor();
  for (const char* text : {"ELECTED_OFFICIAL", "elected_official", "Elected-Official"}) {
    EXPECT_EQ(*ParseEnum(type, text), v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL) << text;
  }
}

TEST(ParseEnum, NamesTheChoicesWhereThereIsNone) {
  for (const char* text : {"", "elected", "unspecified", "AUDIENCE_CATEGORY_CITIZEN"}) {
    const absl::Status status = ParseEnum(v1::View_descriptor(), text).status();
    EXPECT_EQ(ErrorReason(status), "BAD_CHOICE");
    EXPECT_EQ(status.message(), std::string("'") + text + "' is none of card, professional, full");
  }
}

}  // namespace
}  // namespace maillage::cli
