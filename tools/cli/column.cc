#include "tools/cli/column.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/base/encoding.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/territory.pb.h"

namespace maillage::cli {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

std::string EnumValue(const EnumValueDescriptor* value, const Locale& locale) {
  return locale.raw ? value->name() : std::string(EnumText(locale.language, value->full_name()));
}

std::string Territory(const v1::TerritoryRef& ref) {
  const std::string& level = v1::TerritoryLevel_Name(ref.level());
  return absl::StrCat(absl::StripPrefix(level, "TERRITORY_LEVEL_"), "/", ref.code());
}

std::string Day(const v1::Date& date) {
  if (date.month() == 0) return absl::StrFormat("%04d", date.year());
  if (date.day() == 0) return absl::StrFormat("%04d-%02d", date.year(), date.month());
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

std::string Contact(const v1::ContactPoint& contact) {
  if (contact.kind() != v1::CONTACT_KIND_POSTAL) return contact.value();
  const auto& postal = contact.postal();
  const std::string lines = absl::StrJoin(postal.lines(), ", ");
  return absl::StrCat(lines, lines.empty() ? "" : ", ", postal.postal_code(), " ",
                      postal.locality());
}

// The parts that are not empty, with `between` in between.
std::string Joined(std::vector<std::string> parts, absl::string_view between) {
  parts.erase(std::remove(parts.begin(), parts.end(), ""), parts.end());
  return absl::StrJoin(parts, between);
}

std::string Person(const v1::PersonName& name) {
  return Joined({name.honorific(), name.given(), name.family()}, " ");
}

std::string Notice(const v1::PrivacyNotice& notice, const Locale& locale) {
  const auto* state = v1::NoticeState_descriptor()->FindValueByNumber(notice.state());
  return Joined({state == nullptr ? "" : EnumValue(state, locale),
                 notice.has_date() ? Day(notice.date()) : "", notice.how()},
                ", ");
}

std::string Consent(const v1::Consent& consent) {
  return Joined({consent.has_date() ? Day(consent.date()) : "", consent.proof()}, ", ");
}

std::string Seat(const v1::Membership& membership, const Locale& locale) {
  std::string text = membership.role();
  if (text.empty()) {
    text = EnumValue(v1::MembershipType_descriptor()->FindValueByNumber(membership.type()), locale);
  }
  if (!membership.organisation_name().empty()) {
    absl::StrAppend(&text, ", ", membership.organisation_name());
  }
  return text;
}

template <typename T>
const T& To(const Message& message) {
  return static_cast<const T&>(message);
}

std::string MessageValue(const Message& message, const Locale& locale) {
  const std::string& type = message.GetDescriptor()->full_name();
  if (type == "google.protobuf.Timestamp") {
    const auto& time = To<google::protobuf::Timestamp>(message);
    if (time.seconds() == 0 && time.nanos() == 0) return "";  // never
    return FormatTime(locale,
                      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()));
  }
  if (type == "maillage.v1.TerritoryRef") return Territory(To<v1::TerritoryRef>(message));
  if (type == "maillage.v1.Date") return Day(To<v1::Date>(message));
  if (type == "maillage.v1.ContactPoint") return Contact(To<v1::ContactPoint>(message));
  if (type == "maillage.v1.PersonName") return Person(To<v1::PersonName>(message));
  if (type == "maillage.v1.PrivacyNotice") return Notice(To<v1::PrivacyNotice>(message), locale);
  if (type == "maillage.v1.Consent") return Consent(To<v1::Consent>(message));
  if (type == "maillage.v1.Membership") return Seat(To<v1::Membership>(message), locale);
  if (type == "maillage.v1.Identifier") {
    const auto& identifier = To<v1::Identifier>(message);
    return absl::StrCat(identifier.scheme(), " ", identifier.value());
  }
  if (type == "maillage.v1.FlaggedValue") {
    const auto& flagged = To<v1::FlaggedValue>(message);
    return absl::StrCat(flagged.field(), ": ", flagged.raw(), " (", flagged.reason(), ")");
  }
  return message.ShortDebugString();
}

// One value of a field: element `index` of a repeated one, or the single one
// (index < 0).
class FieldValue {
 public:
  FieldValue(const Message& message, const FieldDescriptor* field, int index)
      : message_(message), field_(field), index_(index), reflection_(*message.GetReflection()) {}

  std::string Text(const Locale& locale) const {
    switch (field_->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return String();
      case FieldDescriptor::CPPTYPE_ENUM:
        return EnumValue(index_ < 0 ? reflection_.GetEnum(message_, field_)
                                    : reflection_.GetRepeatedEnum(message_, field_, index_),
                         locale);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return MessageValue(index_ < 0 ? reflection_.GetMessage(message_, field_)
                                       : reflection_.GetRepeatedMessage(message_, field_, index_),
                            locale);
      case FieldDescriptor::CPPTYPE_BOOL:
        return Bool(locale);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return FormatDecimal(locale, reflection_.GetDouble(message_, field_));
      default:
        return FormatNumber(locale, Integer());
    }
  }

 private:
  std::string String() const {
    std::string text = index_ < 0 ? reflection_.GetString(message_, field_)
                                  : reflection_.GetRepeatedString(message_, field_, index_);
    return field_->type() == FieldDescriptor::TYPE_BYTES ? Base32Encode(text) : text;
  }
  std::string Bool(const Locale& locale) const {
    const bool value = reflection_.GetBool(message_, field_);
    if (locale.raw) return value ? "true" : "false";
    return std::string(Translate(locale.language, value ? "yes" : "no"));
  }
  int64_t Integer() const {
    switch (field_->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection_.GetInt32(message_, field_);
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection_.GetUInt32(message_, field_);
      case FieldDescriptor::CPPTYPE_UINT64:
        return static_cast<int64_t>(reflection_.GetUInt64(message_, field_));
      default:
        return reflection_.GetInt64(message_, field_);
    }
  }

  const Message& message_;
  const FieldDescriptor* const field_;
  const int index_;
  const Reflection& reflection_;
};

bool Shown(const Message& message, const FieldDescriptor* field) {
  const bool has = message.GetReflection()->HasField(message, field);
  return has || (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING &&
                 field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE);
}

std::vector<std::string> AtPath(const Message& message, const std::vector<std::string>& path,
                                size_t depth, const Locale& locale) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(path[depth]);
  if (field == nullptr) return {};
  const Reflection& reflection = *message.GetReflection();
  std::vector<std::string> values;
  if (depth + 1 < path.size()) {
    if (!reflection.HasField(message, field)) return {};
    return AtPath(reflection.GetMessage(message, field), path, depth + 1, locale);
  }
  if (field->is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      values.push_back(FieldValue(message, field, i).Text(locale));
    }
  } else if (Shown(message, field)) {
    values.push_back(FieldValue(message, field, -1).Text(locale));
  }
  return values;
}

}  // namespace

std::vector<std::string> Values(const Message& message, const Column& column,
                                const Locale& locale) {
  if (column.render != nullptr) return column.render(message, locale);
  Locale form = locale;
  form.raw = form.raw || (column.flags & kPlain) != 0;
  return AtPath(message, absl::StrSplit(column.path, '.'), 0, form);
}

bool IsNumeric(const Message& message, const Column& column) {
  if (column.render != nullptr) return (column.flags & kRight) != 0;
  const google::protobuf::Descriptor* type = message.GetDescriptor();
  const FieldDescriptor* field = nullptr;
  for (const absl::string_view name : absl::StrSplit(column.path, '.')) {
    if (type == nullptr) return false;
    field = type->FindFieldByName(std::string(name));
    if (field == nullptr || field->is_repeated()) return false;
    type = field->message_type();
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_MESSAGE:
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_BOOL:
      return false;
    default:
      return true;
  }
}

}  // namespace maillage::cli
