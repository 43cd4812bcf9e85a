// Every command: one file each, one function here that makes it.
#ifndef TOOLS_COMMANDS_COMMANDS_H_
#define TOOLS_COMMANDS_COMMANDS_H_

#include <memory>
#include <vector>

#include "tools/cli/command.h"
#include "tools/cli/run.h"

namespace maillage::cli {

std::unique_ptr<Command> NewNodeInit();
std::unique_ptr<Command> NewNodeStatus();
std::unique_ptr<Command> NewNodeBackup();
std::unique_ptr<Command> NewNodeRestore();
std::unique_ptr<Command> NewNodeRecover();
std::unique_ptr<Command> NewNodeRotate();
std::unique_ptr<Command> NewNodeClose();
std::unique_ptr<Command> NewSuccessionList();
std::unique_ptr<Command> NewSuccessionAccept();
std::unique_ptr<Command> NewTerritoryList();
std::unique_ptr<Command> NewTerritoryShow();
std::unique_ptr<Command> NewActorImport();
std::unique_ptr<Command> NewActorImports();
std::unique_ptr<Command> NewActorImportUndo();
std::unique_ptr<Command> NewActorExport();
std::unique_ptr<Command> NewActorList();
std::unique_ptr<Command> NewActorCount();
std::unique_ptr<Command> NewActorGet();
std::unique_ptr<Command> NewActorHistory();
std::unique_ptr<Command> NewActorCreate();
std::unique_ptr<Command> NewActorUpdate();
std::unique_ptr<Command> NewActorDelete();
std::unique_ptr<Command> NewActorErase();
std::unique_ptr<Command> NewActorNotice();
std::unique_ptr<Command> NewActorDue();
std::unique_ptr<Command> NewActorDisclose();
std::unique_ptr<Command> NewAuditList();
std::unique_ptr<Command> NewAuditVerify();
std::unique_ptr<Command> NewObjectionList();
std::unique_ptr<Command> NewObjectionAdd();
std::unique_ptr<Command> NewObjectionRemove();
std::unique_ptr<Command> NewMappingList();
std::unique_ptr<Command> NewMappingDelete();
std::unique_ptr<Command> NewErasureList();
std::unique_ptr<Command> NewErasureShow();
std::unique_ptr<Command> NewSuggestionMake();
std::unique_ptr<Command> NewSuggestionList();
std::unique_ptr<Command> NewSuggestionAccept();
std::unique_ptr<Command> NewSuggestionRefuse();
std::unique_ptr<Command> NewPartnerInvite();
std::unique_ptr<Command> NewPartnerAccept();
std::unique_ptr<Command> NewPartnerList();
std::unique_ptr<Command> NewPartnerShow();
std::unique_ptr<Command> NewPartnerRemove();
std::unique_ptr<Command> NewPartnershipCreate();
std::unique_ptr<Command> NewPartnershipAdd();
std::unique_ptr<Command> NewPartnershipRemove();
std::unique_ptr<Command> NewPartnershipList();
std::unique_ptr<Command> NewPartnershipAccept();
std::unique_ptr<Command> NewPartnershipLeave();
std::unique_ptr<Command> NewShareCreate();
std::unique_ptr<Command> NewShareList();
std::unique_ptr<Command> NewShareShow();
std::unique_ptr<Command> NewShareUpdate();
std::unique_ptr<Command> NewSharePreview();
std::unique_ptr<Command> NewShareDelete();
std::unique_ptr<Command> NewShareSubscribe();
std::unique_ptr<Command> NewShareUnsubscribe();
std::unique_ptr<Command> NewSyncStatus();
std::unique_ptr<Command> NewSyncVerify();
std::unique_ptr<Command> NewSyncWait();
std::unique_ptr<Command> NewInvitationCreate();
std::unique_ptr<Command> NewInvitationLetters();
std::unique_ptr<Command> NewInvitationList();
std::unique_ptr<Command> NewInvitationShow();
std::unique_ptr<Command> NewInvitationPreview();
std::unique_ptr<Command> NewInvitationTest();
std::unique_ptr<Command> NewInvitationCosign();
std::unique_ptr<Command> NewInvitationAttest();
std::unique_ptr<Command> NewInvitationRevise();
std::unique_ptr<Command> NewInvitationRecall();
std::unique_ptr<Command> NewInvitationSend();
std::unique_ptr<Command> NewInvitationPause();
std::unique_ptr<Command> NewInvitationResume();
std::unique_ptr<Command> NewInvitationWatch();
std::unique_ptr<Command> NewInvitationReport();
std::unique_ptr<Command> NewInvitationUncertain();
std::unique_ptr<Command> NewInvitationOffer();
std::unique_ptr<Command> NewInvitationIgnoreObjections();
std::unique_ptr<Command> NewOfferList();
std::unique_ptr<Command> NewOfferAccept();
std::unique_ptr<Command> NewOfferDecline();
std::unique_ptr<Command> NewReplyList();
std::unique_ptr<Command> NewReplyAdd();
std::unique_ptr<Command> NewReplyExport();
std::unique_ptr<Command> NewOperatorAdd();
std::unique_ptr<Command> NewOperatorList();
std::unique_ptr<Command> NewOperatorRemove();
std::unique_ptr<Command> NewVersion();

// In the order in which help shows them.
const std::vector<CommandEntry>& AllCommands();

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_COMMANDS_H_
