#include "api/reference_bulk.h"

#include <algorithm>

#include "api/problem.h"
#include "api/split.h"
#include "base/json_writer.h"
#include "event/reference.h"

namespace potik::api {
namespace {

struct RefusedLine {
  uint32_t number = 0;
  event::DecodeError error;
};

struct Checked {
  std::vector<ReferenceChange> changes;
  std::vector<uint32_t> numbers;  // of their lines
  std::vector<RefusedLine> refused;
};

Result<std::string, event::DecodeError> id_of(const ReferenceKind& kind, std::string_view json) {
  if (kind.put == log::RecordKind::user_put) {
    auto user = event::decode_user(json, {});
    if (!user.ok()) return Error{user.error()};
    return std::move(user->user_id);
  }
  auto video = event::decode_video(json, {});
  if (!video.ok()) return Error{video.error()};
  return std::move(video->video_id);
}

Checked check(const ReferenceKind& kind, const std::vector<Line>& lines) {
  Checked checked;
  for (const Line& line : lines) {
    auto id = id_of(kind, line.json);
    if (id.ok()) {
      checked.changes.push_back({std::move(id.value()), line.json});
      checked.numbers.push_back(line.number);
    } else {
      checked.refused.push_back({line.number, id.error()});
    }
  }
  return checked;
}

// `"accepted":n,"rejected":m,"processed":b,"results":[...]`: the refused lines alone have results.
void append_summary(std::string& out, size_t accepted, const std::vector<RefusedLine>& refused,
                    bool processed) {
  std::string members;
  JsonWriter json(members);
  json.begin_object().field("accepted", accepted).field("rejected", refused.size());
  json.field("processed", processed).key("results").begin_array();
  for (const RefusedLine& line : refused) {
    json.begin_object().field("line", line.number).field("status", "rejected");
    json.field("reason", event::code(line.error.reason)).field("field", line.error.field);
    json.field("detail", event::phrase(line.error.reason)).end_object();
  }
  json.end_array().end_object();
  out.append(members, 1, members.size() - 2);
}

// With the lines for which there was no room, in the order of the lines.
std::vector<RefusedLine> all_refused(const ReferenceKind& kind, std::vector<RefusedLine> refused,
                                     const std::vector<uint32_t>& numbers,
                                     const Processed& result) {
  for (const size_t change : result.refused)
    refused.push_back({numbers[change], {event::DeadReason::no_room, kind.id_name}});
  std::ranges::sort(refused, {}, &RefusedLine::number);
  return refused;
}

Response nothing_accepted(const std::vector<RefusedLine>& refused) {
  Response response{.status = 422, .content_type = kProblemJson};
  begin_problem(response.body, 422, "None of the lines is a valid document; results say why.");
  response.body += ',';
  append_summary(response.body, 0, refused, false);
  response.body += '}';
  return response;
}

}  // namespace

void put_bulk(const WriteServices& services, const Options& options, const ReferenceKind& kind,
              Tombstones& tombstones, Request& request, Reply reply) {
  const std::vector<Line> lines = split_documents(request.body, request.content_type);
  if (lines.empty()) {
    return reply.send(
        problem(400, "The body is empty. Send one JSON document a line, or an array of them."));
  }
  if (lines.size() > options.lines_max) {
    return reply.send(problem(413, "More than " + std::to_string(options.lines_max) +
                                       " documents in one request. Split it."));
  }
  Checked checked = check(kind, lines);
  if (checked.changes.empty()) return reply.send(nothing_accepted(checked.refused));
  std::vector<std::string> ids;
  for (const ReferenceChange& change : checked.changes) ids.push_back(change.id);
  auto done = [&kind, &tombstones, ids = std::move(ids), numbers = std::move(checked.numbers),
               invalid = std::move(checked.refused)](const SharedReply& open,
                                                     const Processed& result) {
    if (kind.put == log::RecordKind::video_put) {
      for (size_t i = 0; i < ids.size(); ++i) tombstones.remove(ids[i], result.positions[i].offset);
    }
    Response response{.status = result.processed ? 200 : 202};
    response.body += '{';
    append_summary(response.body, ids.size() - result.refused.size(),
                   all_refused(kind, invalid, numbers, result), result.processed);
    response.body += '}';
    open->send(std::move(response));
  };
  apply_changes(services, options, kind.put, std::move(request.body), std::move(checked.changes),
                share(std::move(reply)), std::move(done));
}

}  // namespace potik::api
