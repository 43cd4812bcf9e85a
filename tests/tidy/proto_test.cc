// Holds the language to its comments: every element says what it means.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/tidy/sources.h"

namespace maillage::tidy {
namespace {

namespace pb = google::protobuf;

// The whole language as protoc reads it, with its comments.
pb::FileDescriptorSet Language() {
  const std::string file = absl::StrCat(testing::TempDir(), "/maillage-language-", getpid());
  std::string command = absl::StrCat("'", MAILLAGE_PROTOC, "' --include_imports ",
                                     "--include_source_info '--descriptor_set_out=", file, "' '-I",
                                     MAILLAGE_SOURCE_DIR, "/proto'");
  for (const Source& source : Sources()) {
    if (!absl::EndsWith(source.path, ".proto")) continue;
    absl::StrAppend(&command, " '", source.path.substr(strlen("proto/")), "'");
  }
  pb::FileDescriptorSet set;
  if (std::system(command.c_str()) != 0) return set;
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(set.ParseFromIstream(&in));
  std::remove(file.c_str());
  return set;
}

class CommentReader {
 public:
  template <typename Descriptor>
  void Read(const Descriptor& element) {
    pb::SourceLocation at;
    if (element.GetSourceLocation(&at) && at.leading_comments.empty() &&
        at.trailing_comments.empty()) {
      offences_.push_back({absl::StrCat("proto/", element.file()->name()), at.start_line + 1,
                           absl::StrCat(element.name(), " has no comment")});
    }
  }

  void ReadMessage(const pb::Descriptor& message) {
    Read(message);
    for (int i = 0; i < message.field_count(); ++i) Read(*message.field(i));
    for (int i = 0; i < message.real_oneof_decl_count(); ++i) Read(*message.oneof_decl(i));
    for (int i = 0; i < message.enum_type_count(); ++i) ReadEnum(*message.enum_type(i));
    for (int i = 0; i < message.nested_type_count(); ++i) {
      const pb::Descriptor& nested = *message.nested_type(i);
      if (!nested.options().map_entry()) ReadMessage(nested);
    }
  }

  void ReadEnum(const pb::EnumDescriptor& enumeration) {
    Read(enumeration);
    for (int i = 0; i < enumeration.value_count(); ++i) Read(*enumeration.value(i));
  }

  void ReadService(const pb::ServiceDescriptor& service) {
    Read(service);
    for (int i = 0; i < service.method_count(); ++i) Read(*service.method(i));
  }

  const std::vector<Offence>& offences() const { return offences_; }

 private:
  std::vector<Offence> offences_;
};

TEST(Tidy, EveryElementOfTheLanguageHasAComment) {
  const pb::FileDescriptorSet set = Language();
  pb::DescriptorPool pool;
  CommentReader reader;
  for (const pb::FileDescriptorProto& proto : set.file()) {
    const pb::FileDescriptor* file = pool.BuildFile(proto);
    ASSERT_NE(file, nullptr) << proto.name();
    if (!absl::StartsWith(proto.name(), "maillage/")) continue;
    for (int i = 0; i < file->message_type_count(); ++i) reader.ReadMessage(*file->message_type(i));
    for (int i = 0; i < file->enum_type_count(); ++i) reader.ReadEnum(*file->enum_type(i));
    for (int i = 0; i < file->service_count(); ++i) reader.ReadService(*file->service(i));
  }
  EXPECT_GT(set.file_size(), 0);
  ExpectNone(reader.offences(), "say above it, in the third person, what it means, units, errors");
}

}  // namespace
}  // namespace maillage::tidy
