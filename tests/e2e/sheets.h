// Small spreadsheets of invented people, and two nodes that share theirs, for the
// end-to-end tests.
#ifndef TESTS_E2E_SHEETS_H_
#define TESTS_E2E_SHEETS_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {

// All but citizens.
inline constexpr char kWork[] = "NOT category = CITIZEN";

// "a", "b", ..., "z", "ba", ...: names have letters alone.
inline std::string Letters(int number) {
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('a' + number % 26));
    number /= 26;
  } while (number > 0);
  return text;
}

// `count` professionals of Saint-Omer, each with an address of their own; for
// another `domain` (of letters), others.
inline std::string Professionals(int count, const std::string& domain) {
  std::string csv = "Civilité;Nom;Prénom;Structure;Fonction;Mél;Ville\r\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&csv, "Mme;Durand", domain, "-", Letters(i), ";Anne;CCAS d'Arques;Médiatrice;p",
                    i, "@", domain, ".example.org;Saint-Omer\r\n");
  }
  return csv;
}

// Pairs two nodes that run; `from` shares its professionals with `to`, which takes
// them.
inline void ShareProfessionals(TestNode& from, TestNode& to) {
  Pair(from, to);
  from.Ok(
      {"share", "create", "pros", "--to", to.alias(), "--view", "professional", "--filter", kWork});
  EXPECT_TRUE(WaitFor([&] {
    return to.Cli({"share", "subscribe", from.alias(), "pros"}).code == 0;
  })) << to.Log();
}

}  // namespace maillage::testing

#endif  // TESTS_E2E_SHEETS_H_
