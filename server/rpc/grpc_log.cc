#include "server/rpc/grpc_log.h"

#include <grpc/support/log.h>

#include <atomic>

namespace maillage::rpc {
namespace {

std::atomic<void (*)(absl::string_view)> log_sink = nullptr;

void Forward(gpr_log_func_args* args) { log_sink.load()(args->message); }

}  // namespace

void SendGrpcLogTo(void (*sink)(absl::string_view line)) {
  log_sink = sink;
  gpr_set_log_function(&Forward);
}

}  // namespace maillage::rpc
