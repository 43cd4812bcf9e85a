// Rows with more cells than there are headings.
#ifndef SERVER_INTERCHANGE_REALIGN_H_
#define SERVER_INTERCHANGE_REALIGN_H_

#include <string>
#include <vector>

#include "server/interchange/headings.h"
#include "server/interchange/row_reader.h"

namespace maillage::interchange {

// People write "a@example.org ; b@example.org" without quotes, and what follows
// is shifted. Joins such cells, addresses with addresses and telephone numbers
// with telephone numbers, until the row fits its headings; joined texts go to
// `*storage`, their columns to `*joined`. False where cells are left over that
// are not empty: then no cell can be trusted.
bool Realign(const std::vector<Field>& fields, TextRow* row, std::vector<std::string>* storage,
             std::vector<size_t>* joined);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_REALIGN_H_
