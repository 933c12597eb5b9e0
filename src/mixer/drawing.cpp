#include "mixer/drawing.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <optional>

#include "base/ref.h"

namespace tessera::mixer {
namespace {

using Surface = std::unique_ptr<cairo_surface_t, FreeWith<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, FreeWith<cairo_destroy>>;
using FontOptions = std::unique_ptr<cairo_font_options_t, FreeWith<cairo_font_options_destroy>>;
using Font = std::unique_ptr<PangoFontDescription, FreeWith<pango_font_description_free>>;
using Text = Ref<PangoLayout>;

constexpr double full_turn = 2 * std::numbers::pi;

struct Color {
  double red, green, blue;
};

// A colour by lightness (0 to 1), chroma and hue (a part of a turn) in Oklab, where colours of one
// lightness look equally light: so white text is as legible on one as on another.
// https://bottosson.github.io/posts/oklab/
Color oklch(double lightness, double chroma, double hue) {
  const double a = chroma * std::cos(full_turn * hue);
  const double b = chroma * std::sin(full_turn * hue);
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  const auto gamma = [](double linear) {
    const double value = std::clamp(linear, 0.0, 1.0);
    return value <= 0.0031308 ? 12.92 * value : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
  };
  return {gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

// FNV-1a, spread over the colour wheel. Not std::hash, which may change with the library.
double hue_of(std::string_view name) {
  std::uint32_t hash = 2166136261;
  for (const char byte : name) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 16777619;
  return hash / 4294967296.0;
}

// Valid UTF-8 in composed form and on one line, so that what looks the same is the same.
std::string tidy(std::string_view name) {
  const CString valid(g_utf8_make_valid(name.data(), static_cast<gssize>(name.size())));
  const CString composed(g_utf8_normalize(valid.get(), -1, G_NORMALIZE_NFC));
  std::string text;
  bool between_words = false;
  for (const gchar* at = composed.get(); *at != 0; at = g_utf8_next_char(at)) {
    const gunichar letter = g_utf8_get_char(at);
    if (g_unichar_isspace(letter) || g_unichar_iscntrl(letter)) {
      between_words = !text.empty();
      continue;
    }
    if (between_words) text += ' ';
    between_words = false;
    text.append(at, g_utf8_next_char(at) - at);
  }
  return text;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find(' ', start), text.size());
    words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

bool is_punctuation(gunichar letter) {
  switch (g_unichar_type(letter)) {
    case G_UNICODE_CONNECT_PUNCTUATION:
    case G_UNICODE_DASH_PUNCTUATION:
    case G_UNICODE_CLOSE_PUNCTUATION:
    case G_UNICODE_FINAL_PUNCTUATION:
    case G_UNICODE_INITIAL_PUNCTUATION:
    case G_UNICODE_OTHER_PUNCTUATION:
    case G_UNICODE_OPEN_PUNCTUATION:
    case G_UNICODE_FORMAT:
      return true;
    default:
      return letter == 0xFFFD;
  }
}

// What a reader takes for the first letter of the text, in capitals.
std::string first_letter(const char* text) {
  const auto length = static_cast<int>(g_utf8_strlen(text, -1));
  std::vector<PangoLogAttr> attributes(length + 1);
  pango_get_log_attrs(text, -1, -1, pango_language_from_string("en"), attributes.data(),
                      static_cast<int>(attributes.size()));
  int end = 1;
  while (end < length && !attributes[end].is_cursor_position) ++end;

  std::string letter;
  for (int i = 0; i < end; ++i, text = g_utf8_next_char(text)) {
    std::array<gchar, 6> utf8;
    const int bytes = g_unichar_to_utf8(g_unichar_toupper(g_utf8_get_char(text)), utf8.data());
    letter.append(utf8.data(), bytes);
  }
  return letter;
}

// The word's initial; none if the word is nothing but punctuation.
std::optional<std::string> initial_of(const std::string& word) {
  const char* at = word.c_str();
  while (*at != 0 && is_punctuation(g_utf8_get_char(at))) at = g_utf8_next_char(at);
  if (*at == 0) return std::nullopt;
  return first_letter(at);
}

bool is_bracketed(const std::string& word) {
  return g_unichar_type(g_utf8_get_char(word.c_str())) == G_UNICODE_OPEN_PUNCTUATION;
}

bool joins_the_next_letter(const std::string& letter) {
  return g_unichar_get_script(g_utf8_get_char(letter.c_str())) == G_UNICODE_SCRIPT_ARABIC;
}

// An image to draw into, transparent at first; the pixels are complete when the drawing is gone.
class Drawing {
 public:
  explicit Drawing(Resolution size) {
    image_.size = size;
    image_.stride = cairo_format_stride_for_width(CAIRO_FORMAT_ARGB32, size.width);
    image_.argb.resize(static_cast<size_t>(image_.stride) * size.height);
    surface_.reset(cairo_image_surface_create_for_data(image_.argb.data(), CAIRO_FORMAT_ARGB32,
                                                       size.width, size.height, image_.stride));
    cairo_.reset(cairo_create(surface_.get()));
  }

  cairo_t* get() const { return cairo_.get(); }

  void color(const Color& color, double alpha = 1) {
    cairo_set_source_rgba(get(), color.red, color.green, color.blue, alpha);
  }

  Image finish() && {
    cairo_.reset();
    cairo_surface_flush(surface_.get());
    surface_.reset();
    return std::move(image_);
  }

 private:
  Image image_;
  Surface surface_;
  Cairo cairo_;
};

constexpr Color white{1, 1, 1};

// The height of a capital letter in parts of the font's size, in all fonts near enough, halved.
constexpr double half_a_capital = 0.36;

bool is_capital(const std::string& letter) {
  const gunichar first = g_utf8_get_char(letter.c_str());
  return g_unichar_isupper(first) || g_unichar_isdigit(first);
}

// The text in letters of this height in pixels. Neither the screen's resolution nor the desktop's
// settings have a say.
Text set_text(const Drawing& drawing, const std::string& text, double size) {
  auto layout = Text::adopt(pango_cairo_create_layout(drawing.get()));
  const Font font(pango_font_description_from_string("Inter,Noto Sans,DejaVu Sans,sans-serif"));
  pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
  pango_font_description_set_weight(font.get(), PANGO_WEIGHT_MEDIUM);

  const FontOptions options(cairo_font_options_create());
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  PangoContext* context = pango_layout_get_context(layout.get());
  pango_cairo_context_set_font_options(context, options.get());
  pango_context_set_language(context, pango_language_from_string("en"));

  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

double in_pixels(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

// A microphone in a square of this size, struck through.
void draw_crossed_microphone(Drawing& drawing, double x, double y, double size) {
  cairo_t* cairo = drawing.get();
  cairo_save(cairo);
  cairo_translate(cairo, x, y);
  cairo_scale(cairo, size / 24, size / 24);
  cairo_push_group(cairo);
  drawing.color({1.0, 0.55, 0.52});
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width(cairo, 2.2);

  // The capsule
  cairo_arc(cairo, 12, 6, 4, -full_turn / 2, 0);
  cairo_arc(cairo, 12, 11, 4, 0, full_turn / 2);
  cairo_close_path(cairo);
  cairo_fill(cairo);
  // The fork and the foot
  cairo_arc(cairo, 12, 11, 7.4, 0, full_turn / 2);
  cairo_move_to(cairo, 12, 18.4);
  cairo_line_to(cairo, 12, 22);
  cairo_stroke(cairo);
  // The stroke, with an edge that sets it off
  cairo_move_to(cairo, 4, 2.5);
  cairo_line_to(cairo, 20.5, 20);
  cairo_set_operator(cairo, CAIRO_OPERATOR_CLEAR);
  cairo_set_line_width(cairo, 5);
  cairo_stroke_preserve(cairo);
  cairo_set_operator(cairo, CAIRO_OPERATOR_OVER);
  cairo_set_line_width(cairo, 2.2);
  cairo_stroke(cairo);

  cairo_pop_group_to_source(cairo);
  cairo_paint(cairo);
  cairo_restore(cairo);
}

void draw_pill(Drawing& drawing, Resolution size) {
  cairo_t* cairo = drawing.get();
  const double radius = size.height / 2.0;
  cairo_arc(cairo, radius, radius, radius, full_turn / 4, -full_turn / 4);
  cairo_arc(cairo, size.width - radius, radius, radius, -full_turn / 4, full_turn / 4);
  cairo_close_path(cairo);
  drawing.color({0.05, 0.06, 0.08}, 0.66);
  cairo_fill(cairo);
}

// In the middle across, cut short if it is too wide.
void draw_line(Drawing& drawing, const std::string& line, double font_size, Resolution size,
               double baseline) {
  const Text text = set_text(drawing, line, font_size);
  pango_layout_set_ellipsize(text.get(), PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment(text.get(), PANGO_ALIGN_CENTER);
  pango_layout_set_width(text.get(), static_cast<int>(0.9 * size.width * PANGO_SCALE));
  cairo_move_to(drawing.get(), 0.05 * size.width,
                baseline - in_pixels(pango_layout_get_baseline(text.get())));
  pango_cairo_show_layout(drawing.get(), text.get());
}

int even_above(double length) { return static_cast<int>(std::ceil(length / 2)) * 2; }
int even_below(double length) { return static_cast<int>(std::floor(length / 2)) * 2; }

}  // namespace

std::string initials(std::string_view name) {
  std::vector<std::string> words = words_of(tidy(name));
  // "Ada Lovelace (she/her)" is AL.
  if (!words.empty() && !is_bracketed(words.front())) {
    words.erase(std::ranges::find_if(words, is_bracketed), words.end());
  }
  std::vector<std::string> letters;
  for (const std::string& word : words) {
    if (auto letter = initial_of(word)) letters.push_back(std::move(*letter));
  }
  if (letters.empty()) return "?";
  if (letters.size() == 1) return letters.front();
  const char* zero_width_non_joiner = "\u200c";
  return letters.front() + (joins_the_next_letter(letters.front()) ? zero_width_non_joiner : "") +
         letters.back();
}

Image draw_avatar(std::string_view name, Resolution size) {
  if (size.width <= 0 || size.height <= 0) return {};
  Drawing drawing(size);
  cairo_t* cairo = drawing.get();
  const double hue = hue_of(tidy(name));
  drawing.color(oklch(0.27, 0.03, hue));
  cairo_paint(cairo);

  const double diameter = 0.5 * std::min(size.width, size.height);
  cairo_arc(cairo, size.width / 2.0, size.height / 2.0, diameter / 2, 0, full_turn);
  drawing.color(oklch(0.52, 0.09, hue));
  cairo_fill(cairo);

  const std::string letters = initials(name);
  const double font_size = 0.44 * diameter;
  const Text text = set_text(drawing, letters, font_size);
  PangoRectangle ink;
  pango_layout_get_extents(text.get(), &ink, nullptr);
  const double scale = std::min(1.0, 0.72 * diameter / std::max(1.0, in_pixels(ink.width)));
  cairo_translate(cairo, size.width / 2.0, size.height / 2.0);
  cairo_scale(cairo, scale, scale);
  // In the middle stands what is seen of them; of capitals without their accents.
  const double top = is_capital(letters) ? half_a_capital * font_size -
                                               in_pixels(pango_layout_get_baseline(text.get()))
                                         : -in_pixels(ink.y) - in_pixels(ink.height) / 2;
  cairo_move_to(cairo, -in_pixels(ink.x) - in_pixels(ink.width) / 2, top);
  drawing.color(white);
  pango_cairo_show_layout(cairo, text.get());
  return std::move(drawing).finish();
}

Image draw_left_out(Resolution size) {
  if (size.width <= 0 || size.height <= 0) return {};
  Drawing drawing(size);
  drawing.color(oklch(0.27, 0, 0));
  cairo_paint(drawing.get());
  const double font_size = 0.08 * std::min(size.width, size.height);
  drawing.color(oklch(0.8, 0, 0));
  draw_line(drawing, "Not recorded", font_size, size,
            0.5 * size.height + half_a_capital * font_size);
  return std::move(drawing).finish();
}

Image draw_slate(std::string_view room, Resolution size) {
  if (size.width <= 0 || size.height <= 0) return {};
  Drawing drawing(size);
  const std::string name = tidy(room);
  const double hue = hue_of(name);
  drawing.color(oklch(0.27, 0.03, hue));
  cairo_paint(drawing.get());
  const double font_size = 0.09 * std::min(size.width, size.height);
  drawing.color(white);
  draw_line(drawing, name, font_size, size, 0.5 * size.height);
  drawing.color(oklch(0.8, 0.05, hue));
  draw_line(drawing, "Please stand by", 0.5 * font_size, size, 0.5 * size.height + 1.2 * font_size);
  return std::move(drawing).finish();
}

Image draw_label(std::string_view name, bool microphone, Resolution tile) {
  // Grows more slowly than the tile: 13 pixels in 25 tiles of 1280x720, 26 in one.
  const std::string line = tidy(name);
  const double font_size = 10 + 0.022 * tile.height;
  const double padding = 0.7 * font_size;
  const double glyph = microphone ? 0 : 1.25 * font_size;
  const double gap = microphone ? 0 : 0.25 * font_size;
  const int height = even_above(1.7 * font_size);
  const int widest = even_below(0.8 * tile.width);
  const double room = widest - 2 * padding - glyph - gap;
  if (room < font_size || height > tile.height / 2 || line.empty()) return {};

  const Drawing ruler({1, 1});
  const Text text = set_text(ruler, line, font_size);
  pango_layout_set_ellipsize(text.get(), PANGO_ELLIPSIZE_END);
  pango_layout_set_width(text.get(), static_cast<int>(room * PANGO_SCALE));
  PangoRectangle extents;
  pango_layout_get_extents(text.get(), nullptr, &extents);
  const double width = 2 * padding + glyph + gap + in_pixels(extents.width);

  Drawing drawing({std::min(even_above(width), widest), height});
  draw_pill(drawing, {std::min(even_above(width), widest), height});
  if (!microphone) {
    draw_crossed_microphone(drawing, 0.8 * padding, (height - glyph) / 2, glyph);
  }
  const double baseline = height / 2.0 + half_a_capital * font_size;
  cairo_move_to(drawing.get(), padding + glyph + gap - in_pixels(extents.x),
                baseline - in_pixels(pango_layout_get_baseline(text.get())));
  drawing.color(white);
  pango_cairo_show_layout(drawing.get(), text.get());
  return std::move(drawing).finish();
}

}  // namespace tessera::mixer
