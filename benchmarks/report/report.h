#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tessera::bench {

// What a benchmark found: tables of numbers, that people read on the terminal, programs as JSON,
// and both on a page with charts.

struct Column {
  std::string title;
  std::string unit;
  int decimals = 1;
};

struct Row {
  std::string name;
  std::vector<std::optional<double>> values;  // One for each column; nothing: not measured.
};

struct Table {
  std::string title;
  std::string rows_are;  // What a row is, as "participants".
  std::vector<Column> columns;
  std::vector<Row> rows;
};

struct Report {
  std::string command;  // With which it can be repeated.
  std::string machine;
  std::vector<Table> tables;
};

std::string as_text(const Table& table);
std::string as_json(const Report& report);
// One page that needs nothing else.
std::string as_html(const Report& report);

}  // namespace tessera::bench
