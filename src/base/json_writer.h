#pragma once
// Writing JSON text, for answers and logs. No tree, no allocation but the target string's growth.
// Commas are the writer's business: call key()/value() and begin/end in order.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace potik {

// Appends `text` as a JSON string with quotes. Escapes control characters, quote and backslash;
// bytes that are not UTF-8 become U+FFFD, so that the result is always valid JSON.
void append_json_string(std::string& out, std::string_view text);
// Shortest text that reads back as the same double; NaN and infinities become null.
void append_json_number(std::string& out, double value);

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(std::floating_point auto number) {
    return number_value(static_cast<double>(number));
  }
  JsonWriter& value(std::signed_integral auto number) { return integer_value(number); }
  JsonWriter& value(std::unsigned_integral auto number) { return unsigned_value(number); }
  JsonWriter& null();
  // JSON that is already text and known to be valid.
  JsonWriter& raw(std::string_view json);
  template <class T>
  JsonWriter& field(std::string_view name, T&& content) {
    return key(name).value(std::forward<T>(content));
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& number_value(double number);
  JsonWriter& integer_value(int64_t number);
  JsonWriter& unsigned_value(uint64_t number);
  void separate();
  std::string& out_;
  bool comma_ = false;
};

}  // namespace potik
