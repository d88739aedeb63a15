#pragma once
// Text of viewers on an operator's terminal. Pure.

#include <string>
#include <string_view>

namespace potik::app {

// `text` with every control character (C0, DEL, C1) as \xNN: it can neither move the cursor, nor
// colour what follows, nor break a table into more lines. Other UTF-8 is left as it is.
[[nodiscard]] std::string harmless(std::string_view text);

}  // namespace potik::app
