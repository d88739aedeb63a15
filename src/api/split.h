#pragma once
// A request body into its JSON texts: one document, an array of them, or one a line. Nothing is
// parsed here beyond what finding the ends takes; broken JSON is left for the decoder to name.

#include <cstdint>
#include <string_view>
#include <vector>

namespace potik::api {

struct Line {
  uint32_t number = 0;    // line of the body, or element of the array; from 1
  std::string_view json;  // into the body, without surrounding white space, not empty
};

// `content_type` decides where it names NDJSON; otherwise the shape does. An array that does not
// close is one line, so that its bytes become one dead letter. About 0.05 ns a byte for lines, 1 ns
// for arrays.
[[nodiscard]] std::vector<Line> split_documents(std::string_view body,
                                                std::string_view content_type);

}  // namespace potik::api
