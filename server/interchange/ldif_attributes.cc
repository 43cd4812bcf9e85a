#include "server/interchange/ldif_attributes.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_replace.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMaxLines = 20;

constexpr v1::ContactScope kAny = v1::CONTACT_SCOPE_UNSPECIFIED;
constexpr v1::ContactScope kWork = v1::CONTACT_SCOPE_WORK;
constexpr v1::ContactScope kHome = v1::CONTACT_SCOPE_PRIVATE;

constexpr LdifAttribute FieldOf(absl::string_view name, Field field,
                                v1::ContactScope scope = kAny) {
  return {name, LdifUse::kField, field, scope};
}
constexpr LdifAttribute Place(absl::string_view name, AddressPart part,
                              v1::ContactScope scope = kAny) {
  return {name, LdifUse::kAddress, Field::kUnknown, scope, part};
}

constexpr LdifAttribute kAttributes[] = {
    {"changetype", LdifUse::kChange},
    {"objectclass", LdifUse::kClass},
    FieldOf("cn", Field::kFullName),
    FieldOf("commonname", Field::kFullName),
    FieldOf("sn", Field::kFamily),
    FieldOf("surname", Field::kFamily),
    FieldOf("givenname", Field::kGiven),
    FieldOf("gn", Field::kGiven),
    FieldOf("personaltitle", Field::kHonorific),
    FieldOf("o", Field::kOrganisation),
    FieldOf("organizationname", Field::kOrganisation),
    FieldOf("company", Field::kOrganisation),
    FieldOf("ou", Field::kOrganisation),
    FieldOf("organizationalunitname", Field::kOrganisation),
    FieldOf("department", Field::kNote),
    FieldOf("title", Field::kRole),
    FieldOf("mail", Field::kEmail),
    FieldOf("rfc822mailbox", Field::kEmail),
    FieldOf("mozillasecondemail", Field::kEmail),
    FieldOf("telephonenumber", Field::kPhone, kWork),
    FieldOf("mobile", Field::kPhone),
    FieldOf("mobiletelephonenumber", Field::kPhone),
    FieldOf("cellphone", Field::kPhone),
    FieldOf("homephone", Field::kPhone, kHome),
    FieldOf("hometelephonenumber", Field::kPhone, kHome),
    FieldOf("description", Field::kNote),
    FieldOf("businesscategory", Field::kTheme),
    FieldOf("x-category", Field::kCategory),
    FieldOf("x-siret", Field::kSiret),
    FieldOf("x-siren", Field::kSiret),
    FieldOf("x-rna", Field::kRna),
    FieldOf("x-insee", Field::kInsee),
    FieldOf("facsimiletelephonenumber", Field::kNote),
    FieldOf("fax", Field::kNote),
    FieldOf("labeleduri", Field::kNote),
    FieldOf("mozillaworkurl", Field::kNote),
    FieldOf("displayname", Field::kNote),
    FieldOf("mozillanickname", Field::kNote),
    Place("street", AddressPart::kLine),
    Place("streetaddress", AddressPart::kLine),
    Place("mozillaworkstreet2", AddressPart::kLine),
    Place("postofficebox", AddressPart::kLine),
    Place("postalcode", AddressPart::kPostalCode),
    Place("l", AddressPart::kLocality),
    Place("localityname", AddressPart::kLocality),
    Place("c", AddressPart::kCountry),
    Place("co", AddressPart::kCountry),
    Place("countryname", AddressPart::kCountry),
    Place("friendlycountryname", AddressPart::kCountry),
    Place("postaladdress", AddressPart::kWhole),
    Place("homepostaladdress", AddressPart::kWhole, kHome),
    Place("mozillahomestreet", AddressPart::kLine, kHome),
    Place("mozillahomestreet2", AddressPart::kLine, kHome),
    Place("mozillahomepostalcode", AddressPart::kPostalCode, kHome),
    Place("mozillahomelocalityname", AddressPart::kLocality, kHome),
    Place("mozillahomecountryname", AddressPart::kCountry, kHome),
};

}  // namespace

const LdifAttribute* FindLdifAttribute(absl::string_view name) {
  const auto* found =
      std::find_if(std::begin(kAttributes), std::end(kAttributes),
                   [name](const LdifAttribute& attribute) { return attribute.name == name; });
  return found == std::end(kAttributes) ? nullptr : found;
}

void LdifAddresses::Add(const PropertyInfo& info, AddressPart part, absl::string_view text) {
  Address& address = addresses_[info.scope == kHome ? 1 : 0];
  if (!address.filled) address.info = info;
  address.filled = true;
  const auto fill = [text](std::string* to) {
    if (to->empty()) *to = std::string(text);
  };
  switch (part) {
    case AddressPart::kLine:
      if (address.parts.lines.size() < kMaxLines) address.parts.lines.emplace_back(text);
      return;
    case AddressPart::kWhole:
      // Lines stand between dollars (RFC 4517, 3.3.28).
      if (address.whole.empty()) address.whole = absl::StrReplaceAll(text, {{"$", "\n"}});
      return;
    case AddressPart::kPostalCode:
      return fill(&address.parts.postal_code);
    case AddressPart::kLocality:
      return fill(&address.parts.locality);
    case AddressPart::kCountry:
      return fill(&address.parts.country);
  }
}

void LdifAddresses::Release(Entry* entry) {
  for (Address& address : addresses_) {
    if (!address.filled) continue;
    // The whole says again what the parts say, and stands where there are none.
    const bool parts = !address.parts.lines.empty() || !address.parts.postal_code.empty();
    if (parts || address.whole.empty()) {
      v1::PostalAddress postal;
      const bool alone = address.parts.lines.empty() && address.parts.postal_code.empty() &&
                         address.parts.locality.empty();
      if (!alone && MakeAddress(address.parts, &postal)) {
        entry->AddAddress(address.info, std::move(postal));
      }
    } else {
      entry->Add(Field::kAddress, address.info, address.whole);
    }
  }
}

}  // namespace maillage::interchange
