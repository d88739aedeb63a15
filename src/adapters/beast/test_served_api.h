#pragma once
// The whole API on in-memory ports behind a real server on a free port of the loopback, and clients
// for it.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "adapters/beast/http_client.h"
#include "adapters/beast/http_server.h"
#include "api/test_services.h"
#include "base/eventually_for_tests.h"
#include "event/json_object.h"

namespace potik::beast {

// For waits that end as soon as what is waited for happens.
inline constexpr std::chrono::milliseconds kPatience = kTestPatience;

inline std::string event_json(const std::string& id, const std::string& user,
                              const std::string& video = "v1") {
  return R"({"event_id":")" + id +
         R"(","type":"video_liked","occurred_at":1799999999000,"user_id":")" + user +
         R"(","video_id":")" + video + R"("})";
}

class ServedApi {
 public:
  struct Setup {
    api::Options options = api::ServicesForTests::options();
    ServerOptions server{};
    log::GroupCommitOptions commit{};
    log::EventLog* log = nullptr;
  };
  ServedApi() : ServedApi(Setup{}) {}
  explicit ServedApi(Setup setup)
      : services(setup.commit, setup.log),
        router(api::make_router(services.services(), setup.options)) {
    setup.server.port = 0;
    auto started = HttpServer::start(*router, setup.server);
    if (!started.ok()) {
      ADD_FAILURE() << started.error();
      std::abort();
    }
    server = std::move(started.value());
  }
  ~ServedApi() { services.core.stop(); }
  ServedApi(const ServedApi&) = delete;
  ServedApi& operator=(const ServedApi&) = delete;

  [[nodiscard]] ServerAddress address() const { return {"127.0.0.1", server->port()}; }
  [[nodiscard]] HttpClient client() const {
    return HttpClient(address(), {.timeout_ms = kPatience.count()});
  }

  // One request on a connection of its own.
  [[nodiscard]] ClientResponse send(const ClientRequest& request) const {
    auto response = client().send(request);
    if (!response.ok()) {
      ADD_FAILURE() << request.method << " " << request.target << ": " << response.error();
      return {};
    }
    return std::move(response.value());
  }
  [[nodiscard]] ClientResponse get(std::string_view target) const {
    return send({.target = target});
  }
  [[nodiscard]] ClientResponse post(std::string_view target, std::string_view body,
                                    std::string_view type = "application/json") const {
    return send({.method = "POST", .target = target, .body = body, .content_type = type});
  }
  [[nodiscard]] ClientResponse put(std::string_view target, std::string_view body) const {
    return send(
        {.method = "PUT", .target = target, .body = body, .content_type = "application/json"});
  }
  [[nodiscard]] ClientResponse del(std::string_view target) const {
    return send({.method = "DELETE", .target = target});
  }
  [[nodiscard]] EventReader open_events(std::string_view target) const {
    auto reader = EventReader::open(address(), target, {.timeout_ms = kPatience.count()});
    if (!reader.ok()) {
      ADD_FAILURE() << reader.error();
      std::abort();
    }
    return std::move(reader.value());
  }

  api::ServicesForTests services;
  std::unique_ptr<api::Router> router;
  std::unique_ptr<HttpServer> server;
};

// A top-level member of a JSON object as raw text; empty if absent.
inline std::string member(std::string_view json, std::string_view name) {
  const auto object = event::JsonObject::parse(json);
  return object ? object->raw(name).value_or("") : "";
}

}  // namespace potik::beast
