#pragma once
// A request to a router without a server, and the answer that a handler gives at once.

#include <memory>
#include <utility>

#include "api/router.h"

namespace potik::api {

class LastAnswer : public ReplySink {
 public:
  void answer(uint64_t, Response response) override { last = std::move(response); }
  void answer_later(uint64_t, Render render) override { last = render(); }
  void start_stream(uint64_t, std::vector<Header>, StreamStart) override {}
  void take_time(uint64_t) override {}
  Response last;
};

inline Response ask(const Router& router, Method method, std::string target,
                    std::string body = "") {
  Request request;
  request.method = method;
  request.target = std::move(target);
  request.body = std::move(body);
  const auto answer = std::make_shared<LastAnswer>();
  router.handle(request, Reply(answer, 1));
  return std::move(answer->last);
}

}  // namespace potik::api
