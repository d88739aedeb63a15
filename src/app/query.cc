// `potik query`.

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>

#include "adapters/beast/http_client.h"
#include "api/query_json.h"
#include "app/commands.h"
#include "app/data_dir.h"
#include "app/server_url.h"
#include "app/terminal_text.h"
#include "base/json_writer.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

constexpr size_t kCellMax = 60;  // characters shown of a cell in a table

// Characters, not bytes: continuation bytes of UTF-8 do not count.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xc0U) != 0x80U; }));
}

std::string shortened(const std::string& text) {
  if (width_of(text) <= kCellMax) return text;
  size_t bytes = 0;
  for (size_t shown = 0; bytes < text.size(); ++bytes) {
    const bool starts = (static_cast<uint8_t>(text[bytes]) & 0xc0U) != 0x80U;
    if (starts && shown++ == kCellMax - 1) break;
  }
  return text.substr(0, bytes) + "…";
}

void print_table(const store::QueryTable& table) {
  std::vector<size_t> widths;
  for (const auto& column : table.columns) widths.push_back(width_of(column.name));
  const auto cell = [](const std::optional<std::string>& value) {
    return value ? shortened(harmless(*value)) : std::string("NULL");
  };
  for (const auto& row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(cell(row[c])));
  }
  const auto print = [&](size_t c, const std::string& text, bool right) {
    const std::string gap(widths[c] - width_of(text), ' ');
    std::cout << (c == 0 ? "" : "  ") << (right ? gap + text : text + gap);
  };
  for (size_t c = 0; c < widths.size(); ++c)
    print(c, table.columns[c].name, table.columns[c].numeric);
  std::cout << '\n';
  for (size_t c = 0; c < widths.size(); ++c)
    std::cout << (c == 0 ? "" : "  ") << std::string(widths[c], '-');
  std::cout << '\n';
  for (const auto& row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c) print(c, cell(row[c]), table.columns[c].numeric);
    std::cout << '\n';
  }
  std::cout << table.rows.size() << (table.rows.size() == 1 ? " row" : " rows")
            << (table.truncated ? " (cut off: there are more)" : "") << '\n';
}

bool is_numeric(const std::string& type) {
  static constexpr std::array kNumeric{"INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL"};
  return std::any_of(kNumeric.begin(), kNumeric.end(),
                     [&](const char* part) { return type.find(part) != std::string::npos; }) &&
         type.find('[') == std::string::npos && type.find("INTERVAL") == std::string::npos;
}

// An answer of POST /v1/query back to a table.
std::optional<store::QueryTable> table_of(const std::string& json) {
  const auto object = event::JsonObject::parse(json);
  const auto columns =
      object ? event::json_array_elements(object->raw("columns").value_or("")) : std::nullopt;
  const auto rows =
      object ? event::json_array_elements(object->raw("rows").value_or("")) : std::nullopt;
  if (!columns || !rows) return std::nullopt;
  store::QueryTable table;
  for (const std::string& raw : *columns) {
    const auto column = event::JsonObject::parse(raw);
    if (!column) return std::nullopt;
    const std::string type = column->text("type").value_or("");
    table.columns.push_back({column->text("name").value_or(""), type, is_numeric(type)});
  }
  for (const std::string& raw : *rows) {
    std::vector<std::optional<std::string>> row;
    for (const std::string& cell :
         event::json_array_elements(raw).value_or(std::vector<std::string>())) {
      // A scalar wrapped as an object's member is read by the same reader.
      const auto wrapped = event::JsonObject::parse("{\"v\":" + cell + "}");
      if (cell == "null") {
        row.emplace_back();
      } else {
        row.emplace_back(wrapped && wrapped->text("v") ? *wrapped->text("v") : cell);
      }
    }
    row.resize(table.columns.size());
    table.rows.push_back(std::move(row));
  }
  table.truncated = object->boolean("truncated").value_or(false);
  return table;
}

int fail(const std::string& message) {
  std::cerr << "potik query: " << message << '\n';
  return 1;
}

int ask_server(const RunningServer& server, const QueryArguments& arguments) {
  std::string body;
  JsonWriter(body).begin_object().field("sql", arguments.sql).end_object();
  const auto address = beast::parse_url(url_of(server));
  if (!address) return fail(address.error());
  const auto answer =
      beast::HttpClient(*address, local_access(server)).post("/v1/query", body, "application/json");
  if (!answer) return fail(answer.error());
  const auto object = event::JsonObject::parse(answer->body);
  if (answer->status != 200)
    return fail(object ? object->text("detail").value_or(answer->body) : answer->body);
  if (arguments.json) {
    std::cout << answer->body << '\n';
    return 0;
  }
  const auto table = table_of(answer->body);
  if (!table) return fail("the server's answer is not a table");
  print_table(*table);
  return 0;
}

}  // namespace

int query(const Config& config, const QueryArguments& arguments) {
  if (const auto server = find_server(config)) return ask_server(*server, arguments);
  const auto store = open_store(config);
  if (!store) return fail(store.error());
  const auto started = std::chrono::steady_clock::now();
  const auto table = (*store)->query(arguments.sql, config.store.query);
  if (!table) return fail(table.error().message);
  if (arguments.json) {
    const auto elapsed = std::chrono::steady_clock::now() - started;
    std::string json;
    api::append_table(json, *table,
                      std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
    std::cout << json << '\n';
  } else {
    print_table(*table);
  }
  return 0;
}

}  // namespace potik::app
