// What is served agrees with docs/formats/openapi.json: the routes both ways, and recorded answers
// of every operation.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include "adapters/beast/test_served_api.h"
#include "api/test_schema_check.h"

namespace potik::beast {
namespace {

using event::JsonObject;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return out;
}

// "get /assets/*" stands in the document as "get /assets/{path}".
std::string documented_name(const api::Route& route) {
  std::string pattern = route.pattern;
  if (pattern.ends_with('*')) pattern.replace(pattern.size() - 1, 1, "{path}");
  return lower(api::name(route.method)) + " " + pattern;
}

std::set<std::string> documented_operations(const api::SchemaCheck& document) {
  std::set<std::string> found;
  const auto paths = JsonObject::parse(document.at({"paths"}));
  for (const std::string& path : paths->names()) {
    const auto operations = JsonObject::parse(*paths->raw(path));
    for (const std::string& method : operations->names()) found.insert(method + " " + path);
  }
  return found;
}

constexpr size_t kBodyBytesMax = 64U << 10U;

// A path of the document with ids in its places.
std::string concrete(std::string path) {
  for (const std::string_view place : {"{id}", "{video_id}", "{partition}", "{offset}", "{path}"}) {
    const size_t at = path.find(place);
    if (at != std::string::npos) path.replace(at, place.size(), "a.js");
  }
  return path;
}

class OpenApiTest : public testing::Test {
 protected:
  OpenApiTest() : served_(setup()), document_(served_.get("/openapi.json").body) {}

  static ServedApi::Setup setup() {
    const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "potik-openapi";
    std::filesystem::create_directories(root / "assets");
    for (const char* file : {"feed.html", "operations.html", "assets/a.js", "clip.mp4"}) {
      std::ofstream(root / file) << "0123456789";
    }
    ServedApi::Setup setup;
    setup.options.web_dir = root.string();
    setup.options.media_dir = root.string();
    setup.options.export_dir = "/exports";
    setup.options.router.local_hosts_only = true;
    setup.options.stats_viewers_max = 1;
    setup.server.body_bytes_max = kBodyBytesMax;
    return setup;
  }

  // Sends the request and holds its answer against the document's response for this operation and
  // status.
  void record(const std::string& path, const ClientRequest& request, int status) {
    const ClientResponse response = served_.send(request);
    ASSERT_EQ(response.status, status)
        << request.method << " " << request.target << ": " << response.body;
    const std::string method = lower(request.method);
    const std::string expected =
        document_.at({"paths", path, method, "responses", std::to_string(status)});
    ASSERT_FALSE(expected.empty()) << method << " " << path << " has no " << status;
    recorded_.insert(method + " " + path);
    const auto content =
        JsonObject::parse(JsonObject::parse(expected)->raw("content").value_or("{}"));
    if (content->names().empty()) return;
    const std::string type(response.header("content-type"));
    ASSERT_TRUE(content->has(type)) << method << " " << path << " answers " << type;
    const auto schema = JsonObject::parse(*content->raw(type))->raw("schema");
    if (!schema || type.find("json") == std::string::npos) return;
    EXPECT_EQ(document_.mismatch(response.body, *schema), "")
        << method << " " << path << " " << status;
  }
  void get(const std::string& path, std::string_view target, int status) {
    record(path, {.target = target}, status);
  }
  void send(std::string_view method, const std::string& path, std::string_view target,
            std::string_view body, int status) {
    record(path,
           {.method = method, .target = target, .body = body, .content_type = "application/json"},
           status);
  }
  // A stream never ends, so only its operation counts as recorded, after one event was seen.
  std::string first_event(const std::string& path, std::string_view target) {
    EventReader reader = served_.open_events(target);
    const auto event = reader.next(kPatience);
    recorded_.insert("get " + path);
    return event ? event->data : "";
  }

  // The same request to every documented operation, each with the answer that `documents` it.
  void record_everywhere(std::string_view what, int status,
                         const std::function<ClientRequest(const std::string& method)>& make,
                         const std::function<bool(const JsonObject& operation)>& concerns);

  void record_events();
  void record_viewers();
  void record_reference_data();
  void record_recommendations();
  void record_operations();
  void record_attention(const std::string& alert);
  void record_live();
  void record_demo();
  void record_pages();

  ServedApi served_;
  api::SchemaCheck document_;
  std::set<std::string> recorded_;
};

void OpenApiTest::record_events() {
  send("POST", "/v1/events", "/v1/events", event_json("e1", "u1"), 202);
  send("POST", "/v1/events", "/v1/events", event_json("e2", "u1") + "\n{}\n", 202);
  send("POST", "/v1/events", "/v1/events", "{}", 422);
  send("POST", "/v1/events", "/v1/events", "", 400);
  served_.services.core.pretended_lag = UINT64_MAX;
  send("POST", "/v1/events", "/v1/events", event_json("e3", "u1"), 429);
  served_.services.core.pretended_lag = 0;
}

void OpenApiTest::record_viewers() {
  send("POST", "/v1/viewers", "/v1/viewers", "", 201);
  send("POST", "/v1/viewers", "/v1/viewers", R"({"user_id":"u1"})", 201);
  send("POST", "/v1/viewers", "/v1/viewers", "[]", 400);
}

void OpenApiTest::record_reference_data() {
  for (const std::string kind : {"users", "videos"}) {
    const std::string collection = "/v1/" + kind;
    const std::string one = collection + "/{id}";
    const std::string id_name = kind == "users" ? "user_id" : "video_id";
    send("PUT", one, collection + "/x1", "{}", 200);
    send("PUT", one, collection + "/x1", "[", 422);
    send("PUT", one, collection + "/%ff", "{}", 400);
    send("POST", collection, collection, "{\"" + id_name + "\":\"x2\"}\n{}\n", 200);
    send("POST", collection, collection, "[{}]", 422);
    get(one, collection + "/x2", 200);
    get(one, collection + "/nothing", 404);
    send("DELETE", one, collection + "/x1", "", 200);
  }
  const std::string unlearn = "/v1/users/{id}/unlearn";
  send("POST", unlearn, "/v1/users/x2/unlearn", R"({"since":5,"quarantine":true})", 200);
  send("POST", unlearn, "/v1/users/x2/unlearn", "", 200);
  send("POST", unlearn, "/v1/users/x2/unlearn", R"({"since":"soon"})", 422);
  send("POST", unlearn, "/v1/users/%ff/unlearn", "{}", 400);
  served_.services.core.is_full = true;
  send("PUT", "/v1/videos/{id}", "/v1/videos/x3", "{}", 507);
  send("POST", "/v1/videos", "/v1/videos", R"({"video_id":"x4"})", 200);
  served_.services.core.is_full = false;
  get("/v1/videos", "/v1/videos", 200);
  get("/v1/videos", "/v1/videos?limit=0", 400);
}

void OpenApiTest::record_recommendations() {
  const std::string list = "/v1/users/{id}/recommendations";
  get(list, "/v1/users/u9/recommendations", 200);
  get(list, "/v1/users/u1/recommendations?explain=true", 200);
  get(list, "/v1/users/u1/recommendations?limit=99", 400);
  EXPECT_EQ(document_.mismatch(first_event(list + "/stream", "/v1/users/u1/recommendations/stream"),
                               R"({"$ref":"#/components/schemas/Recommendations"})"),
            "");
  const std::string explain = "/v1/users/{id}/explain/{video_id}";
  get(explain, "/v1/users/u9/explain/x2", 200);
  get(explain, "/v1/users/u9/explain/x2?limit=3&head=like", 200);
  get(explain, "/v1/users/u9/explain/x2?limit=99", 400);
  get(explain, "/v1/users/u9/explain/x2?head=tail", 400);
  get(explain, "/v1/users/u9/explain/nothing", 404);
  get("/v1/videos/{id}/similar", "/v1/videos/x2/similar", 200);
  get("/v1/videos/{id}/similar", "/v1/videos/nothing/similar", 404);
}

void OpenApiTest::record_attention(const std::string& alert) {
  for (const std::string what : {"acknowledge", "mute"}) {
    const std::string path = "/v1/alerts/{id}/" + what;
    send("POST", path, alert + "/" + what, R"({"for_s":60})", 200);
    send("DELETE", path, alert + "/" + what, "", 200);
    send("DELETE", path, "/v1/alerts/0/" + what, "", 404);
  }
  send("POST", "/v1/alerts/{id}/mute", alert + "/mute", "{}", 400);
}

void OpenApiTest::record_live() {
  const std::string comments = "/v1/videos/{id}/comments";
  served_.services.comments.put("x2", {"c1", "0a", "text", TimeMs(0)});
  get(comments, "/v1/videos/x2/comments", 200);
  get(comments, "/v1/videos/x2/comments?limit=0", 400);
  {
    EventReader reader = served_.open_events("/v1/videos/x2/comments/stream");
    ASSERT_TRUE(eventually([&] { return served_.server->counts().streams_open == 1; }));
    served_.services.comments.put("x2", {"c2", "0a", "text", TimeMs(0)});
    const auto event = reader.next(kPatience);
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(document_.mismatch(event->data, R"({"$ref":"#/components/schemas/Comment"})"), "");
    recorded_.insert("get " + comments + "/stream");
  }
  served_.services.history.add(TimeMs(1'000), served_.services.stats.stats());
  get("/v1/stats/history", "/v1/stats/history", 200);
  get("/v1/stats/history", "/v1/stats/history?seconds=0", 400);
  served_.services.store.answer = nullptr;  // it holds no row of the event yet
  const std::string trace = "/v1/events/{partition}/{offset}";
  const auto partition = api::ServicesForTests::kLayout.of(log::RecordKind::event, "u1");
  get(trace, "/v1/events/" + std::to_string(partition.value()) + "/0", 200);
  get(trace, "/v1/events/0/999", 404);
  get(trace, "/v1/events/x/0", 400);
}

void OpenApiTest::record_operations() {
  monitor::Alert alert;
  alert.id = "0123456789abcdef0123456789abcdef";
  alert.kind = "like_burst";
  alert.subject_type = "video";
  alert.samples = {"e1"};
  served_.services.alerts.send(alert);
  get("/v1/alerts", "/v1/alerts", 200);
  get("/v1/alerts", "/v1/alerts?state=x", 400);
  record_attention("/v1/alerts/" + alert.id);
  served_.services.store.answer =
      [](std::string_view sql) -> Result<store::QueryTable, store::StoreFailure> {
    store::QueryTable table;
    if (sql.find("dead_letters") == std::string_view::npos) {
      table.columns = {{"n", "BIGINT", true}, {"t", "VARCHAR", false}};
      table.rows = {{"1", "x"}, {std::nullopt, std::nullopt}};
    } else {
      table.rows = {{"1000", "1", "2", "missing_field", "user_id", "e30="},
                    {"1", "1", "1", "malformed_json", "", "//8="}};
    }
    return table;
  };
  get("/v1/dead-letters", "/v1/dead-letters", 200);
  get("/v1/dead-letters", "/v1/dead-letters?limit=2", 200);
  send("POST", "/v1/query", "/v1/query", R"({"sql":"SELECT 1"})", 200);
  send("POST", "/v1/query", "/v1/query", "{}", 400);
  send("POST", "/v1/export", "/v1/export", R"({"directory":"a"})", 200);
  get("/v1/stats", "/v1/stats", 200);
  EXPECT_EQ(document_.mismatch(first_event("/v1/stats/stream", "/v1/stats/stream"),
                               R"({"$ref":"#/components/schemas/Stats"})"),
            "");
  record_demo();
  get("/metrics", "/metrics", 200);
  get("/healthz", "/healthz", 200);
  get("/readyz", "/readyz", 200);
  served_.services.core.is_ready = false;
  get("/readyz", "/readyz", 503);
  get("/openapi.json", "/openapi.json", 200);
}

void OpenApiTest::record_demo() {
  const std::string attack = "/v1/demo/attack";
  get("/v1/demo", "/v1/demo", 200);
  send("POST", attack, attack, R"({"on":true})", 202);
  monitor::Alert alert;
  alert.id = "1123456789abcdef0123456789abcdef";
  alert.kind = "like_burst";
  alert.subject_type = "video";
  alert.subject = "v1";
  served_.services.alerts.send(alert);
  get("/v1/demo", "/v1/demo", 200);
  send("POST", attack, attack, R"({"kind":"like-burst"})", 400);
  served_.services.demo.error = api::DemoError::another_kind;
  send("POST", attack, attack, R"({"on":true,"kind":"comment-flood"})", 409);
  served_.services.demo.error = api::DemoError::not_ready;
  send("POST", attack, attack, R"({"on":true})", 503);
}

void OpenApiTest::record_pages() {
  get("/", "/", 200);
  get("/ops", "/ops", 200);
  get("/assets/{path}", "/assets/a.js", 200);
  get("/media/{path}", "/media/clip.mp4", 200);
  get("/media/{path}", "/media/nothing.mp4", 404);
  record("/media/{path}", {.target = "/media/clip.mp4", .headers = {{"Range", "bytes=1-2"}}}, 206);
  record("/media/{path}", {.target = "/media/clip.mp4", .headers = {{"Range", "bytes=99-"}}}, 416);
}

TEST_F(OpenApiTest, DescribesExactlyTheRoutesThatAreServed) {
  std::set<std::string> served;
  for (const api::Route& route : served_.router->routes()) served.insert(documented_name(route));
  EXPECT_EQ(served, documented_operations(document_));
}

TEST_F(OpenApiTest, EveryOperationAnswersAsDescribed) {
  record_events();
  record_viewers();
  record_reference_data();
  record_recommendations();
  record_operations();
  record_live();
  record_pages();
  EXPECT_EQ(recorded_, documented_operations(document_));
}

void OpenApiTest::record_everywhere(
    std::string_view what, int status,
    const std::function<ClientRequest(const std::string& method)>& make,
    const std::function<bool(const JsonObject& operation)>& concerns) {
  size_t recorded = 0;
  for (const std::string& operation : documented_operations(document_)) {
    const std::string method = operation.substr(0, operation.find(' '));
    const std::string path = operation.substr(method.size() + 1);
    if (!concerns(*JsonObject::parse(document_.at({"paths", path, method})))) continue;
    const std::string target = concrete(path);
    const std::string name = upper(method);
    ClientRequest request = make(name);
    request.target = target;
    const ClientResponse response = served_.send(request);
    EXPECT_EQ(response.status, status) << what << ": " << operation;
    const auto documented = JsonObject::parse(
        document_.at({"paths", path, method, "responses", std::to_string(status)}));
    ASSERT_TRUE(documented) << operation << " has no " << status;
    EXPECT_NE(documented->raw("content").value_or("").find("application/problem+json"),
              std::string::npos)
        << operation << " " << status;
    EXPECT_EQ(response.header("content-type"), "application/problem+json") << operation;
    EXPECT_EQ(document_.mismatch(response.body, R"({"$ref":"#/components/schemas/Problem"})"), "")
        << operation << " " << status;
    if (status == 405) {
      EXPECT_NE(response.header("allow").find(name), std::string::npos) << operation;
    }
    ++recorded;
  }
  EXPECT_GT(recorded, 5U) << what;
}

TEST_F(OpenApiTest, EveryOperationDocumentsWhatTheServerRefusesBeforeIt) {
  const auto always = [](const JsonObject&) { return true; };
  const auto takes_body = [](const JsonObject& operation) { return operation.has("requestBody"); };
  const auto plain = [](const std::string& method) { return ClientRequest{.method = method}; };
  const std::string long_text(40'000, 'x');
  const std::string long_body(kBodyBytesMax + 1, ' ');
  record_everywhere(
      "another method", 405, [](const std::string&) { return ClientRequest{.method = "PATCH"}; },
      always);
  record_everywhere(
      "a foreign name", 421,
      [&](const std::string& method) {
        ClientRequest request = plain(method);
        request.headers = {{"Host", "foreign.example"}};
        return request;
      },
      always);
  record_everywhere(
      "a long head", 431,
      [&](const std::string& method) {
        ClientRequest request = plain(method);
        request.headers = {{"X-Long", long_text}};
        return request;
      },
      always);
  record_everywhere(
      "a long body", 413,
      [&](const std::string& method) {
        ClientRequest request = plain(method);
        request.body = long_body;
        return request;
      },
      takes_body);
  record_everywhere(
      "a compressed body", 415,
      [&](const std::string& method) {
        ClientRequest request = plain(method);
        request.body = "{}";
        request.headers = {{"Content-Encoding", "gzip"}};
        return request;
      },
      takes_body);
}

TEST_F(OpenApiTest, StreamsDocumentThatTheirPlacesAreTaken) {
  std::vector<EventReader> readers;
  const std::string list = "/v1/users/{id}/recommendations/stream";
  for (int i = 0; i < 4; ++i) {
    readers.push_back(served_.open_events("/v1/users/u1/recommendations/stream"));
  }
  readers.push_back(served_.open_events("/v1/stats/stream"));
  get(list, "/v1/users/u1/recommendations/stream", 503);
  get("/v1/stats/stream", "/v1/stats/stream", 503);
}

TEST_F(OpenApiTest, IsTheCheckedInDocument) {
  std::ifstream file("docs/formats/openapi.json", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  ASSERT_FALSE(text.empty()) << "run from the root of the repository";
  EXPECT_EQ(served_.get("/openapi.json").body, text);
}

TEST_F(OpenApiTest, AlertSchemaIsTheSameInBothPlaces) {
  std::ifstream file("docs/formats/alert.schema.json", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto own = JsonObject::parse(text);
  const auto served = JsonObject::parse(document_.at({"components", "schemas", "Alert"}));
  ASSERT_TRUE(own && served);
  const auto squeezed = [](std::string json) {
    std::erase_if(json, [](unsigned char c) { return std::isspace(c) != 0; });
    return json;
  };
  for (const std::string name : {"properties", "required", "additionalProperties"}) {
    EXPECT_EQ(squeezed(own->raw(name).value_or("")), squeezed(served->raw(name).value_or("-")))
        << name;
  }
}

}  // namespace
}  // namespace potik::beast
