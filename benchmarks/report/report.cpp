#include "report/report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace tessera::bench {
namespace {

std::string written(const std::optional<double>& value, int decimals) {
  if (!value) return "–";
  std::ostringstream text;
  text << std::fixed << std::setprecision(decimals) << *value;
  return text.str();
}

// Characters, not bytes, of UTF-8.
int width_of(const std::string& text) {
  return static_cast<int>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, int width, bool to_the_right) {
  const std::string space(static_cast<std::size_t>(std::max(0, width - width_of(text))), ' ');
  return to_the_right ? space + text : text + space;
}

std::string heading(const Column& column) {
  return column.unit.empty() ? column.title : column.title + " (" + column.unit + ")";
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

constexpr const char* style = R"(
  :root { color-scheme: light dark; --ink: #1c1e21; --soft: #6b7280; --bar: #2f6fde; --line: #e4e6ea; --paper: #fff; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8eaed; --soft: #9aa0a6; --bar: #6ea1ff; --line: #33373d; --paper: #17191c; }
  }
  body { margin: 2.5rem auto; max-width: 62rem; padding: 0 1.25rem; background: var(--paper); color: var(--ink);
         font: 15px/1.5 system-ui, sans-serif; }
  h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
  h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem; }
  p, figcaption { color: var(--soft); margin: .25rem 0; }
  code { font: 13px ui-monospace, monospace; color: var(--ink); overflow-wrap: anywhere; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: .35rem .9rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
  th { color: var(--soft); font-weight: 500; }
  th:first-child, td:first-child { text-align: left; padding-left: 0; }
  .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1.5rem 2.5rem;
            margin-top: 1.5rem; }
  figure { margin: 0; }
  figcaption { margin-bottom: .4rem; }
  .bar { display: grid; grid-template-columns: 8rem 1fr 4.5rem; gap: .6rem; align-items: center; font-size: 13px; }
  .bar > :first-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .bar > :last-child { text-align: right; font-variant-numeric: tabular-nums; }
  .bar i { display: block; height: .8rem; border-radius: 2px; background: var(--bar); min-width: 1px; }
)";

void write_table(const Table& table, std::ostream& page) {
  page << "<div class=scroll><table><tr><th>" << escaped(table.rows_are) << "</th>";
  for (const Column& column : table.columns) page << "<th>" << escaped(heading(column)) << "</th>";
  page << "</tr>\n";
  for (const Row& row : table.rows) {
    page << "<tr><td>" << escaped(row.name) << "</td>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      page << "<td>" << written(row.values.at(i), table.columns[i].decimals) << "</td>";
    }
    page << "</tr>\n";
  }
  page << "</table></div>\n";
}

// A chart for each column, if there is something to compare.
void write_charts(const Table& table, std::ostream& page) {
  if (table.rows.size() < 2) return;
  page << "<div class=charts>\n";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    double largest = 0;
    for (const Row& row : table.rows) largest = std::max(largest, row.values.at(i).value_or(0));
    if (largest <= 0) continue;
    page << "<figure><figcaption>" << escaped(heading(table.columns[i])) << "</figcaption>\n";
    for (const Row& row : table.rows) {
      if (!row.values.at(i)) continue;
      const double share = 100 * std::max(0.0, row.values.at(i).value_or(0)) / largest;
      page << "<div class=bar><span>" << escaped(row.name)
           << "</span><i style=\"width:" << written(share, 1) << "%\"></i><span>"
           << written(row.values.at(i), table.columns[i].decimals) << "</span></div>\n";
    }
    page << "</figure>\n";
  }
  page << "</div>\n";
}

}  // namespace

std::string as_text(const Table& table) {
  std::vector<std::vector<std::string>> lines(table.rows.size() + 1);
  lines[0].push_back(table.rows_are);
  for (const Column& column : table.columns) lines[0].push_back(heading(column));
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    lines[i + 1].push_back(table.rows[i].name);
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      lines[i + 1].push_back(written(table.rows[i].values.at(j), table.columns[j].decimals));
    }
  }
  std::ostringstream text;
  text << table.title << "\n\n";
  for (const auto& line : lines) {
    for (std::size_t column = 0; column < line.size(); ++column) {
      int width = 0;
      for (const auto& other : lines) width = std::max(width, width_of(other[column]));
      text << (column == 0 ? "" : "  ") << padded(line[column], width, column > 0);
    }
    text << '\n';
  }
  return text.str();
}

std::string as_json(const Report& report) {
  nlohmann::ordered_json json = {{"command", report.command}, {"machine", report.machine}};
  for (const Table& table : report.tables) {
    nlohmann::ordered_json columns = nlohmann::ordered_json::array();
    for (const Column& column : table.columns) {
      columns.push_back({{"title", column.title}, {"unit", column.unit}});
    }
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Row& row : table.rows) {
      nlohmann::ordered_json values = nlohmann::ordered_json::array();
      for (const auto& value : row.values) {
        values.push_back(value ? nlohmann::ordered_json(*value) : nullptr);
      }
      rows.push_back({{"name", row.name}, {"values", values}});
    }
    json["tables"].push_back({{"title", table.title},
                              {"rows_are", table.rows_are},
                              {"columns", columns},
                              {"rows", rows}});
  }
  return json.dump(2) + "\n";
}

std::string as_html(const Report& report) {
  std::ostringstream page;
  page << "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n"
          "<meta name=viewport content=\"width=device-width\">\n<title>Tessera: measured</title>\n"
       << "<style>" << style << "</style>\n<h1>Tessera: measured</h1>\n<p>"
       << escaped(report.machine) << "</p>\n<p><code>" << escaped(report.command)
       << "</code></p>\n";
  for (const Table& table : report.tables) {
    page << "<h2>" << escaped(table.title) << "</h2>\n";
    write_table(table, page);
    write_charts(table, page);
  }
  page << "</html>\n";
  return page.str();
}

}  // namespace tessera::bench
