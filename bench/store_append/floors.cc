#include "floors.h"

#include <duckdb.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace potik::bench {
namespace {

class Watch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

bool run(duckdb_connection connection, const char* sql) {
  return duckdb_query(connection, sql, nullptr) == DuckDBSuccess;
}

bool append_block(duckdb_connection connection, duckdb_data_chunk chunk, size_t block) {
  duckdb_appender appender = nullptr;
  bool good = run(connection, "BEGIN") &&
              duckdb_appender_create(connection, nullptr, "numbers", &appender) == DuckDBSuccess;
  for (size_t done = 0; good && done < block;) {
    const size_t count = std::min<size_t>(block - done, duckdb_vector_size());
    auto* out =
        static_cast<uint64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
    for (size_t i = 0; i < count; ++i) out[i] = done + i;
    duckdb_data_chunk_set_size(chunk, count);
    good = duckdb_append_data_chunk(appender, chunk) == DuckDBSuccess;
    done += count;
  }
  good = good && duckdb_appender_close(appender) == DuckDBSuccess;
  duckdb_appender_destroy(&appender);
  return good && run(connection, "COMMIT");
}

}  // namespace

double engine_floor_s(const std::string& path, size_t rows, size_t block) {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(path.c_str(), &database) != DuckDBSuccess) return -1;
  bool good = duckdb_connect(database, &connection) == DuckDBSuccess &&
              run(connection, "CREATE TABLE numbers(number UBIGINT)");
  duckdb_logical_type type = duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT);
  duckdb_data_chunk chunk = duckdb_create_data_chunk(&type, 1);
  const Watch watch;
  for (size_t done = 0; good && done < rows; done += block) {
    good = append_block(connection, chunk, std::min(block, rows - done));
  }
  duckdb_destroy_data_chunk(&chunk);
  duckdb_destroy_logical_type(&type);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  return good ? watch.seconds() : -1;
}

double disk_floor_s(const std::string& path, size_t bytes, size_t pieces) {
  const int file = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return -1;
  const std::vector<char> piece(bytes / pieces + 1, 'x');
  const Watch watch;
  bool good = true;
  for (size_t i = 0; good && i < pieces; ++i) {
    good = write(file, piece.data(), piece.size()) == static_cast<ssize_t>(piece.size()) &&
           fsync(file) == 0;
  }
  const double seconds = watch.seconds();
  close(file);
  return good ? seconds : -1;
}

}  // namespace potik::bench
