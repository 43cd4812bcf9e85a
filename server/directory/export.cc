#include "server/directory/export.h"

#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/directory/actor_name.h"
#include "server/interchange/actor_writer.h"

namespace maillage::directory {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
constexpr int kSearchPage = 1000;

// "CSV" of EXPORT_FORMAT_CSV.
std::string FormatWord(v1::ExportFormat format) {
  return v1::ExportFormat_Name(format).substr(sizeof("EXPORT_FORMAT_") - 1);
}

}  // namespace

// One export under way.
class Exporter::Run {
 public:
  Run(const Exporter& exporter, const v1::ExportActorsRequest& request,
      std::unique_ptr<interchange::ActorWriter> format, int64_t total, const WriteFn& write)
      : exporter_(exporter), request_(request), format_(std::move(format)), write_(write) {
    piece_.set_total(total);
    piece_.set_data(format_->Beginning());
  }

  absl::Status Add(const NodeId& origin, const v1::Actor& actor) {
    if (origin != exporter_.self_ && !request_.include_partners()) {
      piece_.set_of_partners(piece_.of_partners() + 1);
    } else if (actor.restricted()) {
      piece_.set_restricted(piece_.restricted() + 1);
    } else {
      piece_.set_actors(piece_.actors() + 1);
      format_->Append(actor, origin == exporter_.self_ ? "" : exporter_.alias_of_(origin),
                      piece_.mutable_data());
    }
    return piece_.data().size() < kPieceBytes ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    RETURN_IF_ERROR(write_(piece_));
    piece_.clear_data();
    return absl::OkStatus();
  }

 private:
  const Exporter& exporter_;
  const v1::ExportActorsRequest& request_;
  const std::unique_ptr<interchange::ActorWriter> format_;
  const WriteFn& write_;
  v1::ExportActorsResponse piece_;
};

absl::Status Exporter::Audit(const v1::ExportActorsRequest& request, int64_t matching,
                             absl::string_view who) const {
  storage::Transaction transaction;
  transaction.who = std::string(who);
  // Neither filter nor search: they could name somebody.
  transaction.what = absl::StrCat("export ", matching, " actors as ", FormatWord(request.format()),
                                  request.include_partners() ? " with those of partners" : "");
  return writer_->Commit(std::move(transaction));
}

absl::Status Exporter::Export(const v1::ExportActorsRequest& request, absl::string_view who,
                              const WriteFn& write) const {
  ASSIGN_OR_RETURN(auto format, interchange::NewActorWriter(request.format()));
  ASSIGN_OR_RETURN(const Filter filter, directory_->ParseFilter(request.filter()));
  ASSIGN_OR_RETURN(const ActorCount count, directory_->Count(request.filter(), request.search()));
  RETURN_IF_ERROR(Audit(request, count.total, who));
  Run run(*this, request, std::move(format), count.total, write);
  if (request.search().empty()) {
    absl::Status status;
    RETURN_IF_ERROR(directory_->ForEach(filter, [&](const ShownRecord& record) {
      status = run.Add(record.origin, *record.actor);
      return status.ok();
    }));
    RETURN_IF_ERROR(status);
    return run.Flush();
  }
  std::string token;
  do {
    ASSIGN_OR_RETURN(const ActorPage page,
                     directory_->Search(request.search(), request.filter(), kSearchPage, token));
    for (const auto& actor : page.actors) {
      ASSIGN_OR_RETURN(const ParsedName name, ParseName(actor->name()));
      RETURN_IF_ERROR(run.Add(name.origin, *actor));
    }
    token = page.next_page_token;
  } while (!token.empty());
  return run.Flush();
}

}  // namespace maillage::directory
