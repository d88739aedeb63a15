#pragma once
// A store in a folder of its own, gone at the end of the test.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/duckdb/duckdb_store.h"
#include "base/folder_for_tests.h"

namespace potik::duckdb {

class TestStore {
 public:
  TestStore() {
    options.path = (folder() / "store.duckdb").string();
    options.memory_bytes_max = size_t{256} << 20U;
  }
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;

  // Opens on first use. A failure to open ends the test program: nothing sensible could follow.
  DuckDbStore& operator*() {
    if (!store_) {
      auto opened = DuckDbStore::open(options);
      if (!opened) {
        ADD_FAILURE() << opened.error().message;
        std::abort();
      }
      store_ = std::move(*opened);
    }
    return *store_;
  }
  DuckDbStore* operator->() { return &**this; }
  void close() { store_.reset(); }
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }

  [[nodiscard]] Status<StoreFailure> append(const store::RowBlock& block) {
    const store::RowBlock* pointer = &block;
    return (**this).append({&pointer, 1});
  }
  using Cells = std::vector<std::vector<std::optional<std::string>>>;
  // The answer's cells; a failed test and nothing where there is no answer.
  Cells rows(std::string_view sql) {
    auto table = (**this).query(sql, {});
    if (!table) {
      ADD_FAILURE() << sql << ": " << table.error().message;
      return {};
    }
    return table->rows;
  }
  // The only cell, "NULL" for NULL.
  std::string cell(std::string_view sql) {
    const Cells cells = rows(sql);
    if (cells.size() != 1 || cells[0].size() != 1) {
      ADD_FAILURE() << sql << ": " << cells.size() << " rows";
      return {};
    }
    return cells[0][0].value_or("NULL");
  }

  DuckDbOptions options;

 private:
  FolderForTests folder_;  // goes after the store
  std::unique_ptr<DuckDbStore> store_;
};

}  // namespace potik::duckdb
