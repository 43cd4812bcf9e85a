// What each field of the filter language means in terms; private to the filter.
#ifndef SERVER_DIRECTORY_FILTER_FIELDS_H_
#define SERVER_DIRECTORY_FILTER_FIELDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/directory/filter_node.h"
#include "server/directory/filter_tokens.h"

namespace maillage::directory {

// A field, an operator and a value.
struct FilterRestriction {
  FilterToken field;
  FilterToken comparator;
  FilterToken value;
};

// "category, kind, ...": for the mend.
std::string FilterFieldList();

// INVALID_ARGUMENT (BAD_FILTER) where the field is unknown, the operator does not
// suit it, or the value cannot be one of its.
absl::StatusOr<FilterNodePtr> NodeOfRestriction(const FilterRestriction& restriction,
                                                const Filter::AliasLookup& aliases);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_FILTER_FIELDS_H_
