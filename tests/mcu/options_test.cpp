#include "mcu/options.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "base/log.h"
#include "support/temporary_folder.h"

namespace tessera::mcu {

void PrintTo(const ParsedOptions& parsed, std::ostream* out) { *out << parsed.text; }

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* secret = "s3cr3t";

using Words = std::vector<std::string>;

std::vector<const char*> pointers(const Words& words) {
  std::vector<const char*> result;
  for (const std::string& word : words) result.push_back(word.c_str());
  result.push_back(nullptr);
  return result;
}

Result<ParsedOptions> parse_as_they_are(Words arguments, const Words& environment = {}) {
  arguments.insert(arguments.begin(), "tessera");
  return parse_options(static_cast<int>(arguments.size()), pointers(arguments).data(),
                       pointers(environment).data());
}

// With folders named, as a test's executable is somewhere else.
Result<ParsedOptions> parse(Words arguments, const Words& environment = {}) {
  const std::string folder = testing::TempDir();
  arguments.insert(arguments.begin(), {"--pipelines", folder, "--web-client", folder});
  return parse_as_they_are(arguments, environment);
}

Options options_of(const Words& arguments, const Words& environment = {}) {
  auto parsed = parse(arguments, environment);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().message;
    return {};
  }
  EXPECT_EQ(parsed->text, "");
  return parsed->options;
}

// The error's message; all of them have a form and keep secrets.
std::string error_of(const Words& arguments, const Words& environment = {}) {
  const auto parsed = parse(arguments, environment);
  if (parsed) return "no error";
  EXPECT_EQ(parsed.error().code, "invalid_options");
  const std::string message = parsed.error().message;
  EXPECT_TRUE(message.ends_with('.')) << message;
  EXPECT_THAT(message, AllOf(Not(HasSubstr(secret)), Not(HasSubstr("\n"))));
  return message;
}

class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) { std::ofstream(path()) << text; }

  std::string path() const { return folder_.path() / "tessera.conf"; }

 private:
  test::TemporaryFolder folder_;
};

TEST(Options, HaveDefaultsToStartWith) {
  const Options options = options_of({});
  EXPECT_EQ(options.address, "127.0.0.1");
  EXPECT_EQ(options.port, 8080);
  EXPECT_EQ(options.canvas, (Resolution{1280, 720}));
  EXPECT_EQ(options.frame_rate, 30);
  EXPECT_EQ(options.tile_slots, 25);
  EXPECT_EQ(options.voice_slots, 8);
  EXPECT_EQ(options.max_participants, 300);
  EXPECT_EQ(options.max_rooms, 100);
  EXPECT_EQ(options.max_people, 1000);
  EXPECT_EQ(options.fit, mixer::Fit::cover);
  EXPECT_THAT(options.video_codecs, ElementsAre(VideoCodec::vp8, VideoCodec::h264));
  EXPECT_EQ(options.video_bitrate, Bitrate{1500});
  EXPECT_EQ(options.audio_bitrate, Bitrate{48});
  EXPECT_FALSE(options.stun_server);
  EXPECT_THAT(options.turn_servers, IsEmpty());
  EXPECT_THAT(options.ice_addresses, IsEmpty());
  EXPECT_EQ(options.ice_ports, PortRange{});
  EXPECT_THAT(options.allowed_origins, IsEmpty());
  EXPECT_EQ(options.host_key, "");
  EXPECT_EQ(options.recordings, "recordings");
  EXPECT_EQ(options.media, "");
  EXPECT_EQ(options.live_bitrate, Bitrate{2500});
  EXPECT_EQ(options.log_level, "info");
}

TEST(Options, AreTakenFromTheCommandLine) {
  const Options options = options_of({"--address",
                                      "::",
                                      "--port=0",
                                      "--canvas",
                                      "720x1280",
                                      "--frame-rate",
                                      "25",
                                      "--tile-slots",
                                      "49",
                                      "--voice-slots",
                                      "4",
                                      "--max-participants",
                                      "20",
                                      "--max-rooms",
                                      "3",
                                      "--max-people",
                                      "40",
                                      "--fit",
                                      "contain",
                                      "--video-codecs",
                                      "H264",
                                      "--video-bitrate",
                                      "900",
                                      "--audio-bitrate",
                                      "32",
                                      "--stun-server",
                                      "stun:stun.example.org",
                                      "--ice-address",
                                      "192.0.2.1",
                                      "--ice-address",
                                      "2001:db8::1, 192.0.2.2",
                                      "--ice-port-range",
                                      "40000-49999",
                                      "--allowed-origin",
                                      "https://A.example:443",
                                      "--allowed-origin",
                                      "http://b.example:8080",
                                      "--log-level",
                                      "debug"});
  EXPECT_EQ(options.address, "::");
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.canvas, (Resolution{720, 1280}));
  EXPECT_EQ(options.frame_rate, 25);
  EXPECT_EQ(options.tile_slots, 49);
  EXPECT_EQ(options.voice_slots, 4);
  EXPECT_EQ(options.max_participants, 20);
  EXPECT_EQ(options.max_rooms, 3);
  EXPECT_EQ(options.max_people, 40);
  EXPECT_EQ(options.fit, mixer::Fit::contain);
  EXPECT_THAT(options.video_codecs, ElementsAre(VideoCodec::h264));
  EXPECT_EQ(options.video_bitrate, Bitrate{900});
  EXPECT_EQ(options.audio_bitrate, Bitrate{32});
  EXPECT_EQ(options.stun_server->uri(), "stun:stun.example.org:3478");
  EXPECT_EQ(options.stun_server->gstreamer_uri(), "stun://stun.example.org:3478");
  EXPECT_THAT(options.ice_addresses, ElementsAre("192.0.2.1", "2001:db8::1", "192.0.2.2"));
  EXPECT_EQ(options.ice_ports, (PortRange{40000, 49999}));
  EXPECT_THAT(options.allowed_origins, ElementsAre("https://a.example", "http://b.example:8080"));
  EXPECT_EQ(options.log_level, "debug");
}

TEST(Options, OfTheCommandLineComeBeforeTheEnvironmentAndThatBeforeTheFile) {
  const ConfigFile file("port = 1  # and a comment\nframe-rate=1\nvideo-bitrate = 100\n\n");
  const Options options = options_of(
      {"--port", "3"}, {"TESSERA_PORT=2", "TESSERA_FRAME_RATE=2", "TESSERA_CONFIG=" + file.path()});
  EXPECT_EQ(options.port, 3);
  EXPECT_EQ(options.frame_rate, 2);
  EXPECT_EQ(options.video_bitrate, Bitrate{100});
  EXPECT_EQ(options.canvas, (Resolution{1280, 720}));
}

TEST(Options, AListInOneSourceReplacesTheListOfALaterOne) {
  const ConfigFile file("ice-address = 192.0.2.1\nice-address = 192.0.2.2\n");
  const Words config = {"--config", file.path()};
  EXPECT_THAT(options_of(config).ice_addresses, ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_THAT(options_of(config, {"TESSERA_ICE_ADDRESS=::1,::2"}).ice_addresses,
              ElementsAre("::1", "::2"));
}

TEST(Options, IgnoreOtherPeoplesVariablesAndEmptyOnes) {
  EXPECT_EQ(options_of({}, {"PATH=/bin", "TESSERA_PORT=", "oddity"}).port, 8080);
}

TEST(Options, KnowATurnServersParts) {
  const auto only = [](const std::string& uri) {
    const auto servers = options_of({"--turn-server", uri}).turn_servers;
    return servers.size() == 1 ? servers[0] : TurnServer{};
  };
  const TurnServer plain = only("turn:user:s3cr3t@turn.example.org:3479?transport=tcp");
  EXPECT_EQ(plain.uri(), "turn:turn.example.org:3479?transport=tcp");
  EXPECT_EQ(plain.username, "user");
  EXPECT_EQ(plain.credential, secret);
  EXPECT_EQ(plain.gstreamer_uri(), "turn://user:s3cr3t@turn.example.org:3479?transport=tcp");

  EXPECT_EQ(only("turn:u:p@192.0.2.1").uri(), "turn:192.0.2.1:3478?transport=udp");
  EXPECT_EQ(only("turn:u:p@[2001:db8::1]:99").uri(), "turn:[2001:db8::1]:99?transport=udp");
  EXPECT_EQ(only("turns:u:p@a.example").uri(), "turns:a.example:5349?transport=tcp");

  const TurnServer odd = only("turn:1700000000%3Auser:a:b@c%2C%25@a.example");
  EXPECT_EQ(odd.username, "1700000000:user");
  EXPECT_EQ(odd.credential, "a:b@c,%");
  EXPECT_EQ(odd.gstreamer_uri(),
            "turn://1700000000%3Auser:a%3Ab%40c%2C%25@a.example:3478?transport=udp");
}

TEST(Options, OutsideWhatIsAllowedAreNamedWithWhatIs) {
  const std::vector<std::pair<Words, std::string>> table = {
      {{"--port", "70000"}, "--port must be a whole number from 0 to 65535, not \"70000\"."},
      {{"--port", "-1"}, "--port must be a whole number from 0 to 65535, not \"-1\"."},
      {{"--port", "80 "}, "--port must be"},
      {{"--port", "0x50"}, "--port must be"},
      {{"--port", "99999999999999999999"}, "--port must be"},
      {{"--port", "--frame-rate", "5"}, "--port needs a value."},
      {{"--port", "1", "--port", "2"}, "--port may be given only once."},
      {{"--port"}, "--port needs a value."},
      {{"--port="}, "--port needs a value."},
      {{"--address", "localhost"}, "--address must be an IP address"},
      {{"--canvas", "1280"}, "--canvas must be a width and a height"},
      {{"--canvas", "1280x721"}, "--canvas must be"},
      {{"--canvas", "62x720"}, "--canvas must be"},
      {{"--canvas", "1280x3842"}, "--canvas must be"},
      {{"--canvas", "1280x720x2"}, "--canvas must be"},
      {{"--frame-rate", "0"}, "--frame-rate must be a whole number from 1 to 60"},
      {{"--frame-rate", "29.97"}, "--frame-rate must be"},
      {{"--tile-slots", "50"}, "--tile-slots must be a whole number from 1 to 49"},
      {{"--voice-slots", "33"}, "--voice-slots must be a whole number from 1 to 32"},
      {{"--max-participants", "1"}, "--max-participants must be"},
      {{"--max-rooms", "0"}, "--max-rooms must be"},
      {{"--max-people", "0"}, "--max-people must be"},
      {{"--fit", "fill"}, "--fit must be cover or contain, not \"fill\"."},
      {{"--video-codecs", "VP9"}, "--video-codecs must be VP8, H264 or both"},
      {{"--video-codecs", "VP8,VP8"}, "--video-codecs must be"},
      {{"--video-codecs", "VP8,"}, "--video-codecs must be"},
      {{"--video-bitrate", "1.5M"}, "--video-bitrate must be"},
      {{"--audio-bitrate", "5"}, "--audio-bitrate must be"},
      {{"--stun-server", "stun.example.org"}, "--stun-server must be"},
      {{"--stun-server", "stun:a.example:0"}, "--stun-server must be"},
      {{"--stun-server", "stun:a b"}, "--stun-server must be"},
      {{"--stun-server", "stun:[::1"}, "--stun-server must be"},
      {{"--ice-address", "eth0"}, "--ice-address must be an IP address"},
      {{"--ice-address", "::1,::1"}, "--ice-address must be an IP address, named once"},
      {{"--ice-port-range", "50000-40000"}, "--ice-port-range must be a range of UDP ports"},
      {{"--ice-port-range", "0-100"}, "--ice-port-range must be"},
      {{"--ice-port-range", "1-65536"}, "--ice-port-range must be"},
      {{"--allowed-origin", "meet.example.org"}, "--allowed-origin must be a web site"},
      {{"--allowed-origin", "https://a.example/"}, "--allowed-origin must be"},
      {{"--host-key", "short"}, "--host-key must be 8 to 128 letters"},
      {{"--host-key", "spaces in it"}, "--host-key must be"},
      {{"--media", "/nowhere"}, "--media must be a folder that is there"},
      {{"--live-audio-bitrate", "16"}, "--live-audio-bitrate must be"},
      {{"--log-level", "loud"}, "--log-level must be error, warning, info, debug or trace"},
      {{"--config", "/nowhere"}, "--config must name a file that can be read"},
      {{"--config", "/tmp"}, "--config must name a file that can be read"},
      {{"--prot", "1"}, "--prot is no option of tessera; --help lists them."},
      {{"--prot=1"}, "--prot is no option of tessera; --help lists them."},
      {{"--por", "1"}, "--por is no option of tessera"},
      {{"-p", "1"}, "-p is no option of tessera"},
      {{"--help=1"}, "--help takes no value."},
      {{"start"}, "tessera takes nothing but options"},
  };
  for (const auto& [arguments, start] : table) {
    EXPECT_TRUE(error_of(arguments).starts_with(start))
        << testing::PrintToString(arguments) << error_of(arguments);
  }
}

TEST(Options, FoldersMustBeThere) {
  const auto parsed = parse_as_they_are({"--pipelines", "/nowhere"});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "--pipelines must be a folder that is there, not \"/nowhere\".");
}

TEST(Options, OfTheEnvironmentAndTheFileAreNamedAsTheyAreWrittenThere) {
  EXPECT_EQ(error_of({}, {"TESSERA_FRAME_RATE=fast"}),
            "TESSERA_FRAME_RATE must be a whole number from 1 to 60, not \"fast\".");
  EXPECT_EQ(error_of({}, {"TESSERA_FRAMERATE=30"}),
            "TESSERA_FRAMERATE stands for no option of tessera; --help lists them.");
  EXPECT_EQ(error_of({}, {"TESSERA_HELP=1"}),
            "TESSERA_HELP stands for no option of tessera; --help lists them.");

  const auto error_of_line = [](const std::string& line) {
    const ConfigFile file(line + "\n");
    std::string error = error_of({"--config", file.path()});
    const size_t at = error.find(file.path());
    if (at != std::string::npos) error.replace(at, file.path().size(), "FILE");
    return error;
  };
  EXPECT_EQ(error_of_line("port = x"),
            "port in FILE must be a whole number from 0 to 65535, not \"x\".");
  EXPECT_EQ(error_of_line("prot = 1"), "\"prot\" in FILE is no option of tessera.");
  EXPECT_EQ(error_of_line("config = x"), "\"config\" in FILE is no option of tessera.");
  EXPECT_EQ(error_of_line("port 1"), "FILE has a line that isn't of the form name = value.");
  EXPECT_EQ(error_of_line("port = 1\nport = 2"), "port in FILE may be given only once.");
}

// error_of() looks for the secret in each of these.
TEST(Options, KeepSecretsInTheirErrors) {
  for (const char* uri :
       {"turn:u:s3cr3t@", "turn:u:s3cr3t", "u:s3cr3t@host", "turn:u:s3cr3t@host:port",
        "turn:u:s3cr3t@host?transport=sctp", "turn:u:s3cr3t%zz@host", "turn:s3cr3t@host",
        "turn:u:s3cr3t@host,turn:u:s3cr3t@host"}) {
    EXPECT_THAT(error_of({"--turn-server", uri}), HasSubstr("must be a TURN server")) << uri;
    EXPECT_THAT(error_of({std::string("--turn-sever=") + uri}), HasSubstr("--turn-sever is no"));
    EXPECT_NE(error_of({std::string("--turn-server:") + uri}), "no error");
    EXPECT_NE(error_of({uri}), "no error");
    EXPECT_NE(error_of({}, {std::string("TESSERA_TURN_SERVER=") + uri}), "no error");
    EXPECT_NE(error_of({}, {std::string("TESSERA_TURN_SEVER=") + uri}), "no error");
    for (const char* start : {"turn-server = ", "turn-sever = ", "turn-server ", ""}) {
      const ConfigFile file(std::string(start) + uri + "\n");
      EXPECT_NE(error_of({"--config", file.path()}), "no error");
    }
  }
}

TEST(Options, HelpFitsATerminalAndNamesEachOptionWithItsDefault) {
  for (const char* ask : {"--help", "-h"}) {
    const auto parsed = parse_as_they_are({ask});
    ASSERT_TRUE(parsed);
    for (const char* expected : {"--address", "--video-bitrate KBIT/S (=1500)", "--config FILE",
                                 "(=1280x720)", "(=VP8,H264)", "Network:", "TESSERA_"}) {
      EXPECT_THAT(parsed->text, HasSubstr(expected));
    }
    std::istringstream lines(parsed->text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100) << line;
  }
}

TEST(Options, HelpComesBeforeWhatElseIsWrong) {
  EXPECT_TRUE(parse_as_they_are({"--port", "x", "--help"}, {"TESSERA_NONSENSE=1"}));
}

TEST(Options, DefaultsInTheHelpAreTheDefaults) {
  const auto parsed = parse_as_they_are({"--help"});
  ASSERT_TRUE(parsed);
  Words arguments;
  std::istringstream lines(parsed->text);
  for (std::string line; std::getline(lines, line);) {
    const size_t start = line.find("(=");
    if (!line.starts_with("  --") || start == std::string::npos) continue;
    arguments.push_back(line.substr(2, line.find(' ', 2) - 2));
    arguments.push_back(line.substr(start + 2, line.find(')') - start - 2));
  }
  ASSERT_GE(arguments.size(), 2 * 14);
  const Options given = options_of(arguments);
  const Options defaults;
  EXPECT_EQ(given.address, defaults.address);
  EXPECT_EQ(given.canvas, defaults.canvas);
  EXPECT_EQ(given.fit, defaults.fit);
  EXPECT_EQ(given.video_codecs, defaults.video_codecs);
  EXPECT_EQ(given.ice_ports, defaults.ice_ports);
  EXPECT_EQ(given.log_level, defaults.log_level);
}

TEST(Options, LogLevelsAreThoseOfTheLog) {
  for (const char* level : {"error", "warning", "debug", "trace", "info"}) {
    EXPECT_TRUE(set_log_level(options_of({"--log-level", level}).log_level));
  }
}

TEST(Options, VersionIsThatOfTheProject) {
  const auto parsed = parse_as_they_are({"--version"});
  ASSERT_TRUE(parsed);
  std::ifstream file(TESSERA_SOURCE_DIR "/CMakeLists.txt");
  std::stringstream text;
  text << file.rdbuf();
  const std::string version = parsed->text.substr(8, parsed->text.size() - 9);
  EXPECT_EQ(parsed->text, "tessera " + version + "\n");
  EXPECT_THAT(text.str(), HasSubstr("project(tessera VERSION " + version + " "));
}

}  // namespace
}  // namespace tessera::mcu
