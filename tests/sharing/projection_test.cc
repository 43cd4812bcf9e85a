#include "server/sharing/projection.h"

#include "client/base/error.h"
#include "gtest/gtest.h"
#include "tests/sharing/test_world.h"

namespace maillage::sharing {
namespace {

v1::Actor Whole() {
  v1::Actor actor = Person("Anaïs", "Lefèvre");
  actor.set_name("nodes/n/actors/a");
  actor.add_categories(v1::AUDIENCE_CATEGORY_PROFESSIONAL);
  actor.add_themes("EDUCATION");
  actor.mutable_retain_until()->set_year(2030);
  actor.set_restricted(true);
  actor.set_revision(3);
  actor.set_etag("etag-secret");
  actor.set_import_batch("importBatches/secret");
  actor.mutable_create_time()->set_seconds(5);
  actor.mutable_update_time()->set_seconds(6);
  actor.add_flagged_values()->set_raw("raw-secret");
  v1::Identifier* identifier = actor.add_identifiers();
  identifier->set_scheme("RPPS");
  identifier->set_value("10000000001");
  return actor;
}

v1::Actor Shown(v1::View view) {
  v1::Actor shown;
  EXPECT_TRUE(shown.ParseFromString(Project(Whole(), view)));
  return shown;
}

TEST(Projection, CarriesTheContactPointsOfItsView) {
  EXPECT_EQ(Shown(v1::VIEW_CARD).contact_points_size(), 0);
  ASSERT_EQ(Shown(v1::VIEW_PROFESSIONAL).contact_points_size(), 1);
  EXPECT_EQ(Shown(v1::VIEW_PROFESSIONAL).contact_points(0).value(), "travail@example.org");
  EXPECT_EQ(Shown(v1::VIEW_FULL).contact_points_size(), 2);
}

TEST(Projection, ReadsAnUnsaidScopeAsPrivate) {
  v1::Actor actor = Whole();
  actor.mutable_contact_points(0)->set_scope(v1::CONTACT_SCOPE_UNSPECIFIED);
  v1::Actor shown;
  ASSERT_TRUE(shown.ParseFromString(Project(actor, v1::VIEW_PROFESSIONAL)));
  EXPECT_EQ(shown.contact_points_size(), 0);
}

TEST(Projection, CarriesIdentifiersOfPersonsInFullAlone) {
  EXPECT_EQ(Shown(v1::VIEW_PROFESSIONAL).identifiers_size(), 0);
  EXPECT_EQ(Shown(v1::VIEW_FULL).identifiers_size(), 1);
  v1::Actor association = Association("Les Jardins du Marais");
  association.add_identifiers()->set_value("W623000001");
  v1::Actor shown;
  ASSERT_TRUE(shown.ParseFromString(Project(association, v1::VIEW_CARD)));
  EXPECT_EQ(shown.identifiers_size(), 1);
}

TEST(Projection, CarriesTheLawWithEveryView) {
  for (const v1::View view : {v1::VIEW_CARD, v1::VIEW_PROFESSIONAL, v1::VIEW_FULL}) {
    const v1::Actor shown = Shown(view);
    EXPECT_EQ(shown.legal_basis(), v1::LEGAL_BASIS_PUBLIC_TASK);
    EXPECT_EQ(shown.source(), "fichier de la mairie");
    EXPECT_TRUE(shown.restricted());
    EXPECT_EQ(shown.retain_until().year(), 2030);
    EXPECT_EQ(shown.revision(), 3u);
    EXPECT_EQ(shown.themes_size(), 1);
    EXPECT_EQ(shown.memberships_size(), 1);
  }
}

TEST(Projection, LeavesAtHomeWhatNeverLeaves) {
  const std::string bytes = Project(Whole(), v1::VIEW_FULL);
  for (const char* secret :
       {"note interne", "interne", "raw-secret", "etag-secret", "importBatches", "nodes/n"}) {
    EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
  }
  const v1::Actor shown = Shown(v1::VIEW_FULL);
  EXPECT_FALSE(shown.has_create_time());
  EXPECT_FALSE(shown.has_update_time());
}

TEST(Projection, GivesTheSameBytesForTheSameRecord) {
  EXPECT_EQ(Project(Whole(), v1::VIEW_FULL), Project(Whole(), v1::VIEW_FULL));
}

TEST(Projection, RefusesWhatCouldNotBeSharedWhole) {
  v1::Actor actor = Whole();
  EXPECT_TRUE(CheckSize(actor).ok());
  actor.set_notes(std::string(kMaxPayloadBytes, 'n'));
  EXPECT_EQ(ErrorReason(CheckSize(actor)), "RECORD_TOO_LARGE");
}

}  // namespace
}  // namespace maillage::sharing
