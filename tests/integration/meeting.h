#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "mcu/mcu.h"
#include "support/client.h"
#include "support/sinks.h"
#include "support/wait.h"

namespace tessera::test {

inline constexpr Colour red{200, 40, 40};
inline constexpr Colour green{40, 160, 60};
inline constexpr Colour blue{40, 70, 210};

// A whole MCU in this process, and clients that come to it over real sockets.
class Meeting : public testing::Test {
 protected:
  explicit Meeting(mcu::Options options = {});
  ~Meeting() override;

  // Comes in and waits until media flows.
  std::unique_ptr<Client> join(ClientOptions options);

  std::string url() const { return mcu_->url(); }

  // Ends it for all who are there.
  void stop() { EXPECT_TRUE(mcu_->stop()); }

 private:
  std::unique_ptr<mcu::Mcu> mcu_;
};

// Whether the middle of somebody's tile has this colour, in the picture that the client received.
testing::AssertionResult sees(Client& viewer, const std::string& whom, const Colour& colour);
// The same within a time.
testing::AssertionResult soon_sees(Client& viewer, const std::string& whom, const Colour& colour,
                                   Duration deadline = std::chrono::seconds(5));

// Whether somebody's avatar is in their tile: what is drawn for their name, beside the letters.
testing::AssertionResult sees_avatar(Client& viewer, const std::string& whom);
testing::AssertionResult soon_sees_avatar(Client& viewer, const std::string& whom,
                                          Duration deadline = std::chrono::seconds(5));

// Whether the label with somebody's name lies over this colour in their tile's lower left corner.
testing::AssertionResult soon_sees_label(Client& viewer, const std::string& whom,
                                         const Colour& below,
                                         Duration deadline = std::chrono::seconds(5));

// A colour as it arrives: the encoder's quantizer and the way through RGB leave so much of it.
bool is_colour(const std::optional<Pixel>& pixel, const Colour& colour);

// Whether each of the tones is heard, and those in `not_heard` are 40 dB below the softest of them,
// in sound that did arrive.
testing::AssertionResult soon_hears(Client& listener, const std::vector<double>& heard,
                                    const std::vector<double>& not_heard,
                                    Duration deadline = std::chrono::seconds(5));

}  // namespace tessera::test
