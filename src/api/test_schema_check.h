#pragma once
// The part of JSON Schema that the OpenAPI document uses, for tests: type, properties, required,
// additionalProperties, items, enum, const, minimum, maxItems, oneOf and references inside the
// document.

#include <string>
#include <string_view>

#include "event/json_object.h"

namespace potik::api {

class SchemaCheck {
 public:
  // `document` is a whole OpenAPI document; aborts the test if it is no JSON object.
  explicit SchemaCheck(std::string_view document);

  // Empty if `value` agrees with the schema (both JSON texts), else the place and what is wrong
  // there.
  [[nodiscard]] std::string mismatch(std::string_view value, std::string_view schema) const;

  // The JSON text at a path of member names, or empty: at({"paths", "/v1/events"}).
  [[nodiscard]] std::string at(std::initializer_list<std::string_view> path) const;

  // What a {"$ref": "#/a/b"} points to; any other text is returned as it is.
  [[nodiscard]] std::string resolved(std::string text) const;

 private:
  [[nodiscard]] std::string check(std::string_view value, std::string schema_text,
                                  const std::string& place) const;
  [[nodiscard]] std::string check_object(std::string_view value, const event::JsonObject& schema,
                                         const std::string& place) const;
  [[nodiscard]] std::string check_array(std::string_view value, const event::JsonObject& schema,
                                        const std::string& place) const;
  [[nodiscard]] std::string check_one_of(std::string_view value, std::string_view alternatives,
                                         const std::string& place) const;

  std::string document_;
};

}  // namespace potik::api
