#include "egress/connection.h"

#include <gio/gio.h>

#include <atomic>
#include <utility>

#include "egress/flv.h"
#include "gst/inlet.h"
#include "gst/pads.h"

namespace tessera::egress {
namespace {

constexpr Duration watch_interval = std::chrono::milliseconds(250);
constexpr Duration settling_time = std::chrono::milliseconds(500);

bool is_header(GstPadProbeInfo* info) {
  if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) == 0) return false;
  GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  return GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_HEADER) || !GST_BUFFER_PTS_IS_VALID(buffer);
}

// Whether an element is at work on what came in at that pad: then the pad is locked.
bool is_busy(GstPad* pad) {
  if (!GST_PAD_STREAM_TRYLOCK(pad)) return true;
  GST_PAD_STREAM_UNLOCK(pad);
  return false;
}

}  // namespace

// How the sink gets on: written by the thread that it blocks.
struct Connection::Progress {
  std::atomic<TimePoint> given_at = Clock::now();  // when the sink was last given something
  std::atomic<int> media = 0;                      // how much it was given, not counting headers
  std::function<void()> second_given;              // So it has taken the first.
};

Result<std::unique_ptr<Connection>> Connection::open(const std::string& name, const Target& target,
                                                     const std::shared_ptr<BroadcastTime>& timeline,
                                                     const gst::Descriptions& descriptions,
                                                     Patience patience, std::size_t attempt,
                                                     Events events) {
  const RtmpTarget* rtmp = target.rtmp();
  auto pipeline = gst::Pipeline::create(
      name, descriptions.text(rtmp != nullptr ? "broadcast-rtmp" : "broadcast-srt"));
  if (!pipeline) return pipeline.error();
  const Beginning beginning = begin_at_keyframe(**pipeline, timeline);
  std::unique_ptr<Connection> connection(
      new Connection(std::move(*pipeline), patience, std::move(events)));
  if (rtmp != nullptr) {
    connection->go_to(*rtmp, beginning);
  } else {
    connection->go_to(*target.srt(), attempt);
  }
  return connection;
}

Connection::Connection(std::unique_ptr<gst::Pipeline> pipeline, Patience patience, Events events)
    : patience_(patience), events_(std::move(events)), pipeline_(std::move(pipeline)) {
  watch_progress();
}

void Connection::go_to(const RtmpTarget& target, const Beginning& beginning) {
  stamp_flv_tags(*pipeline_, "sink", beginning);
  socket_.emplace(*pipeline_, "sink");
  pipeline_->set_text("sink", "scheme", target.has_tls ? "rtmps" : "rtmp");
  pipeline_->set("sink", "host", target.host.c_str());
  pipeline_->set("sink", "port", target.port);
  pipeline_->set("sink", "application", target.application.c_str());
  pipeline_->set("sink", "stream", target.stream.c_str());
  if (!target.user.empty()) {
    pipeline_->set("sink", "username", target.user.c_str());
    pipeline_->set("sink", "password", target.password.c_str());
  }
  start();
}

void Connection::go_to(const SrtTarget& target, std::size_t attempt) {
  waits_for_readers_ = target.listens;
  const std::string host = target.listens && target.host.empty() ? "0.0.0.0" : target.host;
  if (g_hostname_is_ip_address(host.c_str())) return go_to(target, host);
  // srtsink would look the name up itself, and the control thread would wait.
  lookup_ = std::make_unique<HostLookup>(host, [this, target, attempt](const auto& addresses) {
    lookup_.reset();
    if (addresses.empty()) return lose({"There is no server of that name."});
    go_to(target, addresses[attempt % addresses.size()]);
  });
}

void Connection::go_to(const SrtTarget& target, const std::string& address) {
  // First, as it resets what else is set.
  const std::string uri = "srt://" + in_brackets_if_ipv6(address) + ":" +
                          std::to_string(target.port) +
                          "?mode=" + (target.listens ? "listener" : "caller") +
                          "&peeridletimeo=" + std::to_string(patience_.live.count());
  pipeline_->set("sink", "uri", uri.c_str());
  pipeline_->set("sink", "latency", target.latency_ms);
  if (!target.stream_id.empty()) pipeline_->set("sink", "streamid", target.stream_id.c_str());
  if (!target.passphrase.empty()) {
    pipeline_->set("sink", "passphrase", target.passphrase.c_str());
    if (target.key_length > 0) pipeline_->set("sink", "pbkeylen", target.key_length);
  }
  if (target.listens) watch_readers();
  start();
}

void Connection::watch_readers() {
  const auto sink = pipeline_->element("sink");
  using Caller = void(gint, GSocketAddress*);
  signals_.push_back(Signal::connect<Caller>(
      sink.get(), "caller-added",
      [handle = anchor_.handle(), this](auto, auto) { handle.post([this] { reader_came(); }); }));
  signals_.push_back(Signal::connect<Caller>(
      sink.get(), "caller-removed",
      [handle = anchor_.handle(), this](auto, auto) { handle.post([this] { reader_left(); }); }));
}

// Nothing flows before somebody is there, so that the first picture they get is one of now.
void Connection::reader_came() {
  if (++readers_ == 1) return link();
  if (picture_ != nullptr) picture_->request_keyframe();
}

void Connection::reader_left() {
  if (--readers_ == 0) lose({"The reader has left."});
}

void Connection::start() {
  pipeline_->keep_errors_private(
      [text = fault_](GstMessage* error) { *text = gst::text_of(error); });
  pipeline_->on_failure([this](const Error&) { lose(meaning_of_fault()); });
  if (pipeline_->start()) return;
  // The pipeline no longer tells.
  anchor_.handle().post([this] { lose(meaning_of_fault()); });
}

Loss Connection::meaning_of_fault() const {
  if (is_taken_) return {"The connection to the server is lost."};
  return loss_from(*fault_, std::chrono::duration_cast<Duration>(Clock::now() - opened_at_));
}

void Connection::watch_progress() {
  progress_ = std::make_shared<Progress>();
  sink_pad_ = gst::static_pad(pipeline_->element("sink").get(), "sink");
  progress_->second_given = [handle = anchor_.handle(), this] {
    handle.post([this] { settle(); });
  };
  using Shared = std::shared_ptr<Progress>;
  gst_pad_add_probe(
      sink_pad_.get(), gst::buffers_and_lists,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        Progress& progress = **static_cast<Shared*>(data);
        progress.given_at = Clock::now();
        if (!is_header(info) && ++progress.media == 2) progress.second_given();
        return GST_PAD_PROBE_OK;
      },
      new Shared(progress_), [](gpointer data) { delete static_cast<Shared*>(data); });
  watch_.start_repeating(watch_interval, [this] { check(); });
}

void Connection::check() {
  const TimePoint now = Clock::now();
  if (lookup_ && now - opened_at_ > patience_.connecting) {
    return lose({"Nobody answers where the server's name is looked up."});
  }
  if (!takes_nothing(now)) return;
  lose({is_taken_ ? "The server takes nothing any more." : "The server doesn't answer."});
}

bool Connection::takes_nothing(TimePoint now) {
  const Duration patience = is_taken_ ? patience_.live : patience_.connecting;
  if (is_busy(sink_pad_.get()) && now - progress_->given_at.load() > patience) return true;
  const auto delivery = socket_ ? socket_->delivery() : std::nullopt;
  if (!delivery || !delivery->is_waiting || delivery->received != received_) {
    received_ = delivery ? delivery->received : 0;
    received_at_ = now;
  }
  return now - received_at_ > patience;
}

// Some servers accept every stream, look at its key, and then close the connection.
void Connection::settle() {
  settling_.start_once(settling_time, [this] { taken(); });
}

void Connection::taken() {
  is_taken_ = true;
  if (const auto callback = std::exchange(events_.taken, nullptr)) callback();
}

void Connection::lose(const Loss& loss) {
  watch_.stop();
  settling_.stop();
  feed(nullptr, nullptr);
  if (const auto callback = std::exchange(events_.lost, nullptr)) callback(loss);
}

void Connection::feed(const gst::Outlet* picture, const gst::Outlet* sound) {
  picture_route_.reset();
  sound_route_.reset();
  picture_ = picture;
  sound_ = sound;
  if (!waits_for_readers_ || readers_ > 0) link();
}

void Connection::link() {
  if (picture_ == nullptr || sound_ == nullptr) return;
  using Media = gst::Route::Media;
  sound_route_ =
      std::make_unique<gst::Route>(*sound_, gst::Inlet(*pipeline_, "sound"), Media::any_buffer);
  picture_route_ = std::make_unique<gst::Route>(*picture_, gst::Inlet(*pipeline_, "picture"),
                                                Media::needs_keyframe);
}

}  // namespace tessera::egress
