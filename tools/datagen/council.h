// The municipal councils of a territory, with invented members.
#ifndef TOOLS_DATAGEN_COUNCIL_H_
#define TOOLS_DATAGEN_COUNCIL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "maillage/v1/territory.pb.h"
#include "tools/datagen/people.h"

namespace maillage::datagen {

// Seats by the municipal population (code général des collectivités
// territoriales, L2121-2; Paris, Lyon and Marseille by L2512-3 and L2513-1). A
// merged commune has the seats of its population from its second renewal on,
// which for those of 2016 was 2026.
int Seats(const v1::Territory& commune);
// At most 30 % of the council (L2122-2).
int DeputyMayors(int seats);

struct Member {
  const v1::Territory* commune = nullptr;
  int seat = 0;  // 0 is the mayor
  Person person;
  std::string function;  // "Maire", "2ème adjointe au maire"; empty for a plain member
  std::string since, function_since;
  // As a person would write it; never empty.
  std::string role;
  std::string email;
  std::string id;  // of the person, for the truth about a file
};

// Immutable. Members are made when asked for.
class Councils {
 public:
  // Those of 2020 and of 2026 have three members in five in common.
  Councils(uint64_t seed, std::vector<const v1::Territory*> communes, int64_t elected = 2026);
  int64_t size() const { return static_cast<int64_t>(first_.back()); }
  Member At(int64_t number) const;
  // The same people in an order that mixes the communes.
  Member Shuffled(int64_t number) const;

 private:
  const uint64_t seed_;
  const int64_t elected_;
  const std::vector<const v1::Territory*> communes_;
  std::vector<int64_t> first_;  // number of a commune's first member, and the end
};

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_COUNCIL_H_
