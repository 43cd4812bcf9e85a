#include "server/broadcast/letters/letter_batches.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/chunks.h"
#include "server/broadcast/ledger/ledger.h"
#include "server/broadcast/letters/letter_pdf.h"
#include "server/broadcast/letters/postal.h"
#include "server/broadcast/wording.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

constexpr int64_t kMaxLetters = 100'000;

std::string RowOf(const KeptInvitation& kept) {
  return absl::StrCat(kept.name, "/letters/", kept.content.sequence());
}

absl::Status NoBatch(uint32_t number) {
  return NotFound("NO_BATCH", absl::StrCat("there is no batch ", number),
                  "maillage invitation letters I lists them");
}

absl::StatusOr<v1::LetterBatch*> FindBatch(uint32_t number, v1::StoredLetters* letters) {
  for (v1::LetterBatch& batch : *letters->mutable_batches()) {
    if (batch.number() == number && batch.state() != v1::LetterBatch::PREPARING) return &batch;
  }
  return NoBatch(number);
}

// Before the next batch is begun: what a crash left unfinished goes, what waits
// for the post must be decided on.
absl::Status CheckNoneWaits(const v1::StoredLetters& letters) {
  if (letters.batches().empty()) return absl::OkStatus();
  const v1::LetterBatch& last = letters.batches(letters.batches_size() - 1);
  if (last.state() != v1::LetterBatch::PREPARED) return absl::OkStatus();
  return FailedPrecondition(
      "BATCH_WAITS", absl::StrCat("batch ", last.number(), " is prepared and not posted yet"),
      absl::StrCat("print it with --batch ", last.number(), ", then say --posted or --discard"));
}

Addressee ToAddressee(const v1::StoredRecipient& row) {
  Addressee addressee;
  addressee.number = row.number();
  addressee.envelope = EnvelopeLines(row.display_name(), row.postal());
  addressee.salutation = row.salutation();
  addressee.source = row.source();
  return addressee;
}

// One letter to nobody.
Addressee Sample() {
  Addressee addressee;
  addressee.envelope = {"Prénom NOM", "1 rue de la Mairie", "00000 COMMUNE"};
  addressee.salutation = "Madame, Monsieur,";
  return addressee;
}

}  // namespace

absl::StatusOr<v1::StoredLetters> LetterBatches::Read(const std::string& row) const {
  ASSIGN_OR_RETURN(const auto bytes, parts_.database->latest().Get(Family::kObjects, row));
  v1::StoredLetters letters;
  if (!bytes.has_value()) {
    letters.set_id(std::string(NewRecordId(parts_.clock->Now()).bytes()));
    return letters;
  }
  if (letters.ParseFromString(*bytes) && letters.id().size() == RecordId::kSize) return letters;
  return DataLoss("BAD_ROW", absl::StrCat("row ", row, " cannot be read"), "restore from a backup");
}

absl::Status LetterBatches::Store(const std::string& row, const v1::StoredLetters& letters,
                                  absl::string_view verb, absl::string_view who) const {
  storage::Transaction transaction;
  transaction.writes.Put(Family::kObjects, row, letters.SerializeAsString());
  transaction.who = std::string(who);
  transaction.what = absl::StrCat(verb, " ", row);
  return parts_.writer->Commit(std::move(transaction));
}

absl::StatusOr<v1::LetterBatch> LetterBatches::Prepare(absl::string_view name,
                                                       absl::string_view who) {
  ASSIGN_OR_RETURN(const KeptInvitation kept, parts_.find(name));
  RETURN_IF_ERROR(parts_.check_ready(kept));
  const MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(v1::StoredLetters letters, Read(RowOf(kept)));
  RETURN_IF_ERROR(CheckNoneWaits(letters));
  const Ledger ledger{RecordId(letters.id())};
  const bool cut_off = !letters.batches().empty() &&
                       letters.batches().rbegin()->state() == v1::LetterBatch::PREPARING;
  v1::LetterBatch* batch = cut_off ? &*letters.mutable_batches()->rbegin() : letters.add_batches();
  if (cut_off) RETURN_IF_ERROR(RemoveBatch(ledger, batch->number()));
  batch->set_invitation(kept.name);
  batch->set_number(static_cast<uint32_t>(letters.batches_size()));
  batch->set_state(v1::LetterBatch::PREPARING);
  batch->mutable_create_time()->set_seconds(absl::ToUnixSeconds(parts_.clock->Now()));
  RETURN_IF_ERROR(Store(RowOf(kept), letters, "prepare-letters", who));
  ASSIGN_OR_RETURN(const Audience audience, parts_.expand(kept.content));
  ASSIGN_OR_RETURN(const int64_t count, Gather(audience, ledger, batch->number()));
  batch->set_letters(count);
  batch->set_state(v1::LetterBatch::PREPARED);
  const v1::LetterBatch prepared = *batch;
  if (count == 0) letters.mutable_batches()->RemoveLast();
  RETURN_IF_ERROR(Store(RowOf(kept), letters, "prepared-letters", who));
  if (count > 0) return prepared;
  return FailedPrecondition("NO_LETTERS", "nobody of the audience is left to write to on paper",
                            "those with an e-mail address get a mail; the others need an address "
                            "with street, postal code and town");
}

// Adds those who are in no batch yet; returns how many.
absl::StatusOr<int64_t> LetterBatches::Gather(const Audience& audience, const Ledger& ledger,
                                              uint32_t batch) const {
  absl::flat_hash_set<RecipientKey> known;
  RETURN_IF_ERROR(ledger.Scan(parts_.database->latest(), nullptr, [&known](const Recipient& one) {
    known.insert(one.key);
    return true;
  }));
  auto number = static_cast<uint32_t>(known.size());
  int64_t added = 0;
  Chunks chunks(parts_.writer, storage::Priority::kBulk);
  absl::Status status;
  RETURN_IF_ERROR(audience.ForEachLetter([&](Recipient recipient) {
    if (known.contains(recipient.key)) return true;
    recipient.row.set_number(++number);
    recipient.row.set_batch(batch);
    ledger.Insert(recipient, chunks.batch());
    status = chunks.MaybeCommit();
    return status.ok() && ++added < kMaxLetters;
  }));
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(chunks.Commit());
  return added;
}

absl::Status LetterBatches::RemoveBatch(const Ledger& ledger, uint32_t batch) const {
  ASSIGN_OR_RETURN(const std::vector<Recipient> recipients, RecipientsOf(ledger, batch));
  Chunks chunks(parts_.writer, storage::Priority::kBulk);
  for (const Recipient& recipient : recipients) {
    ledger.Remove(recipient, chunks.batch());
    RETURN_IF_ERROR(chunks.MaybeCommit());
  }
  return chunks.Commit();
}

absl::Status LetterBatches::PostBatch(const Ledger& ledger, uint32_t batch) const {
  ASSIGN_OR_RETURN(std::vector<Recipient> recipients, RecipientsOf(ledger, batch));
  Chunks chunks(parts_.writer, storage::Priority::kBulk);
  for (Recipient& recipient : recipients) {
    if (recipient.state != Delivery::kPending) continue;  // of a posting that was cut off
    RETURN_IF_ERROR(ledger.Move(DeliveryEvent::kPost, &recipient, chunks.batch()));
    RETURN_IF_ERROR(chunks.MaybeCommit());
  }
  return chunks.Commit();
}

absl::StatusOr<std::vector<Recipient>> LetterBatches::RecipientsOf(const Ledger& ledger,
                                                                   uint32_t batch) const {
  std::vector<Recipient> recipients;
  RETURN_IF_ERROR(ledger.Scan(parts_.database->latest(), nullptr, [&](Recipient one) {
    if (one.row.batch() == batch) recipients.push_back(std::move(one));
    return true;
  }));
  std::sort(recipients.begin(), recipients.end(), [](const Recipient& a, const Recipient& b) {
    return PostalOrder(a.row.display_name(), a.row.postal()) <
           PostalOrder(b.row.display_name(), b.row.postal());
  });
  return recipients;
}

absl::StatusOr<std::vector<v1::LetterBatch>> LetterBatches::List(absl::string_view name) const {
  ASSIGN_OR_RETURN(const KeptInvitation kept, parts_.find(name));
  ASSIGN_OR_RETURN(const v1::StoredLetters letters, Read(RowOf(kept)));
  return std::vector<v1::LetterBatch>(letters.batches().begin(), letters.batches().end());
}

absl::Status LetterBatches::Print(const v1::PrintLettersRequest& request,
                                  Sheet::WriteFn write) const {
  ASSIGN_OR_RETURN(const KeptInvitation kept, parts_.find(request.name()));
  ASSIGN_OR_RETURN(v1::StoredLetters letters, Read(RowOf(kept)));
  LetterPdf pdf(kept.content, request.duplex(), std::move(write));
  if (request.batch() == 0) {
    pdf.Add(Sample());
    return pdf.Finish();
  }
  RETURN_IF_ERROR(FindBatch(request.batch(), &letters).status());
  ASSIGN_OR_RETURN(const std::vector<Recipient> recipients,
                   RecipientsOf(Ledger(RecordId(letters.id())), request.batch()));
  for (const Recipient& recipient : recipients) {
    Addressee addressee = ToAddressee(recipient.row);
    addressee.reply_url =
        LetterReplyPage(parts_.pages, kept.content, RecordId(letters.id()), addressee.number);
    pdf.Add(addressee);
  }
  return pdf.Finish();
}

absl::StatusOr<RecordId> LetterBatches::JobOf(const KeptInvitation& kept) const {
  ASSIGN_OR_RETURN(const v1::StoredLetters letters, Read(RowOf(kept)));
  if (!letters.batches().empty()) return RecordId(letters.id());
  return NotFound("NO_LETTERS", "no letter of it was prepared");
}

absl::StatusOr<v1::StoredRecipient> LetterBatches::FindRecipient(const KeptInvitation& kept,
                                                                 uint32_t number) const {
  ASSIGN_OR_RETURN(const RecordId job, JobOf(kept));
  std::optional<v1::StoredRecipient> found;
  RETURN_IF_ERROR(Ledger(job).Scan(parts_.database->latest(), nullptr, [&](const Recipient& one) {
    if (one.row.number() == number) found = one.row;
    return !found.has_value();
  }));
  if (found.has_value()) return *found;
  return NotFound("NO_SUCH_RECIPIENT", absl::StrCat("no letter has the number ", number));
}

absl::StatusOr<v1::LetterBatch> LetterBatches::End(const v1::EndLetterBatchRequest& request,
                                                   absl::string_view who) {
  const bool posted = request.end() == v1::EndLetterBatchRequest::POSTED;
  if (!posted && request.end() != v1::EndLetterBatchRequest::DISCARDED) {
    return InvalidArgument("BAD_END", "how the batch ends is not said", "POSTED or DISCARDED");
  }
  absl::CivilDay day;
  if (request.has_post_date() && !ToCivilDay(request.post_date(), &day)) {
    return InvalidArgument("BAD_DATE", "the day of posting is no date", "write it as 2026-11-25");
  }
  ASSIGN_OR_RETURN(const KeptInvitation kept, parts_.find(request.name()));
  const MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(v1::StoredLetters letters, Read(RowOf(kept)));
  ASSIGN_OR_RETURN(v1::LetterBatch * batch, FindBatch(request.batch(), &letters));
  if (batch->state() == v1::LetterBatch::POSTED) {
    if (posted) return *batch;
    return FailedPrecondition("BATCH_POSTED", "the batch was posted: its letters are under way");
  }
  const Ledger ledger{RecordId(letters.id())};
  if (posted) {
    RETURN_IF_ERROR(PostBatch(ledger, batch->number()));
    batch->set_state(v1::LetterBatch::POSTED);
    *batch->mutable_post_date() = PostDate(request.post_date());
  } else {
    RETURN_IF_ERROR(RemoveBatch(ledger, batch->number()));
  }
  const v1::LetterBatch ended = *batch;
  if (!posted) letters.mutable_batches()->RemoveLast();  // the last one alone is not posted
  RETURN_IF_ERROR(Store(RowOf(kept), letters, posted ? "post-letters" : "discard-letters", who));
  return ended;
}

v1::Date LetterBatches::PostDate(const v1::Date& asked) const {
  absl::CivilDay day;
  return ToCivilDay(asked, &day)
             ? asked
             : ToDate(absl::ToCivilDay(parts_.clock->Now(), absl::LocalTimeZone()));
}

}  // namespace maillage::broadcast
