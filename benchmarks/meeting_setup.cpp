#include "meeting_setup.h"

#include <unistd.h>

#include <cstdio>

#include "measure/machine.h"
#include "options.h"
#include "support/wait.h"

namespace tessera::bench {
namespace {

namespace po = boost::program_options;

constexpr int server_core = 0;
constexpr int load_core = 1;

}  // namespace

Result<MeetingPlan> plan_from(const std::string& command, const Arguments& arguments,
                              const MeetingPlan& defaults, const po::options_description& further) {
  MeetingPlan plan = defaults;
  std::string size = "320x180";
  std::string codec = "VP8";
  po::options_description options("Options of " + command);
  const char* speaking =
      defaults.speaking == MeetingPlan::everybody
          ? "how many of them speak; all unless given"
          : "how many of them speak; none unless given: speech is taken for the clicks";
  const auto number = [](int& where) { return po::value(&where)->default_value(where); };
  options.add_options()                                                                         //
      ("participants", number(plan.participants), "people who send and receive")                //
      ("speaking", po::value(&plan.speaking), speaking)                                         //
      ("viewers", number(plan.viewers), "further people who only watch, by WHEP")               //
      ("sound-only", po::bool_switch(&plan.sound_only), "nobody sends or receives a picture")   //
      ("size", po::value(&size)->default_value(size), "of each camera, as 640x360")             //
      ("frame-rate", number(plan.load.camera.frame_rate), "of each camera, per second")         //
      ("bitrate", number(plan.load.camera.bitrate.kbps), "of each camera, kbit/s")              //
      ("codec", po::value(&codec)->default_value(codec), "VP8 or H264")                         //
      ("media", po::value(&plan.load.media), "file with the cameras' picture; else generated")  //
      ("seconds", number(plan.seconds), "how long it is measured")                              //
      ("url", po::value(&plan.url), "a server that runs already, as http://127.0.0.1:8080")     //
      ("server", po::value(&plan.server), "the program to start; else tessera beside this one");
  for (const auto& option : further.options()) options.add(option);
  const auto read = read_options(options, arguments.own);
  if (!read) return read.error();
  const auto video_codec = video_codec_from(codec);
  char end = 0;
  Resolution& camera = plan.load.camera.size;
  if (std::sscanf(size.c_str(), "%dx%d%c", &camera.width, &camera.height, &end) != 2 ||
      camera.width < 16 || camera.height < 16) {
    return Error{"invalid_option", "--size must be as 640x360"};
  }
  if (!video_codec) return Error{"invalid_option", "--codec must be VP8 or H264"};
  plan.load.camera.codec = *video_codec;
  if (plan.participants + plan.viewers < 1 || plan.seconds < 1) {
    return Error{"invalid_option", "There must be a participant, and a second."};
  }
  return plan;
}

Result<std::unique_ptr<MeetingSetup>> MeetingSetup::create(
    const MeetingPlan& plan, const std::vector<std::string>& server_options) {
  std::unique_ptr<MeetingSetup> setup(new MeetingSetup(plan));
  say("encoding what will be sent");
  auto load = Load::create(plan.load);
  if (!load) return load.error();
  setup->load_ = std::move(*load);
  setup->url_ = plan.url;
  if (plan.url.empty()) {
    std::vector<std::string> options = {"--log-level", "warning"};
    options.insert(options.end(), server_options.begin(), server_options.end());
    setup->server_ = std::make_unique<test::ServerProcess>(
        options, test::ServerProcess::Environment{}, plan.server);
    setup->url_ = setup->server_->url();
    if (setup->url_.empty()) {
      return Error{"no_server", "The server doesn't start: " + setup->server_->log()};
    }
    const auto bound = bind_to_core(setup->server_->id(), server_core);
    if (!bound) return bound.error();
  }
  if (const auto bound = bind_to_core(getpid(), load_core); !bound) return bound.error();
  return setup;
}

Result<void> MeetingSetup::everybody_joins() {
  say(std::to_string(plan_.participants + plan_.viewers) + " join " + url_);
  if (const auto joined = people_join(plan_.participants); !joined) return joined;
  if (const auto joined = viewers_join(plan_.viewers); !joined) return joined;
  test::observe(std::chrono::seconds(5));
  return {};
}

Result<void> MeetingSetup::people_join(int count) {
  for (int i = 0; i < count; ++i) {
    const bool speaks = people_++ < plan_.speaking;
    const Load::Part part = plan_.sound_only ? (speaks ? Load::Part::is_heard : Load::Part::hears)
                                             : (speaks ? Load::Part::speaks : Load::Part::listens);
    if (const auto joined = load_->add(url_, part); !joined) return joined;
  }
  return {};
}

Result<void> MeetingSetup::viewers_join(int count) {
  for (int i = 0; i < count; ++i) {
    if (const auto joined = load_->add(url_, Load::Part::watches); !joined) return joined;
  }
  return {};
}

}  // namespace tessera::bench
