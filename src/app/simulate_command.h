#pragma once
// `potik simulate`: the simulator over real connections.

#include "app/simulate.h"

namespace potik::app {

[[nodiscard]] int simulate(SimulateOptions options);

}  // namespace potik::app
