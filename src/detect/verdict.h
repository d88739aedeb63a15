#pragma once
// Bits of a verdict, one per kind of signal, as they are stored with each fact.

#include <cstdint>

#include "detect/signal.h"

namespace potik::detect {

[[nodiscard]] constexpr uint8_t verdict_bit(SignalKind kind) {
  return static_cast<uint8_t>(1U << static_cast<unsigned>(kind));
}

}  // namespace potik::detect
