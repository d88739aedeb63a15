#pragma once
// Cells of the engine's vectors as text: scalars as scalar_text.h says, lists, structs and maps as
// JSON. Threads: one. Lifetimes: a reader lives as long as its chunk.

#include <duckdb.h>

#include <optional>
#include <string>
#include <vector>

#include "adapters/duckdb/engine.h"

namespace potik::duckdb {

// Name, type and whether it is a number. Refused: a type that has no text here (BIT, TIMETZ, UNION
// and the like); the message says to cast it.
[[nodiscard]] Result<store::QueryColumn, StoreFailure> describe_column(const char* name,
                                                                       duckdb_logical_type type);

class CellReader {
 public:
  // The vector's type must have passed describe_column().
  explicit CellReader(duckdb_vector vector);
  // Nothing for NULL.
  [[nodiscard]] std::optional<std::string> text(size_t row) const;

 private:
  [[nodiscard]] bool valid(size_t row) const;
  [[nodiscard]] std::string scalar(size_t row) const;
  [[nodiscard]] std::string whole(size_t row) const;
  [[nodiscard]] std::string decimal(size_t row) const;
  [[nodiscard]] std::string enumerated(size_t row) const;
  void json(std::string& out, size_t row) const;
  void json_list(std::string& out, size_t first, size_t count) const;
  void json_struct(std::string& out, size_t row) const;
  void json_map(std::string& out, size_t row) const;
  template <class T>
  [[nodiscard]] T at(size_t row) const {
    return static_cast<const T*>(data_)[row];
  }

  LogicalType type_;
  duckdb_type id_;
  const void* data_;
  uint64_t* validity_;
  std::vector<CellReader> children_;  // of a list or array: its elements; of a struct: its members
  std::vector<std::string> members_;  // names
};

}  // namespace potik::duckdb
