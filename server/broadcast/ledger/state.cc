#include "server/broadcast/ledger/state.h"

namespace maillage::broadcast {
namespace {

struct Move {
  Delivery from;
  DeliveryEvent event;
  Delivery to;
};

constexpr Move kMoves[] = {
    {Delivery::kPending, DeliveryEvent::kLease, Delivery::kLeased},
    {Delivery::kPending, DeliveryEvent::kRestart, Delivery::kPending},
    {Delivery::kLeased, DeliveryEvent::kUnsent, Delivery::kPending},
    {Delivery::kLeased, DeliveryEvent::kDot, Delivery::kDot},
    {Delivery::kLeased, DeliveryEvent::kDefer, Delivery::kDeferred},
    {Delivery::kLeased, DeliveryEvent::kBounce, Delivery::kBounced},
    {Delivery::kLeased, DeliveryEvent::kSuppress, Delivery::kSuppressed},
    {Delivery::kDot, DeliveryEvent::kAccept, Delivery::kSent},
    {Delivery::kDot, DeliveryEvent::kDefer, Delivery::kDeferred},
    {Delivery::kDot, DeliveryEvent::kBounce, Delivery::kBounced},
    {Delivery::kDot, DeliveryEvent::kLose, Delivery::kUncertain},
    {Delivery::kDot, DeliveryEvent::kRestart, Delivery::kUncertain},
    {Delivery::kDeferred, DeliveryEvent::kDue, Delivery::kPending},
    {Delivery::kDeferred, DeliveryEvent::kRestart, Delivery::kDeferred},
    {Delivery::kSent, DeliveryEvent::kRestart, Delivery::kSent},
    {Delivery::kBounced, DeliveryEvent::kRestart, Delivery::kBounced},
    {Delivery::kSuppressed, DeliveryEvent::kRestart, Delivery::kSuppressed},
    {Delivery::kUncertain, DeliveryEvent::kRestart, Delivery::kUncertain},
    {Delivery::kPending, DeliveryEvent::kRecover, Delivery::kUncertain},
    {Delivery::kDeferred, DeliveryEvent::kRecover, Delivery::kUncertain},
    {Delivery::kSent, DeliveryEvent::kReturn, Delivery::kBounced},
    {Delivery::kUncertain, DeliveryEvent::kReturn, Delivery::kBounced},
    {Delivery::kPending, DeliveryEvent::kPost, Delivery::kSent},
    {Delivery::kUncertain, DeliveryEvent::kResend, Delivery::kPending},
    {Delivery::kUncertain, DeliveryEvent::kGiveUp, Delivery::kSuppressed},
    {Delivery::kSuppressed, DeliveryEvent::kGrant, Delivery::kPending},
    {Delivery::kSuppressed, DeliveryEvent::kDoubt, Delivery::kUncertain},
    {Delivery::kPending, DeliveryEvent::kWithhold, Delivery::kSuppressed},
    {Delivery::kDeferred, DeliveryEvent::kWithhold, Delivery::kSuppressed},
};

}  // namespace

std::optional<Delivery> NextDelivery(Delivery state, DeliveryEvent event) {
  for (const Move& move : kMoves) {
    if (move.from == state && move.event == event) return move.to;
  }
  return std::nullopt;
}

}  // namespace maillage::broadcast
