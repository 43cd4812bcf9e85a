// Imports of texts into a directory, for the tests of this room.
#ifndef TESTS_DIRECTORY_IMPORT_FIXTURE_H_
#define TESTS_DIRECTORY_IMPORT_FIXTURE_H_

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "server/directory/import.h"
#include "tests/directory/directory_fixture.h"

namespace maillage::directory {

class ImportFixture : public DirectoryFixture {
 protected:
  v1::ImportSummary ImportText(const std::string& text, v1::ImportSpec spec = {}) {
    problems_.clear();
    if (spec.file_name().empty()) spec.set_file_name("liste.csv");
    Import import(Self(), database_.get(), writer_.get(), &Clock::Real(), spec, "operators/test",
                  [&](const v1::ImportProblem& problem) { problems_.push_back(problem); });
    absl::Status status = import.Start();
    EXPECT_TRUE(status.ok()) << status;
    if (status.ok()) status = import.Write(text);
    if (status.ok()) status = import.Finish(true);
    EXPECT_TRUE(status.ok()) << status;
    return import.summary();
  }
  static v1::ImportSpec From(const std::string& source) {
    v1::ImportSpec spec;
    spec.set_source(source);
    return spec;
  }
  static std::string Fixture(const std::string& name) {
    std::ifstream file(std::string(MAILLAGE_TESTDATA) + "/" + name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty()) << name;
    return text.str();
  }
  std::shared_ptr<const v1::Actor> Only(const std::string& filter) {
    const auto page = directory_->List(filter, 10, "");
    EXPECT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->actors.size(), 1u) << filter;
    return page->actors.empty() ? std::make_shared<const v1::Actor>() : page->actors[0];
  }
  // What every record says, without what the node assigns, in order.
  std::vector<std::string> Contents() {
    std::vector<std::string> contents;
    const auto all = directory_->ParseFilter("");
    EXPECT_TRUE(directory_
                    ->ForEach(*all,
                              [&](const ShownRecord& record) {
                                v1::Actor actor = *record.actor;
                                for (const char* field :
                                     {"name", "etag", "revision", "create_time", "update_time",
                                      "import_batch", "import_hash"}) {
                                  actor.GetReflection()->ClearField(
                                      &actor, actor.GetDescriptor()->FindFieldByName(field));
                                }
                                contents.push_back(actor.DebugString());
                                return true;
                              })
                    .ok());
    std::sort(contents.begin(), contents.end());
    return contents;
  }
  std::vector<v1::ImportProblem> problems_;
};

}  // namespace maillage::directory

#endif  // TESTS_DIRECTORY_IMPORT_FIXTURE_H_
