#include "server/directory/filter_fields.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/filter_days.h"
#include "server/directory/territories.h"
#include "server/directory/words.h"
#include "server/interchange/fold.h"
#include "server/interchange/values.h"

namespace maillage::directory {
namespace {

using Node = Filter::Node;
using NodePtr = FilterNodePtr;
using Restriction = FilterRestriction;
using Result = absl::StatusOr<NodePtr>;

bool IsHas(const Restriction& r) { return r.comparator.text == ":"; }

// "field = value" or "field:value", in the canonical form.
std::string Canonical(const Restriction& r, absl::string_view value) {
  return absl::StrCat(r.field.text, IsHas(r) ? ":" : " = ", value);
}

NodePtr TermNode(Field field, std::string term, std::string text) {
  auto node = std::make_shared<Node>();
  node->term = {field, std::move(term)};
  node->text = std::move(text);
  return node;
}

NodePtr PrefixNode(Field field, const std::string& prefix, std::string text) {
  return FilterRangeNode(field, prefix, storage::PrefixEnd(prefix), std::move(text));
}

Result CategoryTerm(const Restriction& r) {
  const std::string word = absl::AsciiStrToUpper(r.value.text);
  if (ParseCategoryWord(word) == v1::AUDIENCE_CATEGORY_UNSPECIFIED) {
    return BadFilter(
        r.value, "this is no category",
        "one of INSTITUTION, ELECTED_OFFICIAL, PROFESSIONAL, ASSOCIATION, COMPANY, CITIZEN");
  }
  return TermNode(Field::kCategory, word, Canonical(r, word));
}

Result KindTerm(const Restriction& r) {
  const std::string word = absl::AsciiStrToUpper(r.value.text);
  if (word != "PERSON" && word != "ORGANISATION") {
    return BadFilter(r.value, "this is no kind", "PERSON or ORGANISATION");
  }
  return TermNode(Field::kKind, word, Canonical(r, word));
}

Result BasisTerm(const Restriction& r) {
  const std::string word = absl::AsciiStrToUpper(r.value.text);
  if (ParseBasisWord(word) == v1::LEGAL_BASIS_UNSPECIFIED) {
    return BadFilter(r.value, "this is no legal basis",
                     "one of PUBLIC_TASK, CONSENT, CONTRACT, LEGAL_OBLIGATION");
  }
  return TermNode(Field::kBasis, word, Canonical(r, word));
}

Result NoticeTerm(const Restriction& r) {
  const std::string word = absl::AsciiStrToUpper(r.value.text);
  if (word != "DUE" && word != "GIVEN" && word != "EXEMPT") {
    return BadFilter(r.value, "this is no state of a notice (RGPD art. 13, 14)",
                     "one of DUE, GIVEN, EXEMPT");
  }
  return TermNode(Field::kNotice, word, Canonical(r, word));
}

Result TerritoryTerm(const Restriction& r) {
  const auto territory = Territories::Official().Parse(r.value.text);
  if (!territory.ok()) {
    return BadFilter(r.value, territory.status().message(), ErrorMend(territory.status()));
  }
  const std::string text = TerritoryText((*territory)->ref());
  return TermNode(IsHas(r) ? Field::kTerritory : Field::kPlace, text, Canonical(r, text));
}

Result OriginTerm(const Restriction& r, const Filter::AliasLookup& aliases) {
  auto node = ParseNodeId(r.value.text);
  if (!node.ok() && aliases) node = aliases(r.value.text);
  if (!node.ok()) {
    return BadFilter(r.value, "no partner of this node goes by that name",
                     "an alias of `maillage partner list`, or a node id");
  }
  return TermNode(Field::kOrigin, std::string(node->bytes()), Canonical(r, ToText(*node)));
}

Result EmailTerm(const Restriction& r) {
  const std::string value = absl::AsciiStrToLower(r.value.text);
  if (value.find_first_of("\"\\") != value.npos) {
    return BadFilter(r.value, "this is no address", "local-part@domain, a domain, or *");
  }
  const bool domain = IsHas(r) && value != "*" && value.find('@') == value.npos;
  return TermNode(Field::kEmail, domain ? absl::StrCat("@", value) : value,
                  Canonical(r, QuotedForFilter(value)));
}

Result PhoneTerm(const Restriction& r) {
  if (IsHas(r) && r.value.text == "*") return TermNode(Field::kPhone, "*", Canonical(r, "*"));
  const auto numbers = interchange::FindPhones(r.value.text);
  if (numbers.size() != 1 || !numbers.front().ok()) {
    return BadFilter(r.value, "this is no telephone number",
                     "ten digits, + and another country's number, or :* for any");
  }
  const std::string& number = numbers.front().value;
  return TermNode(Field::kPhone, number, Canonical(r, QuotedForFilter(number)));
}

Result IdentifierTerm(const Restriction& r) {
  std::string value = r.value.text;
  value.erase(std::remove_if(value.begin(), value.end(), absl::ascii_isspace), value.end());
  if (IsHas(r) && value == "*") return PrefixNode(Field::kIdentifier, "", Canonical(r, "*"));
  const size_t slash = value.find('/');
  const std::string text = Canonical(r, QuotedForFilter(value));
  if (slash == value.npos) {
    return PrefixNode(Field::kIdentifier, IsHas(r) ? value : absl::StrCat(value, "/"), text);
  }
  const std::string scheme = absl::AsciiStrToUpper(value.substr(0, slash));
  const std::string number = value.substr(slash + 1);
  if (scheme.empty() || number.empty() || number == "*") {
    return BadFilter(r.value, "this is no identifier",
                     "SIRET/21620765000015, the number alone, or how it begins after :");
  }
  return TermNode(Field::kIdentifier, absl::StrCat(number, "/", scheme), text);
}

// Themes and tags: the whole of one, folded.
Result MarkTerm(Field field, const Restriction& r) {
  if (IsHas(r) && r.value.text == "*") return PrefixNode(field, "", Canonical(r, "*"));
  const std::string folded = interchange::Fold(r.value.text);
  if (folded.empty()) {
    return BadFilter(r.value, "there is no letter in it", "a word, or :* for any");
  }
  return TermNode(field, folded, Canonical(r, QuotedForFilter(folded)));
}

// One word of a text. The names of organisations are found at themselves, too.
NodePtr WordNode(Field field, const std::string& word, bool prefix) {
  const auto leaf = [&](Field in) {
    return prefix ? PrefixNode(in, word, "") : TermNode(in, word, "");
  };
  if (field != Field::kOrganisation) return leaf(field);
  NodePtr own =
      JoinNodes(Node::Kind::kAnd, {leaf(Field::kName), TermNode(Field::kKind, "ORGANISATION", "")});
  return JoinNodes(Node::Kind::kOr, {leaf(field), std::move(own)});
}

// Roles and organisations: `=` the whole text, `:` each of its words.
Result TextTerm(Field field, const Restriction& r) {
  if (IsHas(r) && r.value.text == "*") return PrefixNode(field, "", Canonical(r, "*"));
  const std::string whole = WholeText(r.value.text);
  if (whole.size() == 1) {
    return BadFilter(r.value, "there is no letter in it", "a word, or :* for any");
  }
  if (!IsHas(r)) {
    return TermNode(field, whole, Canonical(r, QuotedForFilter(whole.substr(1))));
  }
  const bool open = absl::EndsWith(r.value.text, "*");
  const Words words = SoughtWords(r.value.text);
  std::vector<NodePtr> children;
  for (size_t i = 0; i < words.size(); ++i) {
    children.push_back(WordNode(field, words[i], open && i + 1 == words.size()));
  }
  return JoinNodes(Node::Kind::kAnd, std::move(children),
                   Canonical(r, QuotedForFilter(absl::StrCat(whole.substr(1), open ? "*" : ""))));
}

struct FieldRule {
  absl::string_view name;
  Result (*node)(const Restriction& r, const Filter::AliasLookup& aliases);
  bool ordered = false;  // < and > have a meaning
};

constexpr std::array<FieldRule, 15> kRules = {{
    {"category", [](const auto& r, const auto&) { return CategoryTerm(r); }},
    {"kind", [](const auto& r, const auto&) { return KindTerm(r); }},
    {"territory", [](const auto& r, const auto&) { return TerritoryTerm(r); }},
    {"theme", [](const auto& r, const auto&) { return MarkTerm(Field::kTheme, r); }},
    {"role", [](const auto& r, const auto&) { return TextTerm(Field::kRole, r); }},
    {"organisation", [](const auto& r, const auto&) { return TextTerm(Field::kOrganisation, r); }},
    {"email", [](const auto& r, const auto&) { return EmailTerm(r); }},
    {"phone", [](const auto& r, const auto&) { return PhoneTerm(r); }},
    {"identifier", [](const auto& r, const auto&) { return IdentifierTerm(r); }},
    {"tag", [](const auto& r, const auto&) { return MarkTerm(Field::kTag, r); }},
    {"origin", OriginTerm},
    {"basis", [](const auto& r, const auto&) { return BasisTerm(r); }},
    {"notice", [](const auto& r, const auto&) { return NoticeTerm(r); }},
    {"retain_until", [](const auto& r, const auto&) { return DayRange(Field::kRetain, r); }, true},
    {"update_time", [](const auto& r, const auto&) { return DayRange(Field::kUpdated, r); }, true},
}};

}  // namespace

std::string FilterFieldList() {
  return absl::StrJoin(kRules, ", ", [](std::string* out, const FieldRule& rule) {
    absl::StrAppend(out, rule.name);
  });
}

Result NodeOfRestriction(const Restriction& r, const Filter::AliasLookup& aliases) {
  const auto rule = std::find_if(kRules.begin(), kRules.end(), [&](const FieldRule& known) {
    return known.name == r.field.text;
  });
  if (rule == kRules.end()) {
    return BadFilter(r.field, "there is no such field", absl::StrCat("one of ", FilterFieldList()));
  }
  const bool order = r.comparator.text[0] == '<' || r.comparator.text[0] == '>';
  if (order && !rule->ordered) {
    return BadFilter(r.comparator, absl::StrCat(rule->name, " has no order"), "one of = != :");
  }
  if (r.comparator.text != "!=") return rule->node(r, aliases);
  Restriction equal = r;
  equal.comparator.text.assign(1, '=');
  ASSIGN_OR_RETURN(NodePtr node, rule->node(equal, aliases));
  return JoinNodes(Node::Kind::kNot, {std::move(node)});
}

}  // namespace maillage::directory
