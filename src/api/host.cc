#include "api/host.h"

#include <algorithm>

namespace potik::api {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Behind the name: nothing, or ':' and digits.
bool is_port_part(std::string_view text) {
  return text.empty() || (text.front() == ':' && std::ranges::all_of(text.substr(1), is_digit));
}

// One number of a dotted address, at most 255, without what other readers take for octal.
bool is_octet(std::string_view text) {
  if (text.empty() || text.size() > 3 || !std::ranges::all_of(text, is_digit)) return false;
  if (text.size() > 1 && text.front() == '0') return false;
  return text.size() < 3 || text <= "255";
}

bool is_loopback_v4(std::string_view name) {
  if (!name.starts_with("127.")) return false;
  for (int octet = 0; octet < 3; ++octet) {
    const size_t dot = name.find('.');
    if (dot == std::string_view::npos || !is_octet(name.substr(0, dot))) return false;
    name.remove_prefix(dot + 1);
  }
  return is_octet(name);
}

}  // namespace

std::string_view host_name(std::string_view host) {
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    if (end == std::string_view::npos || !is_port_part(host.substr(end + 1))) return {};
    return host.substr(1, end - 1);
  }
  const size_t colon = std::min(host.find(':'), host.size());
  return is_port_part(host.substr(colon)) ? host.substr(0, colon) : std::string_view{};
}

bool is_loopback_name(std::string_view name) {
  return same_name(name, "localhost") || name == "::1" || is_loopback_v4(name);
}

bool is_local_host(std::string_view host, const std::vector<std::string>& further) {
  if (host.empty()) return true;
  const std::string_view name = host_name(host);
  if (name.empty()) return false;
  return is_loopback_name(name) || std::ranges::any_of(further, [name](const std::string& other) {
           return same_name(name, other);
         });
}

}  // namespace potik::api
