// Invented people, the same for the same seed on every machine.
#ifndef TOOLS_DATAGEN_PEOPLE_H_
#define TOOLS_DATAGEN_PEOPLE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace maillage::datagen {

// Throws of dice that depend on nothing but what it is made from.
class Dice {
 public:
  Dice(uint64_t seed, absl::string_view stream, uint64_t number);
  // 0 to sides - 1.
  uint64_t Throw(uint64_t sides);
  bool Chance(double share) { return Throw(1 << 20) < share * (1 << 20); }
  template <size_t N>
  absl::string_view Pick(const absl::string_view (&list)[N]) {
    return list[Throw(N)];
  }

 private:
  uint64_t Next();
  uint64_t state_;
};

struct Person {
  bool woman = false;
  std::string given;   // in usual case
  std::string family;  // in usual case
};

Person InventPerson(Dice* dice);

// "zelie.waestelandt": the name as it stands in addresses.
std::string Mailbox(const Person& person);
// "saint-omer": a name as it stands in domains.
std::string Slug(absl::string_view name);

// A number that is kept for fiction by ARCEP, written in one of the usual ways.
std::string Landline(Dice* dice);
std::string Mobile(Dice* dice);
// "12 rue du Lavoir".
std::string Street(Dice* dice);

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_PEOPLE_H_
