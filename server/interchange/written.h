// What the writers of all formats do alike.
#ifndef SERVER_INTERCHANGE_WRITTEN_H_
#define SERVER_INTERCHANGE_WRITTEN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "maillage/v1/actor.pb.h"
#include "server/interchange/actor_writer.h"

namespace maillage::interchange {

std::unique_ptr<ActorWriter> NewCsvWriter();
enum class VcardVersion { k3, k4 };
std::unique_ptr<ActorWriter> NewVcardWriter(VcardVersion version);
std::unique_ptr<ActorWriter> NewLdifWriter();
std::unique_ptr<ActorWriter> NewJsonWriter();

// The UUID in an actor's name.
absl::string_view UuidOf(const v1::Actor& actor);

// Memberships that last, in their order.
std::vector<const v1::Membership*> LastingMemberships(const v1::Actor& actor);

// Official codes of the communes where the actor is.
std::vector<absl::string_view> CommunesOf(const v1::Actor& actor);

// "Élu", as lists name a category.
absl::string_view FrenchCategory(v1::AudienceCategory category);

// Appends a line of a format that folds: what goes beyond `most` octets goes on
// in the next line after a blank, and no character is torn apart.
void AppendFolded(absl::string_view line, size_t most, absl::string_view end, std::string* out);

// A number as people dial it in France: "03 53 01 00 12", "00 32 25551234". Reads
// back as the same, and no spreadsheet takes it for a number.
std::string DialledPhone(absl::string_view e164);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_WRITTEN_H_
