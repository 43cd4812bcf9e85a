// A directory with what a local would look for.
#ifndef TESTS_DIRECTORY_SEARCH_FIXTURE_H_
#define TESTS_DIRECTORY_SEARCH_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/directory/actor.h"
#include "server/directory/territories.h"
#include "tests/directory/directory_fixture.h"

namespace maillage::directory {

class SearchFixture : public DirectoryFixture {
 protected:
  static v1::Actor TownHall(const v1::Territory& commune) {
    v1::Actor actor = Association(absl::StrCat("Mairie de ", commune.title()));
    actor.set_organisation_type(v1::ORGANISATION_TYPE_INSTITUTION);
    *actor.add_territories() = commune.ref();
    return actor;
  }
  // Of all communes below a territory, in one transaction.
  void CreateTownHalls(absl::string_view above) {
    const auto region = Territories::Official().Parse(above);
    ASSERT_TRUE(region.ok()) << region.status();
    storage::Transaction transaction;
    for (const v1::Territory* commune : Territories::Official().all()) {
      if (commune->ref().level() != v1::TERRITORY_LEVEL_COMMUNE ||
          !Territories::Official().Within(commune->ref(), (*region)->ref())) {
        continue;
      }
      communes_.push_back(commune);
      v1::Actor actor = TownHall(*commune);
      ASSERT_TRUE(Normalise(&actor).ok());
      const RecordId id = NewRecordId(absl::Now());
      FillNames(Self(), id, &actor);
      storage::Transaction one =
          ChangeOf(Self(), id, nullptr, std::make_shared<const v1::Actor>(std::move(actor)));
      transaction.changes.push_back(one.changes.front());
      for (storage::Batch::Op& op : one.writes.Release()) {
        transaction.writes.Put(op.family, std::move(op.key), std::move(op.value));
      }
    }
    const absl::Status written = writer_->Commit(std::move(transaction));
    ASSERT_TRUE(written.ok()) << written;
  }
  v1::Actor In(const std::string& commune, v1::Actor actor) {
    AddCommune(commune, &actor);
    return actor;
  }
  static v1::Actor Works(v1::Actor actor, const std::string& role,
                         const std::string& organisation) {
    auto* membership = actor.add_memberships();
    membership->set_type(v1::MEMBERSHIP_TYPE_EMPLOYMENT);
    membership->set_role(role);
    membership->set_organisation_name(organisation);
    return actor;
  }

  // "Family Given" or the organisation's name of the first `most` found.
  std::vector<std::string> Found(const std::string& text, const std::string& filter = "",
                                 int most = 20) {
    const auto page = directory_->Search(text, filter, most, "");
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> names;
    if (!page.ok()) return names;
    for (const auto& actor : page->actors) names.push_back(SortName(*actor));
    return names;
  }
  std::string First(const std::string& text) {
    const std::vector<std::string> found = Found(text, "", 1);
    return found.empty() ? "nobody" : found.front();
  }

  std::vector<const v1::Territory*> communes_;  // that have a town hall
};

}  // namespace maillage::directory

#endif  // TESTS_DIRECTORY_SEARCH_FIXTURE_H_
