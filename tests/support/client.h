#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/signal.h"
#include "base/units.h"
#include "gst/outlet.h"
#include "gst/pipeline.h"
#include "gst/route.h"
#include "support/received.h"
#include "support/wait.h"
#include "support/websocket.h"

namespace tessera::test {

struct Colour {
  int red = 0;
  int green = 0;
  int blue = 0;
};

// Encoded media that many clients send, so that encoding it costs once: VP8 and Opus.
struct SharedMedia {
  const gst::Outlet* video = nullptr;
  const gst::Outlet* audio = nullptr;
};

struct ClientOptions {
  std::string room = "room";
  std::string name = "Somebody";
  std::string video_codec = "VP8";  // "VP8", "H264", or "" for a client without video.
  Colour colour{200, 40, 40};
  bool camera_blinks = false;  // Black and white, frame by frame, in place of the colour.
  double tone_hz = 440;
  double volume = 0.2;  // Of the tone: 1 is full scale.
  Resolution camera{320, 180};
  bool camera_on = true;
  bool microphone_on = true;
  std::optional<bool> recorded;  // Empty: nothing is said of it.
  std::string token = "";        // Of an earlier connection, to claim its seat.
  SharedMedia shared_media;      // In place of the colour and the tone.
  // Look at what arrives. Else it is only counted, for tests with many clients.
  bool decode = true;
  // Applied to the offer before it is sent, for tests of bad offers.
  std::function<std::string(std::string)> alter_offer;
};

// A participant for tests: webrtcbin as offering client, signalling over a real WebSocket. Sends a
// camera of one colour and a tone, and keeps what it receives. On the control thread, as everything
// that isn't stated otherwise.
class Client {
 public:
  // Starts to join; look at what happened by is_connected(), error_codes() and received().
  Client(const std::string& url, ClientOptions options);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool is_connected() const { return connected_; }
  bool is_closed() const { return websocket_.is_closed(); }
  const std::string& id() const { return id_; }
  const std::string& token() const { return token_; }
  std::vector<std::string> error_codes() const { return websocket_.error_codes(); }
  const nlohmann::json& layout() const { return layout_; }
  // The latest that was told of one; an empty object if none was.
  const nlohmann::json& output() const { return output_; }
  const std::map<std::string, nlohmann::json>& participants() const { return participants_; }
  const std::string& answer() const { return answer_; }

  Received& received() { return *received_; }

  void send(const nlohmann::json& message) { websocket_.send(message); }

  // Says so and closes its connection, as a user's page does.
  void leave();

  void set_camera(bool on);
  void set_microphone(bool on);
  void set_recorded(bool recorded);

  // Stops to send pictures without saying so, as a broken camera does.
  void stall_camera(bool stalled);

  // Falls silent (0) or speaks (up to 1) by the tone's volume, the microphone staying on.
  void set_volume(double volume);

  // Loses its media all at once and says nothing: only the WebSocket goes on.
  void vanish();

  // Somebody's tile in the composite, in fractions of its size. Nothing if they have none.
  struct Point {
    double x = 0;
    double y = 0;
  };
  struct Tile {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;

    // A place in the tile, in fractions of the tile's size.
    Point at(double across, double down) const { return {x + across * width, y + down * height}; }
    Point middle() const { return at(0.5, 0.5); }
  };
  std::optional<Tile> tile_of(const std::string& participant) const;

 private:
  void on_message(const nlohmann::json& message);
  void make_offer();
  void send_offer(const gst::Ref<GstPromise>& reply);
  void take_answer(const std::string& sdp);

  ClientOptions options_;
  WebSocket websocket_;
  std::vector<Signal> signals_;
  std::unique_ptr<gst::Pipeline> pipeline_;
  gst::Ref<GstElement> webrtc_;
  std::vector<std::unique_ptr<gst::Route>> routes_;
  std::shared_ptr<Received> received_;

  bool connected_ = false;
  std::string id_;
  std::string token_;
  std::string answer_;
  nlohmann::json layout_;
  nlohmann::json output_ = nlohmann::json::object();
  std::map<std::string, nlohmann::json> participants_;
  Anchor anchor_;
};

}  // namespace tessera::test
