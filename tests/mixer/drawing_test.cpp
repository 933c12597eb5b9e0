#include "mixer/drawing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace tessera::mixer {
namespace {

constexpr Resolution tile{640, 360};

// Of people and of mischief; what each test of all names goes through.
const std::vector<std::string> names = {"Anna Schmidt",
                                        "Jürgen Müller",
                                        "محمد عبد الله",
                                        "王小明",
                                        "山田 太郎",
                                        "😀",
                                        "👩‍👩‍👧 Family",
                                        "Q",
                                        "bob",
                                        "Зоя Космодемьянская",
                                        "नमस्ते दुनिया",
                                        std::string(1000, 'W'),
                                        "-- --",
                                        "two\nlines\tand\a bell",
                                        "\u202Ebackwards\u202C",
                                        "\xff\xfe not UTF-8 \xc3",
                                        std::string("a\0b", 3)};

struct Pixel {
  int blue, green, red, alpha;

  auto operator<=>(const Pixel&) const = default;
};

Pixel pixel_at(const Image& image, int x, int y) {
  const auto* bytes = &image.argb[static_cast<size_t>(y) * image.stride + 4 * x];
  return {bytes[0], bytes[1], bytes[2], bytes[3]};
}

std::vector<Pixel> pixels_of(const Image& image) {
  std::vector<Pixel> pixels;
  for (int y = 0; y < image.size.height; ++y) {
    for (int x = 0; x < image.size.width; ++x) pixels.push_back(pixel_at(image, x, y));
  }
  return pixels;
}

// Left of the initials, on the disc.
Pixel disc_of(const Image& avatar) {
  return pixel_at(avatar, avatar.size.width / 2 - avatar.size.height * 22 / 100,
                  avatar.size.height / 2);
}

// https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
double luminance(const Pixel& pixel) {
  const auto linear = [](int value) {
    const double part = value / 255.0;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(pixel.red) + 0.7152 * linear(pixel.green) + 0.0722 * linear(pixel.blue);
}

double contrast(const Pixel& lighter, const Pixel& darker) {
  return (luminance(lighter) + 0.05) / (luminance(darker) + 0.05);
}

constexpr Pixel white{255, 255, 255, 255};

TEST(Initials, AreTheFirstLettersOfTheFirstAndLastWord) {
  const std::array<std::pair<std::string, std::string>, 30> table{{
      {"Anna Schmidt", "AS"},
      {"Anna Maria von Schmidt", "AS"},
      {"bob", "B"},
      {"  bob   builder ", "BB"},
      {"Q", "Q"},
      {"jürgen östberg", "JÖ"},
      {"u\u0308mit o\u0308z", "ÜÖ"},  // decomposed umlauts
      {"ßuper", "ß"},                 // has no capital of one letter
      {"ĳsbrand", "Ĳ"},
      {"зоя", "З"},
      {"王小明", "王"},
      {"山田 太郎", "山太"},
      {"山田\u3000太郎", "山太"},  // an ideographic space
      {"محمد علي", "م\u200Cع"},    // which would otherwise be joined into one
      {"😀", "😀"},
      {"👩‍👩‍👧 Family", "👩‍👩‍👧F"},
      {"🇩🇪 Team", "🇩🇪T"},
      {"👋🏽", "👋🏽"},
      {"Ada Lovelace (she/her)", "AL"},
      {"(Ada)", "A"},
      {"\"Ada\" 'Lovelace'", "AL"},
      {"Ada - Lovelace -", "AL"},
      {"Dr. Ada O'Neil", "DO"},
      {"2nd guest", "2G"},
      {"C++", "C"},
      {"two\nlines", "TL"},
      {"", "?"},
      {" \t\n", "?"},
      {"-- ...", "?"},
      {"\xff\xfe", "?"},
  }};
  for (const auto& [name, expected] : table) EXPECT_EQ(initials(name), expected) << name;
}

TEST(Avatar, IsOpaqueAndOfTheSizeAskedForWhateverTheName) {
  for (const std::string& name : names) {
    for (const Resolution size : {tile, Resolution{256, 144}, {2, 2}, {90, 160}}) {
      const Image avatar = draw_avatar(name, size);
      EXPECT_EQ(avatar.size, size);
      EXPECT_GE(avatar.stride, 4 * size.width);
      ASSERT_EQ(avatar.argb.size(), static_cast<size_t>(avatar.stride) * size.height);
      EXPECT_TRUE(std::ranges::all_of(pixels_of(avatar), [](auto& p) { return p.alpha == 255; }));
    }
  }
  EXPECT_TRUE(draw_avatar("Anna", {0, 0}).empty());
}

TEST(Avatar, ShowsWhiteLettersInTheMiddle) {
  for (const char* name : {"Anna Schmidt", "Ü", "Зоя"}) {
    const Image avatar = draw_avatar(name, tile);
    int left = tile.width;
    int right = 0;
    for (int y = 0; y < tile.height; ++y) {
      for (int x = 0; x < tile.width; ++x) {
        if (pixel_at(avatar, x, y) != white) continue;
        left = std::min(left, x);
        right = std::max(right, x);
        EXPECT_LT(std::hypot(x - tile.width / 2.0, y - tile.height / 2.0), tile.height * 0.25);
      }
    }
    EXPECT_LT(left, right) << name;
    EXPECT_NEAR(tile.width - 1 - right, left, 3) << name;
  }
}

TEST(Avatar, HasAColourThatBelongsToTheName) {
  EXPECT_EQ(draw_avatar("Anna", tile), draw_avatar("Anna", tile));
  EXPECT_EQ(draw_avatar("J\u00fcrgen", tile), draw_avatar(" Ju\u0308rgen\n", tile))
      << "looks alike";
  EXPECT_EQ(disc_of(draw_avatar("Anna", tile)), disc_of(draw_avatar("Anna", {1280, 720})));
  EXPECT_EQ(disc_of(draw_avatar("Anna Schmidt", tile)), (Pixel{135, 118, 3, 255}))
      << "the colour of a name may not change from version to version";

  std::set<Pixel> colours;
  for (const std::string& name : names) colours.insert(disc_of(draw_avatar(name, tile)));
  EXPECT_GE(colours.size(), names.size() - 2) << "there are only so many colours";
}

TEST(Avatar, IsLegibleAndDarkInEveryColour) {
  for (int i = 0; i < 300; ++i) {
    const Image avatar = draw_avatar("Guest " + std::to_string(i), {64, 36});
    const Pixel disc = disc_of(avatar);
    const Pixel background = pixel_at(avatar, 0, 0);
    EXPECT_GE(contrast(white, disc), 4.5) << "guest " << i;
    EXPECT_GE(contrast(disc, background), 2.5) << "guest " << i;
    EXPECT_LE(luminance(background), 0.03) << "guest " << i;
  }
}

TEST(LeftOut, SaysSoInAnOpaquePictureWithoutAColour) {
  const Image still = draw_left_out(tile);
  ASSERT_EQ(still.size, tile);
  const std::vector<Pixel> pixels = pixels_of(still);
  for (const Pixel& pixel : pixels) {
    ASSERT_EQ(pixel.alpha, 255);
    ASSERT_NEAR(pixel.red, pixel.green, 1);
    ASSERT_NEAR(pixel.green, pixel.blue, 1);
  }
  EXPECT_GE(contrast(*std::ranges::max_element(pixels, {}, luminance), pixels.front()), 4.5);
  EXPECT_TRUE(draw_left_out({0, 0}).empty());
}

TEST(Slate, NamesTheRoomInTheMiddleOfAnOpaquePicture) {
  const Resolution size{320, 180};
  const Image slate = draw_slate("standup", size);
  ASSERT_EQ(slate.size, size);
  for (std::size_t i = 3; i < slate.argb.size(); i += 4) ASSERT_EQ(slate.argb[i], 255);
  EXPECT_NE(slate, draw_slate("retro", size));
  EXPECT_EQ(slate, draw_slate("standup", size));
  EXPECT_TRUE(draw_slate("standup", {0, 0}).empty());
  const std::string long_name(64, 'w');
  EXPECT_EQ(draw_slate(long_name, size).size, size);
}

TEST(Label, IsSeenAndNeverWiderThanItMayBe) {
  for (const std::string& name : names) {
    for (const Resolution size : {tile, Resolution{256, 144}, {1280, 720}, {160, 90}, {64, 64}}) {
      for (const bool microphone : {true, false}) {
        const Image label = draw_label(name, microphone, size);
        if (label.empty()) {
          EXPECT_LT(size.height, 144) << name;
          continue;
        }
        EXPECT_LE(label.size.width, size.width * 0.8);
        EXPECT_LE(label.size.height, size.height / 2);
        EXPECT_EQ(label.size.width % 2 + label.size.height % 2, 0);
        const auto pixels = pixels_of(label);
        EXPECT_TRUE(std::ranges::any_of(pixels, [](const Pixel& p) { return p.alpha > 200; }));
        for (const Pixel& pixel : pixels) {
          ASSERT_LE(std::max({pixel.red, pixel.green, pixel.blue}), pixel.alpha)
              << "alpha is premultiplied";
        }
      }
    }
  }
}

TEST(Label, IsAsWideAsTheNameAndCutShortAtTheLimit) {
  const auto width = [](const std::string& name) {
    return draw_label(name, true, tile).size.width;
  };
  EXPECT_LT(width("Bo"), width("Anna Schmidt"));
  EXPECT_LT(width("Anna Schmidt"), tile.width / 2);
  EXPECT_NEAR(width(std::string(64, 'W')), 0.8 * tile.width, 20);
}

TEST(Label, OfOneTileSizeHaveOneHeight) {
  for (const std::string& name : names) {
    EXPECT_EQ(draw_label(name, true, tile).size.height, draw_label("x", false, tile).size.height);
  }
}

TEST(Label, TellsWhoseMicrophoneIsOff) {
  const Image on = draw_label("Anna", true, tile);
  const Image off = draw_label("Anna", false, tile);
  EXPECT_GT(off.size.width, on.size.width);
  const auto is_reddish = [](const Pixel& p) { return p.red > 150 && p.red > p.green + 40; };
  EXPECT_TRUE(std::ranges::none_of(pixels_of(on), is_reddish));
  EXPECT_TRUE(std::ranges::any_of(pixels_of(off), is_reddish));
}

TEST(Label, IsLegibleOverAWhiteWall) {
  const Image label = draw_label("Anna", true, tile);
  const Pixel pill = pixel_at(label, label.size.width / 2, 1);
  const int wall = 255 - pill.alpha;
  const Pixel seen{pill.blue + wall, pill.green + wall, pill.red + wall, 255};
  EXPECT_GE(contrast(white, seen), 4.5);
}

TEST(Label, HasLettersOfTwelvePixelsOrMoreInTwentyFiveTiles) {
  EXPECT_GE(draw_label("Anna", true, {256, 144}).size.height, 12 * 1.7);
}

TEST(Label, IsEmptyWithoutRoomOrName) {
  EXPECT_TRUE(draw_label("Anna", true, {16, 8}).empty());
  EXPECT_TRUE(draw_label("Anna", true, {0, 0}).empty());
  EXPECT_TRUE(draw_label(" \n", true, tile).empty());
}

}  // namespace
}  // namespace tessera::mixer
