#pragma once
// Reading the parameters handlers share: ids of the path, limits and flags of the query.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "api/http.h"

namespace potik::api {

// A whole number within [least, most]; `fallback` if the parameter is absent, nothing if it is not
// such a number.
[[nodiscard]] std::optional<uint64_t> number_parameter(const Request& request,
                                                       std::string_view name, uint64_t fallback,
                                                       uint64_t least, uint64_t most);
// true, false, 1, 0; `fallback` if the parameter is absent, nothing for other text.
[[nodiscard]] std::optional<bool> flag_parameter(const Request& request, std::string_view name,
                                                 bool fallback);
// The place of the parameter's text in `names`; 0 if it is absent, nothing if it is none of them.
[[nodiscard]] std::optional<size_t> name_parameter(const Request& request, std::string_view name,
                                                   std::span<const std::string_view> names);

// 400 that names what is allowed.
[[nodiscard]] Response bad_number(std::string_view name, uint64_t least, uint64_t most);
[[nodiscard]] Response bad_flag(std::string_view name);
[[nodiscard]] Response bad_name(std::string_view name, std::span<const std::string_view> names);

// 1 to kIdBytesMax bytes of UTF-8.
[[nodiscard]] bool is_id(std::string_view id);
[[nodiscard]] Response bad_id();

}  // namespace potik::api
