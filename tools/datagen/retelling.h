// The same people as somebody else would write them, and people who are easily
// taken for them.
#ifndef TOOLS_DATAGEN_RETELLING_H_
#define TOOLS_DATAGEN_RETELLING_H_

#include "absl/strings/string_view.h"
#include "tools/datagen/contacts.h"
#include "tools/datagen/people.h"

namespace maillage::datagen {

// The same person or organisation, otherwise written: names without accents or
// with a slip of the hand, another of the person's addresses, some cells empty.
// What is left tells who it is: an address or number of the person's own, or
// the names and the structure as they were.
Contact Retold(Contact contact, Dice* dice);

// Another person who has much in common with this one, told apart by `mark`: of the same family and
// house, a colleague behind the same switchboard and mailbox, or of the same name elsewhere.
Contact Lookalike(Contact contact, absl::string_view mark, Dice* dice);

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_RETELLING_H_
