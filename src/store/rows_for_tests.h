#pragma once
// Blocks with rows in every table, for tests of what carries rows.

#include <string>

#include "store/sample_blocks.h"

namespace potik::store {

// As sample_block(), with dead letters and alerts.
inline SampleBlock sample_block_of_all_tables(Epoch epoch, const SampleTraffic& traffic) {
  SampleBlock block = sample_block(epoch, traffic);
  for (uint16_t i = 0; i < 5; ++i) {
    DeadLetterRow letter;
    letter.partition = Partition(static_cast<uint16_t>(i / 2));
    letter.offset = Offset(1'000 + i);
    letter.appended_at = block.rows.time;
    letter.reason = "malformed_json";
    letter.bytes = block.bytes.emplace_back("no JSON " + std::to_string(i));
    block.rows.dead_letters.push_back(letter);
    AlertRow alert;
    alert.alert_id = "alert-" + std::to_string(i);
    alert.kind = "like_burst";
    alert.state = "firing";
    alert.observed = i * 1.5;
    alert.json = "{}";
    block.rows.alerts.push_back(std::move(alert));
  }
  return block;
}

}  // namespace potik::store
