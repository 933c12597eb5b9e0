#include "pipelines_case.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/video_codec.h"
#include "gst/raw_video.h"
#include "load/media.h"

namespace tessera::bench {
namespace {

using namespace std::chrono_literals;
using test::Pixel;

constexpr Pixel red{81, 90, 240};
constexpr int proof_pictures = frames_per_second;
constexpr int proof_sounds = sound_frames_per_second;
constexpr Resolution tile_of_nine{420, 236};

std::string text_of(Resolution size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

// What feeds a description, and what looks at what leaves it, in gst-launch syntax. None of it is
// taken from the descriptions: these may change, and what they are measured with should not.
struct Codec {
  std::string name;       // As descriptions have it.
  std::string depayload;  // From RTP to what an encoder lets out.
  std::string decode;     // From there to I420 or mono float.
  VideoCodec video = {};
};
const Codec vp8{"vp8", "rtpvp8depay", "vp8dec ! videoconvert ! video/x-raw,format=I420",
                VideoCodec::vp8};
const Codec h264{"h264",
                 "rtph264depay ! h264parse ! video/x-h264,stream-format=byte-stream,alignment=au",
                 "h264parse ! avdec_h264 max-threads=1 ! videoconvert ! video/x-raw,format=I420",
                 VideoCodec::h264};
const Codec opus{"opus", "rtpopusdepay",
                 "opusdec ! audioconvert ! audioresample"
                 " ! audio/x-raw,format=F32LE,rate=48000,channels=1,layout=interleaved"};
const std::string opus_to_rtp =
    "audioconvert ! opusenc audio-type=voice bitrate=40000 ! rtpopuspay";

// The server's 1.5 Mbit/s for its canvas, and what cameras of the smaller sizes send.
Bitrate bitrate_for(Resolution size) {
  return {size.height > 360 ? 1500 : size.height > 180 ? 600 : 200};
}

std::string video_to_rtp(const Codec& codec, Resolution size) {
  return encoder_text({codec.video, size, frames_per_second, bitrate_for(size)});
}

// So that media can be made one after another, of which the first to fail ends it.
Result<Media> through(const std::string& stages, const Result<Media>& media) {
  return media ? bench::through(stages, *media) : media;
}

Result<std::vector<Entering>> at_inlet(const std::string& inlet, Result<Media> media) {
  if (!media) return media.error();
  return std::vector{Entering{inlet, std::move(*media)}};
}

// What leaves an outlet for these media, after the stages.
Result<Media> left_by(const Alone& alone, const std::string& inlet, Result<Media> media,
                      const std::string& stages = "identity") {
  if (!media) return media;
  auto passed = pass(alone, {{inlet, *media}}, {.keep = true});
  if (!passed) return passed.error();
  return through(stages, media_of(passed->left.at(alone.outlets.front())));
}

// ---- One in, one out ----

class Cases {
 public:
  Cases(const gst::Descriptions& descriptions, std::string file)
      : descriptions_(descriptions), file_(std::move(file)) {}

  Case encode_video(const Codec& codec, Resolution size) const {
    const auto set = [size, is_vp8 = codec.video == VideoCodec::vp8](gst::Pipeline& pipeline) {
      if (is_vp8) {
        pipeline.set("encoder", "target-bitrate", bitrate_for(size).bps());
      } else {
        pipeline.set("encoder", "bitrate", static_cast<guint>(bitrate_for(size).kbps));
      }
    };
    const std::string name = "encode-" + codec.name;
    return {.description = name,
            .what = text_of(size),
            .kind = Case::Kind::pictures,
            .start = [=, text = descriptions_.text(name)] { return start_alone(name, text, set); },
            .prove =
                [=](const Alone& alone) {
                  return expect_pictures(
                      left_by(alone, "in", solid_picture(size, red, proof_pictures), codec.decode),
                      size);
                },
            .media = [=, *this](double seconds) { return at_inlet("in", picture(size, seconds)); },
            .outlet = "out"};
  }

  Case receive_video(const Codec& codec, Resolution camera, Resolution tile) const {
    const auto set = [tile](gst::Pipeline& pipeline) {
      pipeline.set_text("video_size", "caps", gst::raw_video_caps(tile));
    };
    const std::string name = "receive-" + codec.name;
    const std::string to_rtp = video_to_rtp(codec, camera);
    return {.description = name,
            .what = text_of(camera) + " to " + text_of(tile),
            .kind = Case::Kind::pictures,
            .start = [=, text = fed(name)] { return start_alone(name, text, set); },
            .prove =
                [=](const Alone& alone) {
                  const auto rtp = through(to_rtp, solid_picture(camera, red, proof_pictures));
                  return expect_pictures(left_by(alone, "bench_in", rtp), tile);
                },
            .media =
                [=, *this](double seconds) {
                  return at_inlet("bench_in", through(to_rtp, picture(camera, seconds)));
                },
            .outlet = "video"};
  }

  Case send_video(const Codec& codec, Resolution size) const {
    const std::string name = "send-" + codec.name;
    const std::string encode = video_to_rtp(codec, size) + " ! " + codec.depayload;
    return {.description = name,
            .what = text_of(size),
            .kind = Case::Kind::pictures,
            .start = [=, text = emptied(name)] { return start_alone(name, text); },
            .prove =
                [=](const Alone& alone) {
                  const auto encoded = through(encode, solid_picture(size, red, proof_pictures));
                  return expect_pictures(
                      left_by(alone, "send_video", encoded, codec.depayload + " ! " + codec.decode),
                      size);
                },
            .media =
                [=, *this](double seconds) {
                  return at_inlet("send_video", through(encode, picture(size, seconds)));
                },
            .outlet = "bench_out"};
  }

  // `before` makes what enters from mono float, `after` mono float from what leaves.
  Case sound(const std::string& name, const std::string& text, const std::string& inlet,
             const std::string& outlet, const std::string& before, const std::string& after) const {
    return {.description = name,
            .what = "",
            .kind = Case::Kind::sound,
            .start = [=] { return start_alone(name, text); },
            .prove = [=](const Alone& alone) -> Result<void> {
              const auto heard = left_by(alone, inlet, through(before, tone(proof_sounds)), after);
              if (!heard) return heard.error();
              return expect_tone(*heard, proof_sounds);
            },
            .media =
                [=](double seconds) {
                  return at_inlet(
                      inlet, through(before, noise(count_of(seconds, sound_frames_per_second))));
                },
            .outlet = outlet};
  }
  Case encode_opus() const {
    return sound("encode-opus", descriptions_.text("encode-opus"), "in", "out", "identity",
                 opus.decode);
  }
  Case receive_opus() const {
    return sound("receive-opus", fed("receive-opus"), "bench_in", "audio", opus_to_rtp, "identity");
  }
  Case send_opus() const {
    return sound("send-opus", emptied("send-opus"), "send_audio", "bench_out",
                 opus_to_rtp + " ! " + opus.depayload, opus.depayload + " ! " + opus.decode);
  }

 private:
  static Result<void> expect_pictures(const Result<Media>& pictures, Resolution size) {
    if (!pictures) return pictures.error();
    return expect_picture(*pictures, proof_pictures, size, red);
  }

  Result<Media> picture(Resolution size, double seconds) const {
    auto raw = footage(file_, size);
    if (!raw) return raw;
    return extended(*raw, count_of(seconds, frames_per_second), frames_per_second);
  }

  // In a peer these two are linked to webrtcbin; here to what feeds and empties them.
  std::string fed(const std::string& name) const {
    return "appsrc name=bench_in is-live=true format=time do-timestamp=false ! " +
           descriptions_.text(name);
  }
  std::string emptied(const std::string& name) const {
    std::string text = descriptions_.text(name);
    // The clock of a benchmark is that of an appsrc: it says when the stream ends.
    const std::string direct = "directsrc";
    const std::size_t at = text.find(direct);
    if (at != std::string::npos) text.replace(at, direct.size(), "appsrc is-live=true format=time");
    return text +
           " ! appsink name=bench_out sync=false async=false enable-last-sample=false"
           " max-buffers=500";
  }

  const gst::Descriptions& descriptions_;
  std::string file_;
};

// ---- Descriptions of the user's own ----

// A source of what an inlet takes, by its caps; empty if none is known.
std::string source_for(GstCaps* caps, double seconds) {
  const GstStructure* form = gst_caps_get_structure(caps, 0);
  const std::string type = gst_structure_get_name(form);
  const char* encoding_field = gst_structure_get_string(form, "encoding-name");
  const std::string encoding = encoding_field != nullptr ? encoding_field : "";
  const std::string picture = "videotestsrc pattern=zone-plate kx2=12 ky2=9 kt=4 num-buffers=" +
                              std::to_string(count_of(seconds, frames_per_second));
  const std::string sound = "audiotestsrc freq=440 volume=0.1 samplesperbuffer=960 num-buffers=" +
                            std::to_string(count_of(seconds, sound_frames_per_second));
  constexpr Resolution size{640, 360};
  const std::string sized = picture + " ! " + gst::raw_video_caps(size) + ",framerate=30/1 ! ";
  if (type == "video/x-raw") return picture + " ! videoconvert ! videoscale ! videorate";
  if (type == "audio/x-raw") return sound + " ! audioconvert ! audioresample";
  if (type == "audio/x-opus") return sound + " ! " + opus_to_rtp + " ! " + opus.depayload;
  if (encoding == "OPUS") return sound + " ! " + opus_to_rtp;
  for (const Codec& codec : {vp8, h264}) {
    std::string rtp = sized + video_to_rtp(codec, size);
    if (encoding == name(codec.video)) return rtp;
    if (type != "video/x-" + codec.name) continue;
    rtp.append(" ! ").append(codec.depayload);
    // The inlet may want another form of H.264.
    if (codec.video == VideoCodec::h264) rtp.append(" ! h264parse");
    return rtp;
  }
  return "";
}

using Inlets = std::map<std::string, gst::Ref<GstCaps>>;

Result<std::vector<Entering>> media_for(const Inlets& inlets, double seconds) {
  std::vector<Entering> entering;
  for (const auto& [inlet, caps] : inlets) {
    const std::string form = CString(gst_caps_to_string(caps.get())).get();
    std::string text = source_for(caps.get(), seconds);
    if (text.empty()) {
      std::string what = inlet;
      what.append(": nothing is known that makes ").append(form);
      return Error{"pipeline_invalid", what};
    }
    text.append(" ! capsfilter caps=\"").append(form).append("\" ! appsink name=out sync=false");
    constexpr std::size_t all = 1'000'000;
    auto media = produce(text, all);
    if (!media) return media.error();
    entering.push_back({inlet, std::move(*media)});
  }
  return entering;
}

Result<void> prove_own(const Alone& alone, const Inlets& inlets, bool own_time) {
  const auto media = media_for(inlets, 1);
  if (!media) return media.error();
  const auto pace = own_time ? Pace::endless : Pace::as_taken;
  const auto passed = pass(alone, *media, {.pace = pace, .length = 1s});
  if (!passed) return passed.error();
  for (const auto& [outlet, left] : passed->left) {
    if (left.empty()) return Error{"wrong_output", "nothing leaves by " + outlet};
  }
  return {};
}

}  // namespace

int count_of(double seconds, int rate) {
  return std::max(1, static_cast<int>(std::lround(seconds * rate)));
}

std::vector<Case> cases_of(const gst::Descriptions& descriptions, const std::string& media,
                           const std::vector<Resolution>& sizes) {
  const Cases make(descriptions, media);
  std::vector<Case> cases;
  for (const Codec& codec : {vp8, h264}) {
    for (const Resolution size : sizes) cases.push_back(make.encode_video(codec, size));
  }
  cases.push_back(make.encode_opus());
  for (const Codec& codec : {vp8, h264}) {
    for (const Resolution size : sizes) {
      cases.push_back(make.receive_video(codec, size, size));
      cases.push_back(make.receive_video(codec, size, tile_of_nine));
    }
  }
  cases.push_back(make.receive_opus());
  for (const int tiles : {1, 4, 9, 25}) cases.push_back(mix_video(descriptions, tiles));
  for (const int speaking : {0, 3, 8}) cases.push_back(mix_audio(descriptions, speaking));
  for (const Codec& codec : {vp8, h264}) {
    for (const Resolution size : sizes) cases.push_back(make.send_video(codec, size));
  }
  cases.push_back(make.send_opus());
  return cases;
}

Result<Case> case_of(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream || content.str().empty()) {
    return Error{"pipeline_invalid", file + " can't be read"};
  }
  constexpr int slots = 2;
  const std::string text = gst::expand_description(content.str(), slots);
  const std::string name = std::filesystem::path(file).stem();
  const auto once = start_alone(name, text);
  if (!once) return once.error();
  const auto inlets = inlets_with_caps(*once->pipeline);
  const bool own_time = keeps_own_time(*once->pipeline);
  if (inlets.empty() && !own_time) {
    return Error{"pipeline_invalid", file + ": no appsrc says with its caps what it takes"};
  }
  return Case{.description = name,
              .what = "",
              .keeps_own_time = own_time,
              .start = [=] { return start_alone(name, text); },
              .prove = [=](const Alone& alone) { return prove_own(alone, inlets, own_time); },
              .media = [=](double seconds) { return media_for(inlets, seconds); },
              .outlet = once->outlets.front()};
}

}  // namespace tessera::bench
