#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "server/directory/territories.h"
#include "server/interchange/reader.h"
#include "tools/datagen/council.h"
#include "tools/datagen/generate.h"

namespace maillage::datagen {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Make(const Options& options) {
  std::string text;
  const absl::Status status = Generate(options, [&](absl::string_view piece) {
    text.append(piece.data(), piece.size());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return text;
}

class Counter : public interchange::Sink {
 public:
  absl::Status OnDraft(interchange::Draft draft) override {
    const v1::Actor& actor = draft.actor;
    ++records;
    ++communes[draft.insee];
    mandates +=
        actor.memberships_size() > 0 && actor.memberships(0).type() == v1::MEMBERSHIP_TYPE_MANDATE;
    mayors += actor.memberships_size() > 0 && actor.memberships(0).role() == "Maire";
    for (const auto& point : actor.contact_points()) {
      if (point.kind() == v1::CONTACT_KIND_EMAIL) emails.insert(point.value());
    }
    with_email +=
        !actor.contact_points().empty() && actor.contact_points(0).kind() == v1::CONTACT_KIND_EMAIL;
    return absl::OkStatus();
  }
  void OnProblem(v1::ImportProblem problem) override {
    if (problem.severity() != v1::ImportProblem::NOTE) bad.push_back(problem.ShortDebugString());
  }

  int records = 0, mandates = 0, mayors = 0, with_email = 0;
  std::map<std::string, int> communes;
  std::multiset<std::string> emails;
  std::vector<std::string> bad;
};

Counter Import(const Options& options, std::string* dialect = nullptr) {
  Counter counter;
  auto reader = interchange::NewReader({}, &counter);
  EXPECT_TRUE((*reader)->Write(Make(options)).ok());
  EXPECT_TRUE((*reader)->Finish().ok());
  if (dialect != nullptr) *dialect = (*reader)->dialect();
  return counter;
}

TEST(Datagen, MakesTheSameFileOfTheSameSeed) {
  for (const char* kind : {"council", "institutions", "associations", "companies", "professionals",
                           "citizens", "partners"}) {
    Options options;
    options.kind = kind;
    options.overlap = 0.2;
    const std::string once = Make(options);
    EXPECT_EQ(Make(options), once) << kind;
    options.seed = 2;
    EXPECT_NE(Make(options), once) << kind;
  }
}

TEST(Datagen, FillsThe897SeatsOfTheAgglomeration) {
  Options options;
  options.kind = "council";
  options.format = "rne";
  std::string dialect;
  const Counter counter = Import(options, &dialect);
  EXPECT_EQ(dialect, "UTF-8, ;");
  EXPECT_EQ(counter.records, 897);
  EXPECT_EQ(counter.mandates, 897);
  EXPECT_EQ(counter.mayors, 53);
  EXPECT_EQ(counter.communes.size(), 53u);
  EXPECT_EQ(counter.communes.at("62765"), 33);
  EXPECT_THAT(counter.bad, IsEmpty());
}

TEST(Datagen, KnowsTheLegalSizeOfCouncils) {
  const std::pair<int64_t, int> kCases[] = {
      {0, 0},      {1, 7},       {99, 7},      {100, 11},    {499, 11},    {500, 15},
      {1499, 15},  {1500, 19},   {2500, 23},   {3500, 27},   {4999, 27},   {5000, 29},
      {10000, 33}, {20000, 35},  {30000, 39},  {40000, 43},  {50000, 45},  {60000, 49},
      {80000, 53}, {100000, 55}, {150000, 59}, {200000, 61}, {250000, 65}, {300000, 69}};
  for (const auto& [population, seats] : kCases) {
    v1::Territory commune;
    commune.set_population(population);
    EXPECT_EQ(Seats(commune), seats) << population;
  }
  const auto& france = directory::Territories::Official();
  EXPECT_EQ(Seats(*france.Find(v1::TERRITORY_LEVEL_COMMUNE, "75056")), 163);
  EXPECT_EQ(DeputyMayors(33), 9);
  EXPECT_EQ(DeputyMayors(7), 2);
}

TEST(Datagen, ListsPartOfTheCouncilWithAddresses) {
  Options options;
  options.kind = "council";
  options.part = 0.6;
  std::string dialect;
  const Counter counter = Import(options, &dialect);
  EXPECT_EQ(dialect, "windows-1252, ;");
  EXPECT_GT(counter.records, 480);
  EXPECT_LT(counter.records, 600);
  EXPECT_EQ(counter.mandates, counter.records);
  EXPECT_EQ(std::set<std::string>(counter.emails.begin(), counter.emails.end()).size(),
            static_cast<size_t>(counter.records));
  EXPECT_THAT(counter.bad, IsEmpty());
}

TEST(Datagen, MakesListsThatImportWithoutLoss) {
  for (const char* kind :
       {"institutions", "associations", "companies", "professionals", "citizens", "partners"}) {
    Options options;
    options.kind = kind;
    options.count = 2000;
    options.overlap = 0.1;
    std::string dialect;
    const Counter counter = Import(options, &dialect);
    EXPECT_EQ(dialect, "windows-1252, ;") << kind;
    EXPECT_EQ(counter.records, 2000) << kind;
    EXPECT_EQ(counter.with_email, 2000) << kind;
    EXPECT_THAT(counter.bad, IsEmpty()) << kind;
    // No address stands twice in one list.
    EXPECT_EQ(std::set<std::string>(counter.emails.begin(), counter.emails.end()).size(),
              counter.emails.size())
        << kind;
  }
}

TEST(Datagen, SharesPeopleBetweenListsWhereAsked) {
  Options options;
  options.kind = "council";
  const Counter council = Import(options);
  options.kind = "citizens";
  options.count = 500;
  const auto shared = [&] {
    const Counter citizens = Import(options);
    int both = 0;
    for (const std::string& email : citizens.emails) both += council.emails.count(email) > 0;
    return both;
  };
  EXPECT_EQ(shared(), 0);
  options.overlap = 0.2;
  EXPECT_GT(shared(), 70);
  EXPECT_LT(shared(), 130);
}

TEST(Datagen, WritesAnExcelFileAsPeopleHaveIt) {
  Options options;
  const std::string text = Make(options);
  EXPECT_THAT(text, HasSubstr("Fichier partners MAJ 12/03/26;;;;;;;;;;\r\n;;;;;;;;;;\r\nCiv;NOM;"
                              "Pr\xE9nom;Structure;"));
}

TEST(Datagen, RefusesUnknownWords) {
  const struct {
    const char *kind, *territory, *format, *reason;
  } kCases[] = {{"clowns", "200069037", "excel", "BAD_KIND"},
                {"citizens", "200069037", "pdf", "BAD_FORMAT"},
                {"citizens", "200069037", "rne", "BAD_FORMAT"},
                {"citizens", "0", "excel", "UNKNOWN_TERRITORY"},
                {"citizens", "32", "excel", "AMBIGUOUS_TERRITORY"}};
  for (const auto& c : kCases) {
    Options options;
    options.kind = c.kind;
    options.territory = c.territory;
    options.format = c.format;
    const absl::Status status =
        Generate(options, [](absl::string_view) { return absl::OkStatus(); });
    EXPECT_EQ(ErrorReason(status), c.reason);
  }
}

struct Told {
  std::string file, truth;
};

Told Tell(const Options& options) {
  Told told;
  const auto to = [](std::string* text) {
    return [text](absl::string_view piece) {
      text->append(piece.data(), piece.size());
      return absl::OkStatus();
    };
  };
  EXPECT_TRUE(Generate(options, to(&told.file), to(&told.truth)).ok());
  return told;
}

// Line of the file -> who it is.
std::map<int64_t, std::string> PersonsOf(const Told& told) {
  std::map<int64_t, std::string> persons;
  for (const absl::string_view row : absl::StrSplit(told.truth, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> parts = absl::StrSplit(row, ';');
    EXPECT_EQ(parts.size(), 3u) << row;
    persons[std::stoll(parts[1])] = parts[2];
  }
  return persons;
}

class LineSink : public interchange::Sink {
 public:
  absl::Status OnDraft(interchange::Draft draft) override {
    lines.insert(draft.line);
    return absl::OkStatus();
  }
  void OnProblem(v1::ImportProblem problem) override {
    problems.insert(problem.severity());
    if (problem.severity() == v1::ImportProblem::REFUSED) lines.insert(problem.line());
  }
  std::set<int64_t> lines;
  std::multiset<int> problems;
};

TEST(Datagen, SaysOfEveryRowInWhichLineItIsAndWhoItIs) {
  Options options;
  options.count = 3000;
  options.duplicates = 0.2;
  options.lookalikes = 0.1;
  options.dirty = 0.3;
  const Told told = Tell(options);
  const std::map<int64_t, std::string> persons = PersonsOf(told);
  LineSink sink;
  auto reader = interchange::NewReader({}, &sink);
  ASSERT_TRUE((*reader)->Write(told.file).ok());
  ASSERT_TRUE((*reader)->Finish().ok());
  std::set<int64_t> lines;
  std::map<std::string, int> rows;
  for (const auto& [line, person] : persons) {
    lines.insert(line);
    ++rows[person];
  }
  EXPECT_EQ(lines.size(), 3000u);
  EXPECT_EQ(sink.lines, lines);
  EXPECT_LT(rows.size(), 2600u);
  EXPECT_GT(rows.size(), 2200u);
}

TEST(Datagen, DamagesRowsSoThatReadersHaveToSpeak) {
  Options options;
  options.count = 1000;
  const auto problems = [&] {
    LineSink sink;
    auto reader = interchange::NewReader({}, &sink);
    EXPECT_TRUE((*reader)->Write(Make(options)).ok());
    EXPECT_TRUE((*reader)->Finish().ok());
    return sink.problems;
  };
  EXPECT_EQ(problems().count(v1::ImportProblem::FLAGGED), 0u);
  options.dirty = 1;
  const auto found = problems();
  EXPECT_GT(found.count(v1::ImportProblem::FLAGGED), 50u);
  EXPECT_GT(found.count(v1::ImportProblem::NOTE), 200u);
}

TEST(Datagen, KnowsTheSamePeopleInListsOfTwoTellers) {
  Options options;
  options.count = 1000;
  const Told here = Tell(options);
  options.first = 600;
  options.teller = "b";
  const Told there = Tell(options);
  std::set<std::string> known, both;
  for (const auto& [line, person] : PersonsOf(here)) known.insert(person);
  for (const auto& [line, person] : PersonsOf(there)) {
    if (known.count(person) > 0) both.insert(person);
  }
  EXPECT_EQ(both.size(), 400u);
  EXPECT_EQ(here.file.find("maison.example.net"), std::string::npos);
  EXPECT_NE(there.file.find("maison.example.net"), std::string::npos);
}

TEST(Datagen, ElectsThreeCouncillorsInFiveAgain) {
  Options options;
  options.kind = "council";
  options.format = "rne";
  const Told after = Tell(options);
  options.elected = 2020;
  const Told before = Tell(options);
  std::set<std::string> now, again;
  for (const auto& [line, person] : PersonsOf(after)) now.insert(person);
  for (const auto& [line, person] : PersonsOf(before)) {
    if (now.count(person) > 0) again.insert(person);
  }
  EXPECT_EQ(now.size(), 897u);
  EXPECT_GT(again.size(), 490u);
  EXPECT_LT(again.size(), 590u);
  EXPECT_THAT(before.file, HasSubstr(";18/05/2020;"));
}

}  // namespace
}  // namespace maillage::datagen
