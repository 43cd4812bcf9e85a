// Writing actors to files that other programs open.
//
// What a format has no place for stays behind; the room's README lists it.
#ifndef SERVER_INTERCHANGE_ACTOR_WRITER_H_
#define SERVER_INTERCHANGE_ACTOR_WRITER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/interchange_service.pb.h"

namespace maillage::interchange {

// Thread safe: it holds nothing between two actors.
class ActorWriter {
 public:
  virtual ~ActorWriter() = default;
  // What stands in the file before the first actor.
  virtual std::string Beginning() const { return ""; }
  // Appends an actor. `origin` names the node that it belongs to, empty for this
  // one.
  virtual void Append(const v1::Actor& actor, absl::string_view origin, std::string* out) const = 0;
};

// INVALID_ARGUMENT (BAD_FORMAT).
absl::StatusOr<std::unique_ptr<ActorWriter>> NewActorWriter(v1::ExportFormat format);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_ACTOR_WRITER_H_
