#include "api/router.h"

#include <gtest/gtest.h>

namespace potik::api {
namespace {

class Recorder : public ReplySink {
 public:
  void answer(uint64_t, Response response) override { answers.push_back(std::move(response)); }
  void answer_later(uint64_t, Render render) override { answers.push_back(render()); }
  void start_stream(uint64_t, std::vector<Header>, StreamStart) override { ++streams; }
  void take_time(uint64_t) override {}
  std::vector<Response> answers;
  int streams = 0;
};

Router make(std::vector<std::string> origins = {}) {
  Router router(RouterOptions{std::move(origins)});
  const auto echo = [](std::string label) {
    return [label](Request& request, Reply reply) {
      std::string body = label;
      for (const std::string& id : request.ids) body += "," + id;
      reply.send(Response{.body = std::move(body)});
    };
  };
  router.add(Method::get, "/v1/users/{id}", kJson, echo("user"));
  router.add(Method::put, "/v1/users/{id}", kJson, echo("put"));
  router.add(Method::get, "/v1/users/{id}/recommendations", kJson, echo("list"));
  router.add(Method::get, "/assets/*", "*", echo("asset"));
  router.add(Method::get, "/", "*", echo("root"));
  router.add(Method::get, "/drop", kJson, [](Request&, Reply) {});
  return router;
}

Response ask(const Router& router, Method method, std::string target, std::string origin = "",
             std::string accept = "") {
  Request request;
  request.method = method;
  request.target = std::move(target);
  request.host = "here:8080";
  request.origin = std::move(origin);
  request.accept = std::move(accept);
  const auto recorder = std::make_shared<Recorder>();
  router.handle(request, Reply(recorder, 1));
  EXPECT_EQ(recorder->answers.size(), 1U);
  return recorder->answers.empty() ? Response{} : std::move(recorder->answers.front());
}

std::string header(const Response& response, std::string_view name) {
  for (const Header& each : response.headers) {
    if (each.name == name) return each.value;
  }
  return {};
}

TEST(Router, FindsTheRouteAndDecodesItsIds) {
  const Router router = make();
  EXPECT_EQ(ask(router, Method::get, "/v1/users/a%2Fb%20c?x=1").body, "user,a/b c");
  EXPECT_EQ(ask(router, Method::get, "/v1/users/u/recommendations").body, "list,u");
  EXPECT_EQ(ask(router, Method::put, "/v1/users/u").body, "put,u");
  EXPECT_EQ(ask(router, Method::get, "/assets/js/a.js").body, "asset");
  EXPECT_EQ(ask(router, Method::get, "/").body, "root");
}

TEST(Router, GivesHeadToTheHandlerOfGet) {
  EXPECT_EQ(ask(make(), Method::head, "/v1/users/u").body, "user,u");
}

TEST(Router, AnswersUnknownPathsWith404) {
  const Router router = make();
  for (const std::string path :
       {"/v1/users", "/v1/users/", "/v1/users/u/", "/v1//u", "/nothing", "/assets"}) {
    EXPECT_EQ(ask(router, Method::get, path).status, 404) << path;
  }
}

TEST(Router, AnswersOtherMethodsWith405AndWhatIsAllowed) {
  const Response response = ask(make(), Method::post, "/v1/users/u");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD, PUT, OPTIONS");
  EXPECT_EQ(ask(make(), Method::other, "/").status, 405);
}

TEST(Router, TellsOptionsWhatIsAllowed) {
  const Response response = ask(make(), Method::options, "/v1/users/u");
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD, PUT, OPTIONS");
  EXPECT_EQ(header(response, "Access-Control-Allow-Methods"), "");
}

TEST(Router, AnswersBrokenEscapesWith400) {
  EXPECT_EQ(ask(make(), Method::get, "/v1/users/a%2").status, 400);
  EXPECT_EQ(ask(make(), Method::get, "/v1/users/a%zz").status, 400);
}

TEST(Router, AnswersWith406WhereItsOneTypeIsNotAccepted) {
  const Router router = make();
  EXPECT_EQ(ask(router, Method::get, "/v1/users/u", "", "text/html").status, 406);
  for (const std::string accept :
       {"*/*", "application/json", "application/*;q=0.5", "text/html, */*;q=0.1"}) {
    EXPECT_EQ(ask(router, Method::get, "/v1/users/u", "", accept).status, 200) << accept;
  }
  EXPECT_EQ(ask(router, Method::get, "/assets/a.js", "", "text/html").status, 200);
}

TEST(Router, AnswersEncodedBodiesWith415AndWhatIsAccepted) {
  const Router router = make();
  const auto put = [&router](std::string encoding) {
    Request request;
    request.method = Method::put;
    request.target = "/v1/users/u";
    request.content_encoding = std::move(encoding);
    const auto recorder = std::make_shared<Recorder>();
    router.handle(request, Reply(recorder, 1));
    return std::move(recorder->answers.at(0));
  };
  for (const std::string encoding : {"gzip", "br", "identity, gzip", "gzip,identity", "identit"}) {
    const Response response = put(encoding);
    EXPECT_EQ(response.status, 415) << encoding;
    EXPECT_EQ(response.content_type, kProblemJson) << encoding;
    EXPECT_EQ(header(response, "Accept-Encoding"), "identity") << encoding;
    EXPECT_NE(response.body.find("identity"), std::string::npos) << encoding;
  }
  for (const std::string encoding : {"", "identity", "Identity", " identity ,\tidentity", ","}) {
    EXPECT_EQ(put(encoding).status, 200) << encoding;
  }
}

TEST(Router, RefusesChangesFromForeignPagesOnly) {
  const Router router = make({"https://friend.example"});
  EXPECT_EQ(ask(router, Method::put, "/v1/users/u", "https://evil.example").status, 403);
  EXPECT_EQ(ask(router, Method::put, "/v1/users/u", "null").status, 403);
  EXPECT_EQ(ask(router, Method::put, "/v1/users/u", "http://here:8080").status, 200);
  EXPECT_EQ(ask(router, Method::put, "/v1/users/u", "https://friend.example").status, 200);
  EXPECT_EQ(ask(router, Method::put, "/v1/users/u").status, 200);
  EXPECT_EQ(ask(router, Method::get, "/v1/users/u", "https://evil.example").status, 200);
}

TEST(Router, LetsAllowedOriginsReadAnswersAndNoOthers) {
  const Router router = make({"https://friend.example"});
  const Response friendly = ask(router, Method::get, "/v1/users/u", "https://friend.example");
  EXPECT_EQ(header(friendly, "Access-Control-Allow-Origin"), "https://friend.example");
  EXPECT_EQ(header(friendly, "Vary"), "Origin");
  const Response foreign = ask(router, Method::get, "/v1/users/u", "https://evil.example");
  EXPECT_EQ(header(foreign, "Access-Control-Allow-Origin"), "");
  const Response preflight = ask(router, Method::options, "/v1/users/u", "https://friend.example");
  EXPECT_EQ(header(preflight, "Access-Control-Allow-Methods"), "GET, HEAD, PUT, OPTIONS");
}

TEST(Reply, Answers500WhenAHandlerDropsIt) {
  EXPECT_EQ(ask(make(), Method::get, "/drop").status, 500);
}

TEST(Request, DecodesParametersByName) {
  Request request;
  request.target = "/p?a=1&b=x%20y+z&c&ab=2&a=3";
  EXPECT_EQ(request.path(), "/p");
  EXPECT_EQ(request.parameter("a"), "1");
  EXPECT_EQ(request.parameter("b"), "x y z");
  EXPECT_EQ(request.parameter("c"), "");
  EXPECT_EQ(request.parameter("d"), std::nullopt);
}

}  // namespace
}  // namespace potik::api
