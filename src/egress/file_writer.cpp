#include "egress/file_writer.h"

#include <system_error>
#include <utility>

#include "gst/pads.h"

namespace tessera::egress {
namespace {

using std::chrono::seconds;

constexpr auto longest_opening = seconds(1);
constexpr auto longest_finish = seconds(5);
constexpr std::uint64_t full_below = 1 << 20;  // Bytes: why writing failed, if it did.

const Error disk_full = {"disk_full", "The disk for recordings has too little space left."};

// A muxer's streams can't change their form once they have begun. What an encoder that takes
// another's place does differently stands in the stream itself.
GstPadProbeReturn drop_later_caps(GstPad* pad, GstPadProbeInfo* info, gpointer) {
  if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
  const auto caps = gst::Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
  return caps ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

void keep_first_form(const gst::Pipeline& pipeline) {
  gst_element_foreach_sink_pad(
      pipeline.element("mux").get(),
      [](GstElement*, GstPad* pad, gpointer) -> gboolean {
        gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_later_caps, nullptr,
                          nullptr);
        return TRUE;
      },
      nullptr);
}

// Tells when the muxer has written all that it has to write.
void on_end(const gst::Pipeline& pipeline, Task task) {
  const auto pad = gst::static_pad(pipeline.element("file").get(), "sink");
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        const GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
        if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) (*static_cast<Task*>(data))();
        return GST_PAD_PROBE_OK;
      },
      new Task(std::move(task)), [](gpointer data) { delete static_cast<Task*>(data); });
}

// Blocks while a disk is slow.
FileWriter::Opened open(const FileOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) {
    return Error{"recording_failed",
                 "The folder for recordings can't be made: " + error.message() + "."};
  }
  auto file = PartFile::create(options.folder, options.name, options.ending);
  if (!file) return file.error();
  if ((*file)->look().bytes_free < options.stop_below) {
    (void)(*file)->keep_interrupted();  // It is empty, and goes.
    return disk_full;
  }
  return file;
}

}  // namespace

std::shared_ptr<FileWriter::Opening> FileWriter::Opening::begin(const FileOptions& options,
                                                                Task done) {
  const std::shared_ptr<Opening> opening(new Opening);
  run_on_disk_worker([opening, options] { opening->promise_.set_value(open(options)); },
                     std::move(done));
  return opening;
}

FileWriter::Opening::~Opening() {
  if (!file_.valid() || file_.wait_for(seconds(0)) != std::future_status::ready) return;
  discard(file_.get());
}

FileWriter::Opened FileWriter::Opening::take() {
  if (file_.wait_for(longest_opening) == std::future_status::ready) return file_.get();
  return Error{"recording_failed", "The disk for recordings is too slow to begin."};
}

// It is empty, and goes.
void FileWriter::discard(const Opened& file) {
  if (file) run_on_disk_worker([file = *file] { (void)file->keep_interrupted(); });
}

Result<std::unique_ptr<FileWriter>> FileWriter::create(const std::string& description,
                                                       const FileOptions& options,
                                                       const Opened& file,
                                                       const gst::Descriptions& descriptions) {
  if (!file) return file.error();
  auto pipeline = gst::Pipeline::create(description, descriptions.text(description));
  if (!pipeline) {
    discard(file);
    return pipeline.error();
  }
  return std::unique_ptr<FileWriter>(new FileWriter(options, std::move(*pipeline), *file));
}

FileWriter::FileWriter(FileOptions options, std::unique_ptr<gst::Pipeline> pipeline,
                       std::shared_ptr<PartFile> file)
    : options_(std::move(options)), file_(std::move(file)), pipeline_(std::move(pipeline)) {}

FileWriter::~FileWriter() {
  if (intake_ != nullptr) intake_->starve();
  if (!file_) return;
  run_on_disk_worker([file = file_, stop = pipeline_->end()] {
    stop();
    (void)file->keep_interrupted();
  });
}

Result<void> FileWriter::start(Intake& intake) {
  intake_ = &intake;
  keep_first_form(*pipeline_);
  pipeline_->set("file", "location", file_->path().c_str());
  pipeline_->on_failure([this](const Error&) {
    fail({"recording_failed", "The recording can't be written any further."});
  });
  on_end(*pipeline_, [owner = anchor_.handle(), this] {
    owner.post([this] { give_name(/*is_whole=*/true); });
  });
  if (const Result<void> started = pipeline_->start(); !started) return started.error();
  every_second_.start_repeating(seconds(1), [this] { look_after_disk(); });
  return {};
}

void FileWriter::stop() {
  if (state_ != State::writing) return;
  if (intake_->is_empty()) return fail({"no_media", "Nothing was there to be recorded."});
  close();
  intake_->end();
  deadline_.start_once(longest_finish, [this] {
    fail({"recording_failed", "The recording couldn't be finished in time."});
  });
  enter(State::finishing);
}

// One look at a time: a disk that is slow for a while must not tie up one worker after the other.
void FileWriter::look_after_disk() {
  tell_of_gaps();
  if (std::exchange(is_looking_, true)) return;
  const auto seen = std::make_shared<Seen>();
  run_on_disk_worker(
      [file = file_, seen] {
        seen->synced = file->sync();
        seen->look = file->look();
      },
      [owner = anchor_.handle(), this, seen] { owner.post([this, seen] { take(*seen); }); });
}

void FileWriter::tell_of_gaps() {
  if (state_ != State::writing || reason_ || !intake_->has_dropped()) return;
  reason_ = {"too_slow",
             "The disk or the server is too slow: something may be missing in the recording."};
  anchor_.handle().post([this] { tell(); });
}

void FileWriter::take(const Seen& seen) {
  is_looking_ = false;
  const PartFile::Look& look = seen.look;
  bytes_ = look.bytes;
  if (!seen.synced) return fail(seen.synced.error());
  if (state_ != State::writing) return;
  if (!look.is_there) return fail({"recording_failed", "The recording's file was removed."});
  if (look.bytes_free < options_.stop_below) {
    reason_ = disk_full;
    return stop();
  }
  if (look.bytes_free >= options_.warn_below) return;
  if (const auto warn = std::exchange(on_disk_low_, nullptr)) warn(look.bytes_free);
}

void FileWriter::enter(State state) {
  state_ = state;
  tell();
}

void FileWriter::tell() {
  if (const auto callback = on_change_) callback(state_);
}

void FileWriter::close() {
  intake_->close();
  every_second_.stop();
}

void FileWriter::fail(Error reason) {
  if (!file_) return;  // It has its name already, or is getting it.
  reason_ = std::move(reason);
  if (state_ != State::finishing) close();
  intake_->starve();
  give_name(/*is_whole=*/false);
  enter(State::finishing);  // Even anew: its reason is told now, as the disk may hang for long.
}

void FileWriter::give_name(bool is_whole) {
  if (!file_) return;
  deadline_.stop();
  const Task stop = pipeline_->end();
  pipeline_.reset();
  const auto named = std::make_shared<Named>();
  run_on_disk_worker(
      [file = std::exchange(file_, nullptr), stop, named, is_whole] {
        stop();  // Which closes the file.
        *named = name(*file, is_whole);
      },
      [owner = anchor_.handle(), this, named] { owner.post([this, named] { take(*named); }); });
}

FileWriter::Named FileWriter::name(PartFile& file, bool is_whole) {
  Named named{.look = file.look()};
  if (is_whole) {
    const auto finished = file.finish();
    if (finished) return {named.look, *finished, /*is_whole=*/true};
    named.fault = finished.error();
  }
  if (const auto kept = file.keep_interrupted()) {
    named.path = *kept;
  } else if (named.look.is_there) {
    named.path = file.path();  // Its disk can't rename it.
  }
  return named;
}

void FileWriter::take(const Named& named) {
  bytes_ = named.look.bytes;
  path_ = named.path;
  if (named.fault) reason_ = named.fault;
  if (!named.is_whole && named.look.bytes_free < full_below) reason_ = disk_full;
  enter(named.is_whole ? State::finished : State::failed);
}

}  // namespace tessera::egress
