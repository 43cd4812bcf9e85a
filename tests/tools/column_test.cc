#include "tools/cli/column.h"

#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <sstream>

#include "maillage/v1/actor_service.pb.h"
#include "maillage/v1/invitation_service.pb.h"
#include "maillage/v1/node_service.pb.h"
#include "maillage/v1/partner_service.pb.h"
#include "maillage/v1/share_service.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Locale kFrench = {.language = Language::kFrench, .zone = absl::UTCTimeZone()};
const Locale kRaw = {.raw = true, .zone = absl::UTCTimeZone()};

v1::Actor Mayor() {
  v1::Actor actor;
  actor.set_name("nodes/gaytemzugu3doobz/actors/0190a3b4-c5d6-7e8f-9a0b-1c2d3e4f5061");
  actor.set_kind(v1::ACTOR_KIND_PERSON);
  actor.mutable_person_name()->set_given("Zélie");
  actor.mutable_person_name()->set_family("Wæstelandt");
  actor.add_categories(v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL);
  actor.add_categories(v1::AUDIENCE_CATEGORY_ASSOCIATION);
  auto* seat = actor.add_memberships();
  seat->set_role("Maire");
  seat->set_organisation_name("Commune de Tilques");
  auto* territory = actor.add_territories();
  territory->set_level(v1::TERRITORY_LEVEL_COMMUNE);
  territory->set_code("62819");
  auto* mail = actor.add_contact_points();
  mail->set_kind(v1::CONTACT_KIND_EMAIL);
  mail->set_value("z.w@example.org");
  actor.mutable_retain_until()->set_year(2031);
  actor.mutable_update_time()->set_seconds(1527757200);
  actor.set_revision(1234);
  return actor;
}

TEST(Values, WritesEachKindOfFieldForPeople) {
  const v1::Actor actor = Mayor();
  const std::pair<const char*, const char*> cases[] = {
      {"kind", "personne"},
      {"person_name.family", "Wæstelandt"},
      {"memberships", "Maire, Commune de Tilques"},
      {"territories", "COMMUNE/62819"},
      {"retain_until", "2031"},
      {"update_time", "31/05/2018 09:00"},
      {"revision", "1\u202f234"},
      {"restricted", "non"},
  };
  for (const auto& [path, text] : cases) {
    EXPECT_THAT(Values(actor, {"", path}, kFrench), ElementsAre(text)) << path;
  }
  EXPECT_THAT(Values(actor, {"", "categories"}, kFrench), ElementsAre("élu", "association"));
}

TEST(Values, WritesRawForPrograms) {
  const v1::Actor actor = Mayor();
  EXPECT_THAT(Values(actor, {"", "kind"}, kRaw), ElementsAre("ACTOR_KIND_PERSON"));
  EXPECT_THAT(Values(actor, {"", "revision"}, kRaw), ElementsAre("1234"));
  EXPECT_THAT(Values(actor, {"", "restricted"}, kRaw), ElementsAre("false"));
  EXPECT_THAT(Values(actor, {"", "update_time"}, kRaw), ElementsAre("2018-05-31T09:00:00Z"));
}

TEST(Values, AreNoneForWhatIsUnset) {
  for (const char* path : {"acronym", "person_name.given", "create_time", "themes", "no_field"}) {
    EXPECT_THAT(Values(v1::Actor(), {"", path}, kFrench), IsEmpty()) << path;
  }
}

TEST(ActorColumns, ShowWhoItIsAndTheIdThatCommandsTake) {
  const v1::Actor actor = Mayor();
  std::vector<std::string> row;
  for (const Column& column : ActorColumns()) row.push_back(Values(actor, column, kFrench).at(0));
  EXPECT_THAT(row,
              ElementsAre("Zélie Wæstelandt", "élu", "Maire, Commune de Tilques", "z.w@example.org",
                          "COMMUNE/62819", "0190a3b4-c5d6-7e8f-9a0b-1c2d3e4f5061"));
}

// A path is a string that no compiler checks.
template <typename T>
void ExpectAllFound(const std::vector<Column>& columns) {
  for (const Column& column : columns) {
    if (column.render != nullptr) continue;
    const google::protobuf::Descriptor* type = T::descriptor();
    std::stringstream path(column.path);
    for (std::string name; std::getline(path, name, '.');) {
      ASSERT_NE(type, nullptr) << column.path;
      const auto* field = type->FindFieldByName(name);
      ASSERT_NE(field, nullptr) << column.path;
      type = field->message_type();
    }
  }
}

TEST(Columns, NameFieldsThatExist) {
  ExpectAllFound<v1::Actor>(ActorColumns());
  ExpectAllFound<v1::Actor>(ActorDetails());
  ExpectAllFound<v1::CountActorsResponse::Group>(ActorCountColumns());
  ExpectAllFound<v1::IndexUse>(IndexUseColumns());
  ExpectAllFound<v1::ImportProblem>(ImportProblemColumns());
  ExpectAllFound<v1::ImportSummary>(ImportSummaryDetails());
  ExpectAllFound<v1::Share>(ShareColumns());
  ExpectAllFound<v1::Share>(ShareDetails());
  ExpectAllFound<v1::ShareStatus>(SyncColumns());
  ExpectAllFound<v1::Territory>(TerritoryColumns());
  ExpectAllFound<v1::Territory>(TerritoryDetails());
  ExpectAllFound<v1::NodeStatus>(NodeStatusDetails());
  ExpectAllFound<v1::Operator>(OperatorColumns());
  ExpectAllFound<v1::Partner>(PartnerColumns());
  ExpectAllFound<v1::Partner>(PartnerDetails());
  ExpectAllFound<v1::InvitePartnerResponse>(PartnerTokenDetails());
  ExpectAllFound<v1::Invitation>(InvitationColumns());
  ExpectAllFound<v1::Invitation>(InvitationDetails());
  ExpectAllFound<v1::BroadcastProgress>(ProgressDetails());
  ExpectAllFound<v1::RecipientRow>(RecipientColumns());
  ExpectAllFound<v1::RecipientRow>(PreviewRecipientColumns());
  ExpectAllFound<v1::CategoryCount>(CategoryCountColumns());
  ExpectAllFound<v1::ExclusionCount>(ExclusionColumns());
}

TEST(IsNumeric, GoesByTheField) {
  const v1::Share share;
  EXPECT_TRUE(IsNumeric(share, {"", "live_count"}));
  EXPECT_FALSE(IsNumeric(share, {"", "title"}));
  EXPECT_FALSE(IsNumeric(share, {"", "members"}));
  EXPECT_FALSE(IsNumeric(share, {"", "relayable"}));
  EXPECT_FALSE(IsNumeric(share, {"", "view"}));
}

}  // namespace
}  // namespace maillage::cli
