#include "server/rpc/actor_service.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/grpc_status.h"
#include "client/base/status_macros.h"

namespace maillage::rpc {
namespace {

constexpr size_t kMaxPiece = 1 << 20;
constexpr absl::Duration kProgressEvery = absl::Milliseconds(500);

grpc::Status Answer(const absl::StatusOr<std::shared_ptr<const v1::Actor>>& result,
                    v1::Actor* response) {
  if (result.ok()) *response = **result;
  return ToGrpcStatus(result.status());
}

absl::Status Cancelled() {
  return Error(absl::StatusCode::kCancelled, "CANCELLED", "the caller went away");
}

}  // namespace

grpc::Status ActorService::GetActor(grpc::ServerContext*, const v1::GetActorRequest* request,
                                    v1::Actor* response) {
  return Answer(directory_->Get(request->name()), response);
}

grpc::Status ActorService::ListActors(grpc::ServerContext*, const v1::ListActorsRequest* request,
                                      v1::ListActorsResponse* response) {
  const auto page =
      request->search().empty()
          ? directory_->List(request->filter(), request->page_size(), request->page_token())
          : directory_->Search(request->search(), request->filter(), request->page_size(),
                               request->page_token());
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (const auto& actor : page->actors) *response->add_actors() = *actor;
  response->set_next_page_token(page->next_page_token);
  response->set_total_size(page->total_size);
  response->set_total_is_least(page->total_is_least);
  if (!request->explain()) return grpc::Status::OK;
  const auto explanation = directory_->Explain(request->filter(), request->search());
  if (!explanation.ok()) return ToGrpcStatus(explanation.status());
  for (const directory::IndexUse& use : *explanation) {
    v1::IndexUse* row = response->add_explanation();
    row->set_index(use.index);
    row->set_text(use.text);
    row->set_actors(use.actors);
  }
  return grpc::Status::OK;
}

grpc::Status ActorService::CountActors(grpc::ServerContext*, const v1::CountActorsRequest* request,
                                       v1::CountActorsResponse* response) {
  const auto count = directory_->Count(request->filter(), request->search());
  if (!count.ok()) return ToGrpcStatus(count.status());
  response->set_total_size(count->total);
  for (const auto& group : count->groups) {
    auto* row = response->add_groups();
    row->set_origin(absl::StrCat("nodes/", ToText(group.origin)));
    row->set_origin_alias(alias_of_(group.origin));
    row->set_category(group.primary);
    row->set_count(group.count);
  }
  return grpc::Status::OK;
}

grpc::Status ActorService::CreateActor(grpc::ServerContext* context,
                                       const v1::CreateActorRequest* request, v1::Actor* response) {
  return Answer(
      directory_->Create(request->actor(), request->request_id(), callers_->Of(*context).Who()),
      response);
}

grpc::Status ActorService::UpdateActor(grpc::ServerContext* context,
                                       const v1::UpdateActorRequest* request, v1::Actor* response) {
  const std::vector<std::string> paths(request->update_mask().paths().begin(),
                                       request->update_mask().paths().end());
  return Answer(directory_->Update(request->actor(), paths, callers_->Of(*context).Who()),
                response);
}

grpc::Status ActorService::DeleteActor(grpc::ServerContext* context,
                                       const v1::DeleteActorRequest* request,
                                       google::protobuf::Empty*) {
  return ToGrpcStatus(
      directory_->Delete(request->name(), request->etag(), callers_->Of(*context).Who()));
}

grpc::Status ActorService::ImportActors(grpc::ServerContext* context, ImportStream* stream) {
  return ToGrpcStatus(Import(*context, stream));
}

absl::Status ActorService::Import(const grpc::ServerContext& context, ImportStream* stream) {
  v1::ImportActorsRequest first;
  if (!stream->Read(&first)) return Cancelled();
  if (!first.has_spec()) {
    return InvalidArgument("NO_IMPORT_SPEC", "the first message carries no spec",
                           "send the spec before the bytes");
  }
  const auto import = new_import_(first.spec(), callers_->Of(context).Who(),
                                  [stream](const v1::ImportProblem& problem) {
                                    v1::ImportActorsResponse response;
                                    *response.mutable_problem() = problem;
                                    stream->Write(response);
                                  });
  RETURN_IF_ERROR(import->Start());
  absl::Status status = ImportBytes(import.get(), stream);
  if (status.ok() && context.IsCancelled()) status = Cancelled();
  // What was committed stays and is counted, whatever ended the import.
  if (absl::Status finished = import->Finish(status.ok()); status.ok()) status = finished;
  v1::ImportActorsResponse last;
  *last.mutable_summary() = import->summary();
  stream->Write(last);
  return status;
}

absl::Status ActorService::ImportBytes(directory::Import* import, ImportStream* stream) {
  absl::Time reported = clock_->Now();
  v1::ImportActorsRequest request;
  while (stream->Read(&request)) {
    if (!request.has_data() || request.data().size() > kMaxPiece) {
      return InvalidArgument("BAD_IMPORT_PIECE", "a message carries no bytes, or more than 1 MiB",
                             "send the file in pieces of at most 1 MiB");
    }
    RETURN_IF_ERROR(import->Write(request.data()));
    if (clock_->Now() - reported < kProgressEvery) continue;
    reported = clock_->Now();
    v1::ImportActorsResponse response;
    *response.mutable_progress() = import->summary();
    stream->Write(response);
  }
  return absl::OkStatus();
}

}  // namespace maillage::rpc
