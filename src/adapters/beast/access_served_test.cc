// Who may ask what, over real sockets: each route by each kind of caller, as the OpenAPI document
// says; viewers' own events; refusals ahead of the body; headers of every answer.
#include <gtest/gtest.h>

#include "adapters/beast/test_raw_socket.h"
#include "adapters/beast/test_served_api.h"
#include "api/key_list.h"
#include "api/test_access.h"
#include "api/test_schema_check.h"

namespace potik::beast {
namespace {

// Keys whose texts are the names of their roles.
std::string three_keys() {
  const api::CryptoForTests crypto;
  return key_line(api::KeyRole::ingest, "i", "ingest", crypto) +
         key_line(api::KeyRole::read, "r", "read", crypto) +
         key_line(api::KeyRole::admin, "a", "admin", crypto);
}

ServedApi::Setup guarded(api::AccessOptions options = {.viewer_tokens = true}) {
  ServedApi::Setup setup;
  setup.options.export_dir = "/exports";
  setup.options.router.access = api::access_for_tests(options, three_keys());
  return setup;
}

ClientResponse ask(const ServedApi& served, std::string_view method, std::string_view target,
                   const std::string& credential, std::string_view body = "") {
  ClientRequest request{.method = method, .target = target, .body = body};
  if (!body.empty()) request.content_type = "application/json";
  if (!credential.empty()) request.headers.emplace_back("Authorization", "Bearer " + credential);
  return served.send(request);
}

std::string token_of(const ServedApi& served, const std::string& user) {
  const ClientResponse made =
      ask(served, "POST", "/v1/viewers", "admin", R"({"user_id":")" + user + "\"}");
  EXPECT_EQ(made.status, 201) << made.body;
  const std::string token = member(made.body, "token");
  return token.size() > 2 ? token.substr(1, token.size() - 2) : token;
}

std::string concrete(std::string path) {
  for (const auto& [place, id] :
       {std::pair("{id}", "u1"), std::pair("{video_id}", "v1"), std::pair("{partition}", "0"),
        std::pair("{offset}", "0"), std::pair("*", "x")}) {
    const size_t at = path.find(place);
    if (at != std::string::npos) path.replace(at, std::string_view(place).size(), id);
  }
  return path;
}

// Whether the document lets this caller in, for u1.
bool is_let_in(const std::string& security, const std::string& caller) {
  if (security.empty() || caller == "admin") return true;
  if (caller == "u1") return security.find("\"viewerToken\"") != std::string::npos;
  return security.find("\"" + caller + "\"") != std::string::npos;
}

TEST(AccessApi, EveryRouteLetsInWhomTheDocumentSaysAndNobodyElse) {
  const ServedApi served(guarded());
  const api::SchemaCheck document(served.get("/openapi.json").body);
  const std::string one = token_of(served, "u1");
  const std::string two = token_of(served, "u2");
  for (const api::Route& route : served.router->routes()) {
    std::string method(api::name(route.method));
    std::string lower = method;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string pattern = route.pattern;
    if (pattern.ends_with('*')) pattern.replace(pattern.size() - 1, 1, "{path}");
    const std::string security = document.at({"paths", pattern, lower, "security"});
    EXPECT_EQ(security.empty(), route.access == api::RouteAccess::everyone) << pattern;
    if (method == "GET") method = "HEAD";  // streams end then
    for (const auto& [caller, credential] :
         {std::pair("", std::string()), std::pair("nonsense", std::string("nonsense")),
          std::pair("ingest", std::string("ingest")), std::pair("read", std::string("read")),
          std::pair("admin", std::string("admin")), std::pair("u1", one), std::pair("u2", two)}) {
      const int status = ask(served, method, concrete(route.pattern), credential).status;
      const bool refused = status == 401 || status == 403;
      const bool own_events = route.access == api::RouteAccess::own_events;
      const bool in =
          is_let_in(security, own_events && caller == std::string("u2") ? "u1" : caller);
      const bool is_unknown = credential.empty() || credential == "nonsense";
      EXPECT_EQ(refused, !in) << caller << " " << method << " " << pattern << ": " << status;
      if (!in) {
        EXPECT_EQ(status, is_unknown ? 401 : 403) << caller << " " << method << " " << pattern;
      }
    }
  }
}

TEST(AccessApi, AViewerSendsEventsOfItsOwnAndARequestWithAnyOtherIsNotKept) {
  const ServedApi served(guarded());
  const std::string mine = token_of(served, "u1");
  const std::string future =
      R"({"event_id":"f","type":"video_liked","occurred_at":9999999999999,"user_id":"u2","video_id":"v"})";
  const std::string own = event_json("e1", "u1");
  for (const std::string& body :
       {event_json("x", "u2"), own + "\n" + event_json("x", "u2"),
        "[" + own + "," + event_json("x", "u2") + "]", own + "\n" + future,
        std::string(R"({"user_id":"u1","user_id":"u2"})"), std::string(R"({"user_id":7})"),
        std::string(R"({"\u0075ser_id":"u2"})"), event_json("x", "u1 "), event_json("x", "U1")}) {
    const ClientResponse refused = ask(served, "POST", "/v1/events", mine, body);
    EXPECT_EQ(refused.status, 403) << body << refused.body;
    EXPECT_NE(refused.body.find("ine "), std::string::npos) << refused.body;
  }
  for (size_t p = 0; p < api::ServicesForTests::kLayout.size(); ++p)
    EXPECT_TRUE(served.services.records(Partition(static_cast<uint16_t>(p))).empty()) << p;
  EXPECT_EQ(ask(served, "POST", "/v1/events", mine, own).status, 202);
  EXPECT_EQ(ask(served, "POST", "/v1/events?token=" + mine, "", own).status, 202) << "a beacon";
  EXPECT_EQ(ask(served, "POST", "/v1/events?token=" + mine, "", event_json("x", "u2")).status, 403);
  EXPECT_EQ(ask(served, "POST", "/v1/events", mine, "{}").status, 422) << "no event of anybody";
  EXPECT_EQ(ask(served, "POST", "/v1/events", "ingest", event_json("x", "u2")).status, 202);
}

TEST(AccessApi, TokensInTheQueryOpenStreamsAndNothingElse) {
  const ServedApi served(guarded());
  const std::string query = "?token=" + token_of(served, "u1");
  EXPECT_EQ(ask(served, "HEAD", "/v1/users/u1/recommendations/stream" + query, "").status, 200);
  EXPECT_EQ(ask(served, "HEAD", "/v1/users/u2/recommendations/stream" + query, "").status, 403);
  EXPECT_EQ(ask(served, "HEAD", "/v1/users/u1/recommendations" + query, "").status, 401);
  EXPECT_EQ(ask(served, "HEAD", "/v1/users/u1/recommendations/stream?token=read", "").status, 401)
      << "no key in an address";
}

TEST(AccessApi, ARequestIsRefusedBeforeItsBodyIsSent) {
  const ServedApi served(guarded());
  for (const std::string body : {"Content-Length: 1000000\r\n", "Transfer-Encoding: chunked\r\n"}) {
    RawSocket socket(served.address());
    ASSERT_TRUE(socket.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\n" + body + "\r\n"));
    const std::string answer = socket.read_until("\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 ")) << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos) << answer;
  }
}

TEST(AccessApi, APageOfAnAllowedOriginSeesWhyItWasRefusedBeforeItsBodyWasRead) {
  ServedApi::Setup setup = guarded();
  setup.options.router.allowed_origins = {"https://site.example"};
  const ServedApi served(setup);
  RawSocket socket(served.address());
  ASSERT_TRUE(
      socket.send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\n"
                  "Origin: https://site.example\r\nContent-Length: 1000\r\n\r\n"));
  const std::string answer = socket.read_until("\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 ")) << answer;
  EXPECT_NE(answer.find("Access-Control-Allow-Origin: https://site.example\r\n"), std::string::npos)
      << answer;
}

TEST(AccessApi, SecurityHeadersStandOnEveryAnswer) {
  const ServedApi served(guarded());
  for (const char* target : {"/", "/healthz", "/v1/videos", "/v1/stats", "/nothing",
                             "/openapi.json", "/v1/users/%zz", "/media/x"}) {
    const ClientResponse response = served.get(target);
    EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(response.header("X-Frame-Options"), "DENY") << target;
    EXPECT_EQ(response.header("Referrer-Policy"), "same-origin") << target;
    EXPECT_EQ(response.header("Cross-Origin-Opener-Policy"), "same-origin") << target;
    EXPECT_EQ(response.header("Cross-Origin-Resource-Policy"), "same-origin") << target;
    EXPECT_NE(response.header("Permissions-Policy").find("camera=()"), std::string::npos) << target;
    const std::string_view policy = response.header("Content-Security-Policy");
    EXPECT_TRUE(policy.starts_with("default-src 'none'")) << target << policy;
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << target;
    EXPECT_EQ(response.header("Strict-Transport-Security"), "") << "of https alone";
  }
}

}  // namespace
}  // namespace potik::beast
