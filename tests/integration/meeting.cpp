#include "integration/meeting.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "mcu/options.h"
#include "mixer/drawing.h"

namespace tessera::test {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

constexpr double heard_from_db = -40;
constexpr int colour_tolerance = 5;

mcu::Options with_own_folders(mcu::Options options) {
  options.port = 0;
  options.pipelines = TESSERA_SOURCE_DIR "/pipelines";
  options.web_client = TESSERA_SOURCE_DIR "/web-client";
  return options;
}

struct Place {
  int x = 0;
  int y = 0;
};

// The colour of a drawing's pixel over an opaque colour.
Colour over(const Colour& below, const mixer::Image& image, const Place& at) {
  const auto* pixel =
      &image.argb[static_cast<std::size_t>(at.y) * image.stride + std::size_t{4} * at.x];
  const auto blend = [alpha = pixel[3]](int channel, int under) {
    return channel + under * (255 - alpha) / 255;
  };
  return {blend(pixel[2], below.red), blend(pixel[1], below.green), blend(pixel[0], below.blue)};
}

std::string name_of(const Client& viewer, const std::string& whom) {
  return viewer.participants().at(whom).at("name");
}

Resolution in_pixels(const Client::Tile& tile, Resolution canvas) {
  return {static_cast<int>(std::lround(tile.width * canvas.width)),
          static_cast<int>(std::lround(tile.height * canvas.height))};
}

AssertionResult sees_label(Client& viewer, const std::string& whom, const Colour& below) {
  const auto tile = viewer.tile_of(whom);
  if (!tile) return AssertionFailure() << whom << " has no tile";
  const Resolution size = in_pixels(*tile, viewer.received().size());
  const mixer::Image label = mixer::draw_label(name_of(viewer, whom), true, size);
  if (label.empty()) return AssertionFailure() << "no picture";
  const int margin = std::max(4, size.height / 40);  // As in mcu/tile.cpp.
  // In the pill's round end, where no letter is.
  const Place in_label{label.size.height / 4, label.size.height / 2};
  const auto [x, y] = tile->at(
      static_cast<double>(margin + in_label.x) / size.width,
      static_cast<double>(size.height - margin - label.size.height + in_label.y) / size.height);
  const auto pixel = viewer.received().pixel(x, y);
  const Colour expected = over(below, label, in_label);
  if (is_colour(pixel, expected)) return AssertionSuccess();
  return AssertionFailure() << "the label of " << whom << " is seen as " << describe(pixel)
                            << ", not "
                            << describe(yuv(expected.red, expected.green, expected.blue));
}

}  // namespace

bool is_colour(const std::optional<Pixel>& pixel, const Colour& colour) {
  return is_near(pixel, yuv(colour.red, colour.green, colour.blue), colour_tolerance);
}

Meeting::Meeting(mcu::Options options) {
  auto started = mcu::Mcu::start(with_own_folders(std::move(options)));
  if (!started) throw std::runtime_error(started.error().message);
  mcu_ = std::move(*started);
}

Meeting::~Meeting() { stop(); }

std::unique_ptr<Client> Meeting::join(ClientOptions options) {
  auto client = std::make_unique<Client>(url(), std::move(options));
  EXPECT_TRUE(wait_until([&] { return client->is_connected() || client->is_closed(); }));
  EXPECT_TRUE(client->is_connected()) << testing::PrintToString(client->error_codes());
  return client;
}

AssertionResult sees(Client& viewer, const std::string& whom, const Colour& colour) {
  const auto tile = viewer.tile_of(whom);
  if (!tile) return AssertionFailure() << whom << " has no tile";
  const auto [x, y] = tile->middle();
  const auto pixel = viewer.received().pixel(x, y);
  if (is_colour(pixel, colour)) return AssertionSuccess();
  return AssertionFailure() << whom << " is seen as " << describe(pixel);
}

AssertionResult soon_sees(Client& viewer, const std::string& whom, const Colour& colour,
                          Duration deadline) {
  wait_until([&] { return bool(sees(viewer, whom, colour)); }, deadline);
  return sees(viewer, whom, colour);
}

AssertionResult sees_avatar(Client& viewer, const std::string& whom) {
  const auto tile = viewer.tile_of(whom);
  if (!tile) return AssertionFailure() << whom << " has no tile";
  const Resolution size = in_pixels(*tile, viewer.received().size());
  const mixer::Image avatar = mixer::draw_avatar(name_of(viewer, whom), size);
  if (avatar.empty()) return AssertionFailure() << "no picture";
  // The background near a corner, and the disc above and below the letters.
  for (const auto& [across, down] : {std::pair(0.1, 0.1), {0.5, 0.32}, {0.5, 0.68}}) {
    const auto [x, y] = tile->at(across, down);
    const auto pixel = viewer.received().pixel(x, y);
    const Place in_avatar{static_cast<int>(across * size.width),
                          static_cast<int>(down * size.height)};
    const Colour expected = over({}, avatar, in_avatar);
    if (!is_colour(pixel, expected)) {
      return AssertionFailure() << whom << " is seen at " << across << ", " << down << " as "
                                << describe(pixel) << ", not "
                                << describe(yuv(expected.red, expected.green, expected.blue));
    }
  }
  return AssertionSuccess();
}

AssertionResult soon_sees_avatar(Client& viewer, const std::string& whom, Duration deadline) {
  wait_until([&] { return bool(sees_avatar(viewer, whom)); }, deadline);
  return sees_avatar(viewer, whom);
}

AssertionResult soon_sees_label(Client& viewer, const std::string& whom, const Colour& below,
                                Duration deadline) {
  wait_until([&] { return bool(sees_label(viewer, whom, below)); }, deadline);
  return sees_label(viewer, whom, below);
}

AssertionResult soon_hears(Client& listener, const std::vector<double>& heard,
                           const std::vector<double>& not_heard, Duration deadline) {
  std::string levels;
  const auto is_right = [&] {
    levels = "not yet half a second of sound";
    if (!listener.received().tone_db(0)) return false;
    levels.clear();
    double softest = std::numeric_limits<double>::infinity();
    double loudest_of_others = -std::numeric_limits<double>::infinity();
    const auto measure = [&](double hz) {
      const double level = listener.received().tone_db(hz).value_or(0);
      levels += std::to_string(hz) + " Hz: " + std::to_string(level) + " dB; ";
      return level;
    };
    for (const double hz : heard) softest = std::min(softest, measure(hz));
    for (const double hz : not_heard) loudest_of_others = std::max(loudest_of_others, measure(hz));
    if (heard.empty()) return loudest_of_others < heard_from_db - 40;
    return softest > heard_from_db && softest - loudest_of_others >= 40;
  };
  if (wait_until(is_right, deadline)) return AssertionSuccess();
  return AssertionFailure() << levels;
}

}  // namespace tessera::test
