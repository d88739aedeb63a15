#include "api/reference_change.h"

#include <gtest/gtest.h>

#include <future>

#include "api/test_services.h"

namespace potik::api {
namespace {

class OneAnswer : public ReplySink {
 public:
  void answer(uint64_t, Response response) override { promise_.set_value(std::move(response)); }
  void answer_later(uint64_t request, Render render) override { answer(request, render()); }
  void start_stream(uint64_t, std::vector<Header>, StreamStart) override {}
  void take_time(uint64_t) override {}
  Response get() { return promise_.get_future().get(); }

 private:
  std::promise<Response> promise_;
};

Response delete_video(const Router& router) {
  Request request;
  request.method = Method::del;
  request.target = "/v1/videos/v1";
  const auto answer = std::make_shared<OneAnswer>();
  router.handle(request, Reply(answer, 1));
  return answer->get();
}

TEST(ReferenceChange, OneThatTheCoreLetsGoOfIsAnsweredAsTakenAndNotYetProcessed) {
  ServicesForTests services;
  const auto router = make_router(services.services(), ServicesForTests::options());
  for (const bool lets_go : {true, false}) {  // or refuses at once
    services.core.lets_go = lets_go;
    services.core.refuses = !lets_go;
    const Response answer = delete_video(*router);
    EXPECT_EQ(answer.status, 202) << answer.body;
    EXPECT_NE(answer.body.find(R"("processed":false)"), std::string::npos) << answer.body;
  }
  services.core.refuses = false;
  EXPECT_EQ(delete_video(*router).status, 200);
  services.core.stop();
}

}  // namespace
}  // namespace potik::api
