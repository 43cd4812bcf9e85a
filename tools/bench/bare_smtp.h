// What libcurl can send by itself: no ledger, no directory, no rendering.
#ifndef TOOLS_BENCH_BARE_SMTP_H_
#define TOOLS_BENCH_BARE_SMTP_H_

#include <string>
#include <vector>

#include "server/broadcast/mail/smtp_sender.h"

namespace maillage::bench {

// Sends so many mails over kept connections, going round `samples`. Returns
// mails a second. Ends the program where one is refused.
double RateOfBareLibcurl(const std::string& url, int connections, size_t mails,
                         const std::vector<broadcast::OutgoingMail>& samples);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_BARE_SMTP_H_
