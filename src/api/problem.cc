#include "api/problem.h"

#include "base/json_writer.h"

namespace potik::api {

void begin_problem(std::string& out, int status, std::string_view detail) {
  out += "{\"type\":\"about:blank\",\"title\":";
  append_json_string(out, reason_phrase(status));
  out.append(",\"status\":").append(std::to_string(status)).append(",\"detail\":");
  append_json_string(out, detail);
}

Response problem(int status, std::string_view detail) {
  Response response{.status = status, .content_type = kProblemJson};
  begin_problem(response.body, status, detail);
  response.body += '}';
  return response;
}

Response try_later(int status, int retry_after_s, std::string_view detail) {
  Response response = problem(status, detail);
  response.headers.push_back({"Retry-After", std::to_string(retry_after_s)});
  return response;
}

Response problem_of(int status, const event::DecodeError& error) {
  Response response{.status = status, .content_type = kProblemJson};
  begin_problem(response.body, status, error.message());
  response.body += ",\"reason\":";
  append_json_string(response.body, event::code(error.reason));
  response.body += ",\"field\":";
  append_json_string(response.body, error.field);
  response.body += '}';
  return response;
}

}  // namespace potik::api
