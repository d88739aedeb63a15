#include "api/store_queries.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "api/background.h"
#include "api/dead_letter_json.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/query_json.h"
#include "base/json_writer.h"
#include "event/json_object.h"

namespace potik::api {
namespace {

constexpr uint64_t kDeadLettersDefault = 50;
constexpr uint64_t kDeadLettersMax = 1000;
constexpr size_t kDirectoryNameMax = 64;

constexpr std::string_view kBusy =
    "As many questions as the server takes wait already. Ask again later.";
constexpr std::string_view kNoSql = "Send {\"sql\": \"SELECT ...\"}.";
constexpr std::string_view kNoDirectory =
    "Send {\"directory\": \"name\"}: letters, digits, '-' and '_', a new folder under the server's "
    "export folder.";
constexpr std::string_view kNoExport =
    "Exporting is switched off: store.export_dir is empty. Set it, or stop the server and call "
    "potik export.";

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kDirectoryNameMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

class StoreQueries : public Resource {
 public:
  StoreQueries(const StoreServices& services, const Options& options)
      : services_(services),
        options_(options),
        background_(std::max<size_t>(options.query_threads, 1),
                    std::max<size_t>(options.queries_waiting_max, 1)) {}

  void query(Request& request, Reply reply) {
    const auto body = event::JsonObject::parse(request.body);
    const auto sql = body ? body->text("sql") : std::nullopt;
    if (!sql || sql->empty()) return reply.send(problem(400, kNoSql));
    run(std::move(reply), [this, sql = *sql](const SharedReply& open) { ask(sql, open); });
  }

  void dead_letters(Request& request, Reply reply) {
    const auto limit = number_parameter(request, "limit", kDeadLettersDefault, 1, kDeadLettersMax);
    if (!limit) return reply.send(bad_number("limit", 1, kDeadLettersMax));
    const auto before = request.parameter("before");
    const auto mark = before ? parse_mark(*before) : DeadLetterMark{};
    if (!mark) return reply.send(problem(400, "before must be the `next` of an earlier answer."));
    run(std::move(reply), [this, limit = *limit, mark = *mark](const SharedReply& open) {
      list_dead_letters(mark, limit, open);
    });
  }

  void export_parquet(Request& request, Reply reply) {
    if (options_.export_dir.empty()) return reply.send(problem(403, kNoExport));
    const auto body = event::JsonObject::parse(request.body);
    const auto directory = body ? body->text("directory") : std::nullopt;
    if (!directory || !is_plain_name(*directory)) return reply.send(problem(400, kNoDirectory));
    reply.take_time();
    run(std::move(reply),
        [this, name = *directory](const SharedReply& open) { write_parquet(name, open); });
  }

 private:
  void run(Reply reply, std::function<void(const SharedReply&)> work) {
    services_.metrics.queries.add();
    const SharedReply shared = share(std::move(reply));
    Background::Job job = [shared, work = std::move(work)] { work(shared); };
    if (!background_.run(job)) shared->send(try_later(503, options_.retry_after_s, kBusy));
  }

  void ask(const std::string& sql, const SharedReply& reply) const {
    const auto started = std::chrono::steady_clock::now();
    const auto table = services_.store.query(sql, options_.query);
    if (!table.ok()) return reply->send(failure_of(table.error()));
    const auto elapsed = std::chrono::steady_clock::now() - started;
    Response response;
    append_table(response.body, *table,
                 std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
    reply->send(std::move(response));
  }

  void list_dead_letters(const DeadLetterMark& before, size_t limit,
                         const SharedReply& reply) const {
    const auto table = services_.store.query(dead_letter_query(before, limit), options_.query);
    if (!table.ok()) return reply->send(failure_of(table.error()));
    Response response;
    append_dead_letters(response.body, *table, limit);
    reply->send(std::move(response));
  }

  void write_parquet(const std::string& name, const SharedReply& reply) const {
    const std::string directory = options_.export_dir + "/" + name;
    // A link would lead out of the folder.
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(directory, ignored))) {
      return reply->send(problem(400, "There is " + name + " already. Send a new name."));
    }
    const auto written = services_.store.export_parquet(directory, [](size_t, size_t) {});
    if (!written.ok()) return reply->send(failure_of(written.error()));
    Response response;
    JsonWriter(response.body).begin_object().field("directory", directory).end_object();
    reply->send(std::move(response));
  }

  const StoreServices services_;
  const Options options_;
  Background background_;  // last: its threads use the above
};

}  // namespace

void add_store_routes(Router& router, const StoreServices& services, const Options& options) {
  auto owned = std::make_unique<StoreQueries>(services, options);
  StoreQueries* self = owned.get();
  router.add(Method::post, "/v1/query", kJson,
             [self](Request& request, Reply reply) { self->query(request, std::move(reply)); });
  router.add(Method::get, "/v1/dead-letters", kJson, [self](Request& request, Reply reply) {
    self->dead_letters(request, std::move(reply));
  });
  router.add(Method::post, "/v1/export", kJson, [self](Request& request, Reply reply) {
    self->export_parquet(request, std::move(reply));
  });
  router.own(std::move(owned));
}

}  // namespace potik::api
