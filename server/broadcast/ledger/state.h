// The states of a delivery and what moves it from one to another.
//
//   PENDING   --lease-->    LEASED  (in memory alone)
//   LEASED    --unsent-->   PENDING
//   LEASED    --dot-->      DOT     durable before the last byte leaves
//   LEASED    --defer-->    DEFERRED, --bounce--> BOUNCED, --suppress--> SUPPRESSED
//   DOT       --accept-->   SENT
//   DOT       --defer-->    DEFERRED, --bounce--> BOUNCED, --lose--> UNCERTAIN
//   DOT       --restart-->  UNCERTAIN
//   DEFERRED  --due-->      PENDING
//   PENDING, DEFERRED --recover--> UNCERTAIN, --withhold--> SUPPRESSED
//   SENT, UNCERTAIN --return--> BOUNCED
//   PENDING   --post-->     SENT    (letters)
//   SUPPRESSED --grant-->   PENDING  (of those withheld for a cascade alone)
//   SUPPRESSED --doubt-->   UNCERTAIN  (likewise, granted after a restore)
//   UNCERTAIN --resend-->   PENDING, --give up--> SUPPRESSED
//
// Nothing else moves. BOUNCED is final, SUPPRESSED is but for grants, and SENT
// unless the mail comes back; UNCERTAIN rests until an officer decides.
#ifndef SERVER_BROADCAST_LEDGER_STATE_H_
#define SERVER_BROADCAST_LEDGER_STATE_H_

#include <optional>

namespace maillage::broadcast {

enum class Delivery {
  kPending,
  kLeased,
  kDot,
  kSent,
  kDeferred,
  kBounced,
  kSuppressed,
  kUncertain,
};

enum class DeliveryEvent {
  kLease,     // a connection takes it
  kUnsent,    // the connection did not get to it
  kDot,       // its last byte is about to leave
  kAccept,    // 250
  kDefer,     // 4xx
  kBounce,    // 5xx, or given up after many tries
  kLose,      // the last byte left, no answer came
  kReturn,    // it came back
  kSuppress,  // left out on purpose
  kDue,       // its time to be tried again has come
  kRestart,   // the node started; what memory held is gone
  kRecover,   // the database was put back: it may have been sent since
  kPost,      // an officer's word: the letter was taken to the post
  kResend,    // an officer's word
  kGiveUp,    // an officer's word
  kGrant,     // a cascade: this node mails it
  kDoubt,     // a cascade's grant that may have been carried out before a restore
  kWithhold,  // this node will not mail it after all
};

// The state after, or nothing where the event is illegal. Pure.
std::optional<Delivery> NextDelivery(Delivery state, DeliveryEvent event);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_LEDGER_STATE_H_
