#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "command.h"
#include "load/forwarder.h"
#include "load/node.h"
#include "measure/machine.h"
#include "meeting_setup.h"
#include "options.h"
#include "support/server_process.h"
#include "support/wait.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;
namespace po = boost::program_options;

using Nodes = std::vector<std::unique_ptr<Node>>;

constexpr int most_participants = 50;  // A mesh of them has 1,225 connections.
// As a MeetingSetup does it.
constexpr int server_core = 0;
constexpr int load_core = 1;
constexpr auto pace = 5ms;
// Nothing but packets here; in the server there are encoders and jitter buffers.
constexpr auto nodes_settle = 500ms;
constexpr auto server_settles = 5s;

struct Plan {
  std::set<int> participants;
  MeetingPlan meeting;  // The largest.
};

// What a meeting costs; of a node on average, unless it says otherwise.
struct Figures {
  double pictures_sent = 0;
  double pictures_received = 0;
  double sent_kbps = 0;
  double received_kbps = 0;
  std::optional<double> server;  // Cores: CPU seconds per second, user and system.
  double frames_per_second = 0;  // Of the picture that fares worst, of all nodes.
};

// "2..8", "2,4,8", or both.
std::optional<std::set<int>> numbers_in(const std::string& text) {
  std::set<int> numbers;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    int first = 0;
    int last = 0;
    char more = 0;
    const int read = std::sscanf(part.c_str(), "%d..%d%c", &first, &last, &more);
    if (read == 1 && part == std::to_string(first)) last = first;
    if (read > 2 || first < 2 || last < first || last > most_participants) return std::nullopt;
    for (int number = first; number <= last; ++number) numbers.insert(number);
  }
  return numbers.empty() ? std::nullopt : std::optional(numbers);
}

// What is the same for each meeting goes on to plan_from(), which knows how to read it.
Result<Plan> plan_of_all(const Arguments& arguments) {
  po::options_description options("Options of architectures");
  const auto text = [](const char* value) {
    return po::value<std::string>()->default_value(value);
  };
  options.add_options()                                                                      //
      ("participants", text("2..8"), "how many meet: 2..8, or 2,4,8")                        //
      ("seconds", text("5"), "how long each meeting is measured")                            //
      ("size", text("640x360"), "of each camera")                                            //
      ("frame-rate", text("30"), "of each camera, per second")                               //
      ("bitrate", text("500"), "of each camera, kbit/s")                                     //
      ("codec", text("VP8"), "VP8 or H264")                                                  //
      ("media", po::value<std::string>(), "file with the cameras' picture; else generated")  //
      ("server", po::value<std::string>(), "the program to start; else tessera beside this one");
  const auto read = read_options(options, arguments.own);
  if (!read) return read.error();
  const po::variables_map& values = *read;
  const auto participants = numbers_in(values["participants"].as<std::string>());
  if (!participants) {
    return Error{"invalid_option", "--participants must be as 2..8 or 2,4,8, and at most " +
                                       std::to_string(most_participants)};
  }
  Arguments of_one;
  for (const auto& [name, value] : values) {
    if (name == "participants") continue;
    of_one.own.insert(of_one.own.end(), {"--" + name, value.as<std::string>()});
  }
  auto meeting = plan_from("architectures", of_one, {.participants = *participants->rbegin()});
  if (!meeting) return meeting.error();
  return Plan{*participants, std::move(*meeting)};
}

// Lets time pass, and takes what doesn't depend on the architecture. `traffic` is that of all
// nodes.
Figures measure(int seconds, int nodes, std::optional<pid_t> server,
                const std::function<Traffic()>& traffic) {
  const auto cpu = [&] { return server ? test::usage_of(*server).cpu.count() : 0; };
  const Traffic traffic_before = traffic();
  const double cpu_before = cpu();
  const TimePoint began = Clock::now();
  test::observe(std::chrono::seconds(seconds));
  const double time = std::chrono::duration<double>(Clock::now() - began).count();
  const double cpu_used = cpu() - cpu_before;
  const Traffic traffic_after = traffic();

  const auto kbps = [&](std::int64_t before, std::int64_t after) {
    return static_cast<double>(after - before) * 8 / 1000 / time / nodes;
  };
  Figures figures;
  figures.sent_kbps = kbps(traffic_before.bytes_sent, traffic_after.bytes_sent);
  figures.received_kbps = kbps(traffic_before.bytes_received, traffic_after.bytes_received);
  if (server) figures.server = cpu_used / time;
  return figures;
}

// Sums over those who have a traffic().
template <typename People>
Traffic traffic_of(const People& people) {
  Traffic all;
  for (const auto& one : people) {
    const Traffic& traffic = one->traffic();
    all.bytes_sent += traffic.bytes_sent;
    all.bytes_received += traffic.bytes_received;
  }
  return all;
}

// Nodes whose connections are on their way: sends once they are all there, and measures.
Result<Figures> meet(const Nodes& nodes, std::optional<pid_t> server, int seconds) {
  const auto failed = [&] {
    return std::ranges::find_if(nodes, [](const auto& one) { return !one->failure().empty(); });
  };
  const auto all = [&](auto holds) {
    test::wait_until([&] { return std::ranges::all_of(nodes, holds) || failed() != nodes.end(); },
                     20s);
    return std::ranges::all_of(nodes, holds);
  };
  const auto not_joined = [&] {
    return Error{"not_joined",
                 "A node isn't in the meeting: " +
                     (failed() == nodes.end() ? "nothing came." : (*failed())->failure())};
  };
  if (!all([](const auto& one) { return one->is_connected(); })) return not_joined();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i]->start_sending(Clock::now(),
                            static_cast<double>(i) / static_cast<double>(nodes.size()));
  }
  Timer pacer;
  pacer.start_repeating(pace, [&] {
    for (const auto& one : nodes) one->send_due(Clock::now());
  });
  const auto others = static_cast<int>(nodes.size()) - 1;
  if (!all([&](const auto& one) { return one->pictures_received() == others; })) {
    return not_joined();
  }
  test::observe(nodes_settle);
  for (const auto& one : nodes) one->start_measuring(Clock::now());
  Figures figures = measure(seconds, others + 1, server, [&] { return traffic_of(nodes); });
  figures.frames_per_second = 1000;
  for (const auto& one : nodes) {
    figures.pictures_sent += one->pictures_sent() / static_cast<double>(nodes.size());
    figures.pictures_received += one->pictures_received() / static_cast<double>(nodes.size());
    figures.frames_per_second =
        std::min(figures.frames_per_second, one->frames_per_second(Clock::now()));
  }
  return figures;
}

// The tracks of all nodes.
struct Tracks {
  Track video;
  Track speech;
};

Nodes nodes_with(const Tracks& tracks, int count) {
  Nodes nodes;
  for (int i = 0; i < count; ++i) {
    nodes.push_back(std::make_unique<Node>(tracks.video, tracks.speech));
  }
  return nodes;
}

// P2P: each with each.
Result<Figures> meet_in_mesh(const Tracks& tracks, int participants, int seconds) {
  const Nodes nodes = nodes_with(tracks, participants);
  for (auto one = nodes.begin(); one != nodes.end(); ++one) {
    for (auto other = std::next(one); other != nodes.end(); ++other) {
      RtpConnection& offerer = (*one)->connect(Transport::Role::offerer);
      RtpConnection& answerer = (*other)->connect(Transport::Role::answerer);
      answerer.set_remote(offerer.local());
      offerer.set_remote(answerer.local());
    }
  }
  return meet(nodes, std::nullopt, seconds);
}

// SFU: each with the forwarder.
Result<Figures> meet_at_forwarder(const Tracks& tracks, int participants, int seconds) {
  ForwarderProcess forwarder;
  const Nodes nodes = nodes_with(tracks, participants);
  for (const auto& node : nodes) {
    RtpConnection& connection = node->connect(Transport::Role::offerer);
    const auto answer = forwarder.add(connection.local());
    if (!answer) return answer.error();
    connection.set_remote(*answer);
  }
  const auto bound = bind_to_core(forwarder.id(), server_core);
  if (!bound) return bound.error();
  return meet(nodes, forwarder.id(), seconds);
}

// MCU: each with the server, which they have joined.
Figures meet_at_mixer(MeetingSetup& meeting, int seconds) {
  const auto& people = meeting.load().people();
  test::observe(server_settles);
  meeting.load().start_measuring();
  Figures figures = measure(seconds, static_cast<int>(people.size()), meeting.server_id(),
                            [&] { return traffic_of(people); });
  // What its offer has: one each way.
  figures.pictures_sent = 1;
  figures.pictures_received = 1;
  figures.frames_per_second = 1000;
  for (const auto& one : people) {
    figures.frames_per_second = std::min(figures.frames_per_second,
                                         one->reception().figures(Clock::now()).frames_per_second);
  }
  return figures;
}

enum class Architecture { mesh, sfu, mcu };

const char* name(Architecture architecture) {
  switch (architecture) {
    case Architecture::mesh:
      return "mesh";
    case Architecture::sfu:
      return "SFU";
    case Architecture::mcu:
      return "MCU";
  }
  return "";
}

// By how many participants there are.
using Findings = std::map<int, std::map<Architecture, Figures>>;

Result<void> meet_as_nodes(const Plan& plan, Findings& findings) {
  say("encoding what the nodes will send");
  auto video = encode_video(plan.meeting.load.media, plan.meeting.load.camera);
  if (!video) return video.error();
  auto speech = encode_speech();
  if (!speech) return speech.error();
  const Tracks tracks{std::move(*video), std::move(*speech)};
  if (const auto bound = bind_to_core(getpid(), load_core); !bound) return bound;
  for (const int participants : plan.participants) {
    say(std::to_string(participants) + " meet in a mesh");
    const auto mesh = meet_in_mesh(tracks, participants, plan.meeting.seconds);
    if (!mesh) return mesh.error();
    findings[participants][Architecture::mesh] = *mesh;
    say(std::to_string(participants) + " meet at a forwarder");
    const auto forwarder = meet_at_forwarder(tracks, participants, plan.meeting.seconds);
    if (!forwarder) return forwarder.error();
    findings[participants][Architecture::sfu] = *forwarder;
  }
  return {};
}

// In one room that fills.
Result<void> meet_at_server(const Plan& plan, const std::vector<std::string>& server_options,
                            Findings& findings) {
  auto meeting = MeetingSetup::create(plan.meeting, server_options);
  if (!meeting) return meeting.error();
  int here = 0;
  for (const int participants : plan.participants) {
    say(std::to_string(participants) + " meet at " + (*meeting)->url());
    const auto joined = (*meeting)->people_join(participants - std::exchange(here, participants));
    if (!joined) return joined.error();
    findings[participants][Architecture::mcu] = meet_at_mixer(**meeting, plan.meeting.seconds);
  }
  return {};
}

Table table_of(const Findings& findings) {
  Table table{"Three architectures: each with each (mesh), a forwarder (SFU), and Tessera (MCU)",
              "participants",
              {{"pictures sent", "each", 0},
               {"pictures received", "each", 0},
               {"sent", "kbit/s each", 0},
               {"received", "kbit/s each", 0},
               {"server", "cores", 3},
               {"frames of a picture", "1/s"}},
              {}};
  for (const auto& [participants, of_all] : findings) {
    for (const auto& [architecture, figures] : of_all) {
      table.rows.push_back({std::to_string(participants) + " " + name(architecture),
                            {figures.pictures_sent, figures.pictures_received, figures.sent_kbps,
                             figures.received_kbps, figures.server, figures.frames_per_second}});
    }
  }
  return table;
}

}  // namespace

Result<std::vector<Table>> run_architectures(const Arguments& arguments) {
  const auto plan = plan_of_all(arguments);
  if (!plan) return plan.error();
  Findings findings;
  // First what may not start.
  if (const auto met = meet_at_server(*plan, arguments.server, findings); !met) return met.error();
  if (const auto met = meet_as_nodes(*plan, findings); !met) return met.error();
  return std::vector{table_of(findings)};
}

// What ForwarderProcess starts.
Result<std::vector<Table>> run_forwarder(const Arguments&) {
  serve_as_forwarder();
  return std::vector<Table>{};
}

}  // namespace tessera::bench
