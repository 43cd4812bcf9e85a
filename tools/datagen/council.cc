#include "tools/datagen/council.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"

namespace maillage::datagen {
namespace {

struct Band {
  int64_t below;  // population
  int seats;
};

constexpr Band kBands[] = {{1, 0},       {100, 7},     {500, 11},    {1500, 15},  {2500, 19},
                           {3500, 23},   {5000, 27},   {10000, 29},  {20000, 33}, {30000, 35},
                           {40000, 39},  {50000, 43},  {60000, 45},  {80000, 49}, {100000, 53},
                           {150000, 55}, {200000, 59}, {250000, 61}, {300000, 65}};
constexpr int kMostSeats = 69;
constexpr double kReelected = 0.6;

std::string Function(int seat, int deputies, bool woman) {
  if (seat == 0) return "Maire";
  if (seat > deputies) return "";
  const std::string rank = seat == 1 ? (woman ? "1ère" : "1er") : absl::StrCat(seat, "ème");
  return absl::StrCat(rank, woman ? " adjointe" : " adjoint", " au Maire");
}

}  // namespace

int Seats(const v1::Territory& commune) {
  const std::string& code = commune.ref().code();
  if (code == "75056") return 163;
  if (code == "69123") return 73;
  if (code == "13055") return 111;
  const auto* band = std::find_if(std::begin(kBands), std::end(kBands),
                                  [&](const Band& b) { return commune.population() < b.below; });
  return band == std::end(kBands) ? kMostSeats : band->seats;
}

int DeputyMayors(int seats) { return seats * 3 / 10; }

Councils::Councils(uint64_t seed, std::vector<const v1::Territory*> communes, int64_t elected)
    : seed_(seed), elected_(elected), communes_(std::move(communes)), first_(1, 0) {
  for (const v1::Territory* commune : communes_) first_.push_back(first_.back() + Seats(*commune));
}

Member Councils::At(int64_t number) const {
  const auto after = std::upper_bound(first_.begin(), first_.end(), number);
  const size_t index = after - first_.begin() - 1;
  Member member;
  member.commune = communes_[index];
  member.seat = static_cast<int>(number - first_[index]);
  const std::string& code = member.commune->ref().code();
  member.id = absl::StrCat("council-", code, "-", member.seat);
  const bool before = elected_ < 2026;
  Dice luck(seed_, absl::StrCat("reelected/", code), member.seat);
  const bool left = before && !luck.Chance(kReelected);
  if (left) absl::StrAppend(&member.id, "-", elected_);
  Dice dice(seed_, absl::StrCat(left ? "former/" : "council/", code), member.seat);
  member.person = InventPerson(&dice);
  const bool woman = member.person.woman;
  member.since = before ? "18/05/2020" : "18/03/2026";
  member.function_since = before ? "25/05/2020" : "29/03/2026";
  member.function = Function(member.seat, DeputyMayors(Seats(*member.commune)), woman);
  member.role = !member.function.empty() ? member.function
                : woman                  ? "Conseillère municipale"
                                         : "Conseiller municipal";
  member.email =
      absl::StrCat(Mailbox(member.person), ".", member.seat + 1, "@", Slug(member.commune->title()),
                   "-", member.commune->ref().code(), ".example.org");
  return member;
}

Member Councils::Shuffled(int64_t number) const {
  int64_t stride = size() * 5 / 8 + 1;
  while (std::gcd(stride, size()) != 1) ++stride;
  return At(number * stride % size());
}

}  // namespace maillage::datagen
