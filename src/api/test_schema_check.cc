#include "api/test_schema_check.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace potik::api {
namespace {

using event::JsonObject;

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0)
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
    text.remove_suffix(1);
  return text;
}

std::string_view type_of(std::string_view value) {
  switch (value.empty() ? '\0' : value.front()) {
    case '{':
      return "object";
    case '[':
      return "array";
    case '"':
      return "string";
    case 't':
    case 'f':
      return "boolean";
    case 'n':
      return "null";
    case '\0':
      return "nothing";
    default:
      return value.find_first_of(".eE") == std::string_view::npos ? "integer" : "number";
  }
}

bool is_of_type(std::string_view value, std::string_view wanted) {
  return type_of(value) == wanted || (wanted == "number" && type_of(value) == "integer");
}

std::string unquoted(std::string_view json) {
  return std::string(json.size() >= 2 && json.front() == '"' ? json.substr(1, json.size() - 2)
                                                             : json);
}

bool has_wanted_type(std::string_view value, std::string_view types) {
  if (types.front() == '"') return is_of_type(value, unquoted(types));
  const auto names = event::json_array_elements(types);
  return names && std::any_of(names->begin(), names->end(), [&](const std::string& type) {
           return is_of_type(value, unquoted(trim(type)));
         });
}

bool contains(const std::vector<std::string>& texts, std::string_view wanted) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return trim(text) == wanted; });
}

std::string problem(const std::string& place, std::string_view what, std::string_view value) {
  return (place.empty() ? "/" : place) + ": " + std::string(what) + ", but is " +
         std::string(value.substr(0, 80));
}

}  // namespace

SchemaCheck::SchemaCheck(std::string_view document) : document_(document) {
  if (!JsonObject::parse(document_)) std::abort();
}

std::string SchemaCheck::at(std::initializer_list<std::string_view> path) const {
  std::string text = document_;
  for (const std::string_view name : path) {
    const auto object = JsonObject::parse(text);
    const auto member = object ? object->raw(name) : std::nullopt;
    if (!member) return {};
    text = resolved(*member);
  }
  return text;
}

std::string SchemaCheck::resolved(std::string text) const {
  const auto object = JsonObject::parse(text);
  const auto reference = object ? object->text("$ref") : std::nullopt;
  if (!reference) return text;
  std::string found = document_;
  for (size_t start = 2; start < reference->size();) {
    const size_t end = std::min(reference->find('/', start), reference->size());
    const auto parent = JsonObject::parse(found);
    const auto member = parent ? parent->raw(reference->substr(start, end - start)) : std::nullopt;
    if (!member) return "dangling reference " + *reference;
    found = *member;
    start = end + 1;
  }
  return found;
}

std::string SchemaCheck::mismatch(std::string_view value, std::string_view schema) const {
  return check(trim(value), std::string(schema), "");
}

std::string SchemaCheck::check(std::string_view value, std::string schema_text,
                               const std::string& place) const {
  const auto schema = JsonObject::parse(resolved(std::move(schema_text)));
  if (!schema) return place + ": the schema is no object";
  if (const auto one_of = schema->raw("oneOf")) return check_one_of(value, *one_of, place);
  if (const auto constant = schema->raw("const"); constant && value != trim(*constant)) {
    return problem(place, "must be " + *constant, value);
  }
  if (const auto types = schema->raw("type"); types && !has_wanted_type(value, trim(*types))) {
    return problem(place, "must be of type " + *types, value);
  }
  if (const auto names = schema->raw("enum")) {
    const auto allowed = event::json_array_elements(*names);
    if (!allowed || !contains(*allowed, value))
      return problem(place, "must be one of " + *names, value);
  }
  if (const auto minimum = schema->number("minimum")) {
    if (std::strtod(std::string(value).c_str(), nullptr) < *minimum)
      return problem(place, "is too small", value);
  }
  if (type_of(value) == "object") return check_object(value, *schema, place);
  if (type_of(value) == "array") return check_array(value, *schema, place);
  return {};
}

std::string SchemaCheck::check_object(std::string_view value, const JsonObject& schema,
                                      const std::string& place) const {
  const auto object = JsonObject::parse(value);
  if (!object) return problem(place, "must be valid JSON", value);
  if (const auto required = schema.raw("required")) {
    const auto names = event::json_array_elements(*required);
    for (const std::string& name : names ? *names : std::vector<std::string>{}) {
      if (!object->has(unquoted(trim(name)))) return problem(place, "must have " + name, value);
    }
  }
  const auto properties = JsonObject::parse(schema.raw("properties").value_or("{}"));
  const bool closed = schema.boolean("additionalProperties") == false;
  for (const std::string& name : object->names()) {
    const auto property = properties ? properties->raw(name) : std::nullopt;
    if (!property && closed) return problem(place, "must not have " + name, value);
    if (!property) continue;
    const std::string member = object->raw(name).value_or("");
    std::string wrong = check(trim(member), *property, place + "/" + name);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::string SchemaCheck::check_array(std::string_view value, const JsonObject& schema,
                                     const std::string& place) const {
  const auto elements = event::json_array_elements(value);
  if (!elements) return problem(place, "must be valid JSON", value);
  if (const auto most = schema.integer("maxItems");
      most && static_cast<int64_t>(elements->size()) > *most) {
    return problem(place, "has too many items", value);
  }
  const auto items = schema.raw("items");
  for (size_t i = 0; items && i < elements->size(); ++i) {
    std::string wrong = check(trim((*elements)[i]), *items, place + "/" + std::to_string(i));
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::string SchemaCheck::check_one_of(std::string_view value, std::string_view alternatives,
                                      const std::string& place) const {
  const auto schemas = event::json_array_elements(alternatives);
  size_t matches = 0;
  std::string reasons;
  for (const std::string& schema : schemas ? *schemas : std::vector<std::string>{}) {
    const std::string wrong = check(value, schema, place);
    if (wrong.empty()) ++matches;
    reasons += " [" + wrong + "]";
  }
  return matches == 1 ? std::string()
                      : problem(place, "must match exactly one of" + reasons, value);
}

}  // namespace potik::api
