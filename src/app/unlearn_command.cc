// `potik unlearn`.

#include <iostream>

#include "adapters/beast/http_client.h"
#include "app/commands.h"
#include "app/data_dir.h"
#include "app/path_part.h"
#include "app/server_url.h"
#include "base/json_writer.h"
#include "base/time_text.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

int fail(const std::string& message, int code = 1) {
  std::cerr << "potik unlearn: " << message << '\n';
  return code;
}

// Nothing where the text is no time. Digits are Unix milliseconds.
std::optional<TimeMs> parse_since(const std::string& text) {
  const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
  if (digits && text.size() <= 15) return TimeMs(std::stoll(text));
  return parse_rfc3339(text);
}

// How many acts of the user were taken back so far. Nothing where the server does not say: it is no
// role of its own, or the user is unknown.
std::optional<int64_t> taken_back(beast::HttpClient& client, const std::string& path) {
  const auto answer = client.get(path);
  if (!answer || answer->status != 200) return std::nullopt;
  const auto user = event::JsonObject::parse(answer->body);
  return user ? user->integer("taken_back") : std::nullopt;
}

std::string sentence(const UnlearnArguments& arguments, bool processed,
                     std::optional<int64_t> before, std::optional<int64_t> after) {
  if (!processed)
    return "The request is in the log; it will be done when processing has come to it.";
  std::string text = "Done";
  if (after) {
    const int64_t now = *after - before.value_or(0);
    text = std::to_string(now) + (now == 1 ? " act of " : " acts of ") + arguments.user +
           (now == 1 ? " was" : " were") + " taken back (" + std::to_string(*after) + " so far)";
  }
  return text + (arguments.quarantine ? "; the next ones do not count for a while." : ".");
}

// Of the request; an error names what is wrong with the words.
Result<std::string, std::string> body_of(const UnlearnArguments& arguments) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().field("quarantine", arguments.quarantine);
  if (!arguments.since.empty()) {
    const auto since = parse_since(arguments.since);
    if (!since)
      return Error{"--since: '" + arguments.since +
                   "' is no time; give RFC 3339, as in 2026-01-02T03:04:05Z, or Unix milliseconds"};
    json.field("since", since->value());
  }
  json.end_object();
  return body;
}

int ask(beast::HttpClient& client, const UnlearnArguments& arguments, const std::string& body) {
  const std::string path = "/v1/users/" + path_part(arguments.user);
  const auto before = taken_back(client, path);
  const auto answer = client.post(path + "/unlearn", body, "application/json");
  if (!answer) return fail(answer.error());
  const auto receipt = event::JsonObject::parse(answer->body);
  if (answer->status != 200 && answer->status != 202)
    return fail(receipt ? receipt->text("detail").value_or(answer->body) : answer->body);
  if (arguments.json) {
    std::cout << answer->body << '\n';
  } else {
    const bool processed = answer->status == 200;
    std::cout << sentence(arguments, processed, before, taken_back(client, path)) << '\n';
  }
  return 0;
}

}  // namespace

int unlearn(const Config& config, const UnlearnArguments& arguments) {
  const auto body = body_of(arguments);
  if (!body) return fail(body.error(), 2);
  std::string url = arguments.url;
  beast::ClientOptions access = remote_access(arguments.key, arguments.ca_file);
  if (url.empty()) {
    const auto server = find_server(config);
    if (!server)
      return fail("no server runs on " + config.data_dir +
                  "; start one, or name its folder with --data-dir or its address with --url");
    url = url_of(*server);
    access = local_access(*server, arguments.key);
  }
  const auto address = beast::parse_url(url);
  if (!address) return fail("--url: " + address.error(), 2);
  beast::HttpClient client(*address, std::move(access));
  return ask(client, arguments, *body);
}

}  // namespace potik::app
