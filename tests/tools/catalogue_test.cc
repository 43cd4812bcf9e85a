// Every text that is shown has its French.
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "maillage/v1/actor_service.pb.h"
#include "maillage/v1/cascade_service.pb.h"
#include "maillage/v1/invitation_service.pb.h"
#include "maillage/v1/node_service.pb.h"
#include "maillage/v1/reply.pb.h"
#include "maillage/v1/share_service.pb.h"
#include "tools/cli/arguments.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

TEST(Catalogue, HasEveryCommandAndItsArguments) {
  for (const CommandEntry& entry : AllCommands()) {
    EXPECT_TRUE(HasTranslation(entry.summary)) << entry.summary;
    if (entry.make == nullptr) continue;
    CLI::App app;
    Arguments arguments(&app, Language::kEnglish);
    const std::unique_ptr<Command> command = entry.make();
    command->Declare(&arguments);
    for (const CLI::Option* option : app.get_options()) {
      if (option == app.get_help_ptr()) continue;
      EXPECT_TRUE(HasTranslation(option->get_description())) << option->get_description();
    }
  }
}

using Columns = const std::vector<Column>*;

void ExpectHeadings(std::initializer_list<Columns> all) {
  for (const Columns columns : all) {
    for (const Column& column : *columns) {
      EXPECT_TRUE(HasTranslation(column.heading)) << column.heading;
    }
  }
}

TEST(Catalogue, HasEveryHeadingOfDirectoryAndSharing) {
  ExpectHeadings({&ActorColumns(),
                  &ActorDetails(),
                  &ActorCountColumns(),
                  &ActorChangeColumns(),
                  &IndexUseColumns(),
                  &ImportProblemColumns(),
                  &ImportSummaryDetails(),
                  &ImportBatchColumns(),
                  &UndoLeftColumns(),
                  &UndoSummaryDetails(),
                  &MappingColumns(),
                  &TerritoryColumns(),
                  &TerritoryDetails(),
                  &NodeStatusDetails(),
                  &BackupColumns(),
                  &RecoveryDetails(),
                  &RotationDetails(),
                  &SuccessionDetails(),
                  &PartnershipColumns(),
                  &PartnershipDetails(),
                  &OperatorColumns(),
                  &PartnerColumns(),
                  &PartnerDetails(),
                  &PartnerTokenDetails(),
                  &ShareColumns(),
                  &ShareDetails(),
                  &HeldBackColumns(),
                  &NoticeCountDetails(),
                  &ObjectionColumns(),
                  &ObjectionDetails(),
                  &DisclosureDetails(),
                  &DisclosedRecipientColumns(),
                  &AuditEntryColumns(),
                  &VerifiedAuditDetails(),
                  &DueActorColumns(),
                  &ShareEffectColumns(),
                  &ShareEffectRecordColumns(),
                  &ErasureColumns(),
                  &ErasureDetails(),
                  &ErasureMemberColumns(),
                  &SyncColumns(),
                  &ShareCheckColumns()});
}

TEST(Catalogue, HasEveryHeadingOfInvitations) {
  ExpectHeadings({&InvitationColumns(), &CascadeColumns(), &OfferColumns(), &InvitationDetails(),
                  &ProgressDetails(), &PreviewRecipientColumns(), &RecipientColumns(),
                  &CategoryCountColumns(), &ExclusionColumns(), &ReplyColumns(), &ReplyDetails(),
                  &ReplyExportColumns(), &ReplyCountColumns()});
}

template <typename E>
void ExpectAllNamed() {
  const auto* type = google::protobuf::GetEnumDescriptor<E>();
  for (int i = 1; i < type->value_count(); ++i) {
    const std::string& value = type->value(i)->full_name();
    const absl::string_view text = EnumText(Language::kFrench, value);
    EXPECT_EQ(text.find("_"), absl::string_view::npos) << text;
    EXPECT_EQ(text.find("."), absl::string_view::npos) << text;
    EXPECT_NE(text, type->value(i)->name());
  }
}

TEST(Catalogue, HasAWordForEveryValueThatIsShown) {
  ExpectAllNamed<v1::ActorKind>();
  ExpectAllNamed<v1::AudienceCategory>();
  ExpectAllNamed<v1::OrganisationType>();
  ExpectAllNamed<v1::MembershipType>();
  ExpectAllNamed<v1::LegalBasis>();
  ExpectAllNamed<v1::NoticeState>();
  ExpectAllNamed<v1::View>();
  ExpectAllNamed<v1::TerritoryLevel>();
  ExpectAllNamed<v1::ImportProblem::Severity>();
  ExpectAllNamed<v1::Role>();
  ExpectAllNamed<v1::ShareStatus::State>();
  ExpectAllNamed<v1::ShareCheck::State>();
  ExpectAllNamed<v1::ShareEffect>();
  ExpectAllNamed<v1::HeldBack>();
  ExpectAllNamed<v1::Invitation::State>();
  ExpectAllNamed<v1::CascadeNode::State>();
  ExpectAllNamed<v1::InvitationOffer::State>();
  ExpectAllNamed<v1::DeliveryState>();
  ExpectAllNamed<v1::ReplyAnswer>();
  ExpectAllNamed<v1::ReplyStanding>();
  ExpectAllNamed<v1::ReplyNeed>();
  ExpectAllNamed<v1::ReplyChannel>();
}

TEST(EnumText, IsEmptyForWhatIsNotSetAndTheNameForWhatIsUnknown) {
  EXPECT_EQ(EnumText(Language::kFrench, "maillage.v1.VIEW_UNSPECIFIED"), "");
  EXPECT_EQ(EnumText(Language::kFrench, "NEW_REASON"), "NEW_REASON");
  EXPECT_EQ(EnumText(Language::kEnglish, "maillage.v1.ShareStatus.ARRIVING"), "arriving");
}

}  // namespace
}  // namespace maillage::cli
