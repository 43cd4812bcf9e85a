// Addresses on envelopes: which actors have one, and the lines that the post
// reads (NF Z10-011).
#ifndef SERVER_BROADCAST_LETTERS_POSTAL_H_
#define SERVER_BROADCAST_LETTERS_POSTAL_H_

#include <optional>
#include <string>
#include <vector>

#include "maillage/v1/actor.pb.h"
#include "server/broadcast/ledger/ledger.h"

namespace maillage::broadcast {

// The address to which a letter is sent: the first whole one of work, else the
// first whole one. Whole: a line, a locality and, in France, five digits.
std::optional<v1::PostalAddress> ChoosePostal(const v1::Actor& actor);

// "Madame Anaïs Lefèvre-d'Hulst" or the organisation's name.
std::string EnvelopeName(const v1::Actor& actor);

// The envelope's lines, from the name on; at most eight.
std::vector<std::string> EnvelopeLines(const std::string& name, const v1::PostalAddress& address);

// Of the letter to a name at an address, both folded: SHA-256(02 · "name|line|...|
// postal code|locality|country")[0..16].
RecipientKey LetterKey(const std::string& name, const v1::PostalAddress& address);

// The order in which the post wants letters: at home by postal code, then abroad
// by country; then by locality and name.
std::string PostalOrder(const std::string& name, const v1::PostalAddress& address);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_LETTERS_POSTAL_H_
