#pragma once
// An explanation as the API answers it: the schema Explanation of docs/formats/openapi.json.
// Threads: pure.

#include <string>

#include "model/explanation.h"
#include "pipeline/core.h"

namespace potik::app {

struct ExplainedPair {
  const std::string& user_id;
  const std::string& video_id;
  bool known_user = false;
  size_t limit = 0;
};

[[nodiscard]] std::string explanation_json(const ExplainedPair& pair,
                                           const model::Explanation& explanation,
                                           const pipeline::Core& core);

}  // namespace potik::app
