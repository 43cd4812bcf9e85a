// What tables show of each kind of thing: in lists, and (Details) of one.
#ifndef TOOLS_COMMANDS_COLUMNS_H_
#define TOOLS_COMMANDS_COLUMNS_H_

#include <vector>

#include "tools/cli/column.h"
#include "tools/cli/output.h"

namespace maillage::cli {

const std::vector<Column>& ActorColumns();
const std::vector<Column>& ActorDetails();
const std::vector<Column>& ActorCountColumns();
const std::vector<Column>& ActorChangeColumns();
const std::vector<Column>& DisclosureDetails();
const std::vector<Column>& DisclosedRecipientColumns();
const std::vector<Column>& AuditEntryColumns();
const std::vector<Column>& VerifiedAuditDetails();
const std::vector<Column>& IndexUseColumns();
const std::vector<Column>& ImportProblemColumns();
const std::vector<Column>& ImportSummaryDetails();
const std::vector<Column>& ImportBatchColumns();
const std::vector<Column>& UndoLeftColumns();
const std::vector<Column>& UndoSummaryDetails();
const std::vector<Column>& MappingColumns();
const std::vector<Column>& TerritoryColumns();
const std::vector<Column>& TerritoryDetails();
const std::vector<Column>& NodeStatusDetails();
const std::vector<Column>& BackupColumns();
const std::vector<Column>& RecoveryDetails();
const std::vector<Column>& RotationDetails();
const std::vector<Column>& SuccessionDetails();
const std::vector<Column>& PartnershipColumns();
const std::vector<Column>& PartnershipDetails();
const std::vector<Column>& OperatorColumns();
const std::vector<Column>& PartnerColumns();
const std::vector<Column>& PartnerDetails();
const std::vector<Column>& PartnerTokenDetails();
const std::vector<Column>& ShareColumns();
const std::vector<Column>& ShareDetails();
const std::vector<Column>& HeldBackColumns();
const std::vector<Column>& NoticeCountDetails();
const std::vector<Column>& ObjectionColumns();
const std::vector<Column>& ObjectionDetails();
const std::vector<Column>& DueActorColumns();
const std::vector<Column>& ShareEffectColumns();
const std::vector<Column>& ShareEffectRecordColumns();
const std::vector<Column>& ErasureColumns();
const std::vector<Column>& ErasureDetails();
const std::vector<Column>& ErasureMemberColumns();
const std::vector<Column>& SyncColumns();
const std::vector<Column>& SuggestionColumns();
const std::vector<Column>& SuggestionDetails();
const std::vector<Column>& ShareCheckColumns();
const std::vector<Column>& LetterBatchColumns();
const std::vector<Column>& InvitationColumns();
const std::vector<Column>& InvitationBrief();
const std::vector<Column>& InvitationDetails();
const std::vector<Column>& ProgressDetails();
const std::vector<Column>& PreviewRecipientColumns();
const std::vector<Column>& RecipientColumns();
const std::vector<Column>& CategoryCountColumns();
const std::vector<Column>& ExclusionColumns();
const std::vector<Column>& CascadeColumns();
const std::vector<Column>& OfferColumns();
const std::vector<Column>& ReplyColumns();
const std::vector<Column>& ReplyDetails();
const std::vector<Column>& ReplyExportColumns();
const std::vector<Column>& ReplyCountColumns();

inline constexpr Noun kActors = {"actor", "actors"};
inline constexpr Noun kRows = {"row", "rows"};
inline constexpr Noun kReplies = {"reply", "replies"};
inline constexpr Noun kRecipients = {"recipient", "recipients"};

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_COLUMNS_H_
