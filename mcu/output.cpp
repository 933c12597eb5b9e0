#include "mcu/output.h"

namespace tessera::mcu {

signalling::Output Output::view() const {
  signalling::Output view = self_;
  describe(view);
  if (!fault_.empty() && has_ended()) {
    if (view.state == "ended") view.state = "failed";
    view.reason = fault_;
  }
  return view;
}

std::optional<signalling::Output> Output::take_news() {
  const signalling::Output now = view();
  const bool is_news = !told_ || now.state != told_->state || now.target != told_->target ||
                       now.reason != told_->reason;
  told_ = now;
  return is_news ? told_ : std::nullopt;
}

void Output::give_up(const Error& why) {
  if (!takes_feed()) return;
  fault_ = why.message;
  stop();
}

void Output::replace(const mixer::Encoding& failed, bool may_ask_anew) {
  if (!takes_feed() || !feed_.uses(failed)) return;
  if (may_ask_anew) return refeed();
  starve();
  give_up({"media_failure", "The server can't encode what it would send."});
}

void Output::refeed() {
  if (!takes_feed()) return feed_.release();
  starve();  // The feed may let go of what it had.
  if (const Result<void> renewed = feed_.renew(); !renewed) {
    feed_.release();
    return give_up(renewed.error());
  }
  take_feed();
}

}  // namespace tessera::mcu
