#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "base/log.h"
#include "command.h"
#include "gst/runtime.h"
#include "measure/machine.h"

namespace tessera::bench {

void say(const std::string& what) { std::cerr << "· " << what << std::endl; }

namespace {

constexpr int failed = 1;
constexpr int wrong_options = 2;

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"architectures", "the same meeting as a mesh, with a forwarder, and with Tessera",
       run_architectures},
      {"forwarder", "", run_forwarder},
      {"compare", "two servers, or one with other options, in turns: A --vs B", run_compare},
      {"latency", "how late picture and sound come through the server", run_latency},
      {"meeting", "what a meeting costs the server, and what each participant gets", run_meeting},
      {"pipelines", "what each pipeline costs and how late it lets out, alone", run_pipelines},
  };
  return all;
}

std::string usage() {
  std::string text =
      "Usage: tessera-bench COMMAND [OPTION]... [-- SERVER OPTION...]\n\n"
      "Measures Tessera, over real WebRTC on the loopback. Commands:\n\n";
  for (const Command& command : commands()) {
    if (command.summary.empty()) continue;
    text +=
        "  " + command.name + std::string(16 - command.name.size(), ' ') + command.summary + "\n";
  }
  return text +
         "\nEach shows its options with --help. All of them take\n\n"
         "  --json FILE     also write the results as JSON\n"
         "  --html FILE     also write a page with charts\n";
}

int complain(const std::string& what, int status) {
  std::cerr << "tessera-bench: " << what << '\n';
  return status;
}

// Takes "--name value" or "--name=value" out of the words; empty if it isn't there.
std::string take_option(std::vector<std::string>& words, const std::string& name) {
  for (auto word = words.begin(); word != words.end(); ++word) {
    std::string value;
    if (word->starts_with(name + "=")) {
      value = word->substr(name.size() + 1);
    } else if (*word == name && std::next(word) != words.end()) {
      value = *std::next(word);
      word = words.erase(word);
    } else {
      continue;
    }
    words.erase(word);
    return value;
  }
  return "";
}

bool write_file(const std::string& path, const std::string& content) {
  return path.empty() || static_cast<bool>(std::ofstream(path) << content);
}

int run(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words[0] == "--help" || words[0] == "-h") {
    std::cout << usage();
    return words.empty() ? wrong_options : 0;
  }
  const auto command = std::ranges::find(commands(), words[0], &Command::name);
  if (command == commands().end()) {
    return complain("there is no command " + words[0] + "; see --help", wrong_options);
  }
  Arguments arguments;
  const auto divider = std::ranges::find(words, "--");
  arguments.own.assign(words.begin() + 1, divider);
  if (divider != words.end()) arguments.server.assign(divider + 1, words.end());
  const std::string json = take_option(arguments.own, "--json");
  const std::string html = take_option(arguments.own, "--html");

  set_log_level("warning");
  gst::start_gstreamer();
  const auto tables = command->run(arguments);
  if (!tables && tables.error().code == "help") {
    std::cout << tables.error().message;
    return 0;
  }
  if (!tables) {
    return complain(tables.error().message,
                    tables.error().code == "invalid_option" ? wrong_options : failed);
  }
  Report report{"tessera-bench", machine(), *tables};
  for (const std::string& word : std::vector<std::string>(argv + 1, argv + argc)) {
    report.command += " " + word;
  }
  for (const Table& table : report.tables) std::cout << as_text(table) << '\n';
  for (const auto& [path, content] : {std::pair(json, as_json(report)), {html, as_html(report)}}) {
    if (!write_file(path, content)) return complain(path + " can't be written", failed);
  }
  return 0;
}

}  // namespace
}  // namespace tessera::bench

int main(int argc, char** argv) {
  try {
    return tessera::bench::run(argc, argv);
  } catch (const std::exception& exception) {
    return tessera::bench::complain(exception.what(), tessera::bench::failed);
  }
}
