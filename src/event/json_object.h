#pragma once
// Reading small JSON objects that are not events (a query request, a configuration answer) without
// naming the JSON library outside this folder.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace potik::event {

// A parsed object whose top-level members can be asked for. Copies its input; not for the hot path.
// Of members with equal names the last counts.
class JsonObject {
 public:
  // Nothing if `json` is not exactly one JSON object.
  [[nodiscard]] static std::optional<JsonObject> parse(std::string_view json);

  [[nodiscard]] bool has(std::string_view name) const;
  // Nothing if absent or of another type.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::optional<int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<double> number(std::string_view name) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;
  // The member's own JSON text (object, array or scalar).
  [[nodiscard]] std::optional<std::string> raw(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Member {
    std::string name;
    std::string raw;
  };
  std::vector<Member> members_;
};

// The elements of a JSON array as raw JSON texts; nothing if `json` is not exactly one array.
[[nodiscard]] std::optional<std::vector<std::string>> json_array_elements(std::string_view json);

}  // namespace potik::event
