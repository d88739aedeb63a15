#pragma once
// EventView to JSON in the canonical field order; what the importer and the simulator send.

#include <string>

#include "event/event.h"

namespace potik::event {

// Appends one JSON object without a line end. occurred_at is written as Unix milliseconds; absent
// fields are left out; `extra` is merged in. encode then decode gives the same EventView back.
void encode(const EventView& event, std::string& out);

}  // namespace potik::event
