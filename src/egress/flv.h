#pragma once

#include <cstdint>
#include <span>

#include "egress/broadcast_time.h"
#include "gst/pipeline.h"

namespace tessera::egress {

// Whether these bytes are an FLV tag, and not the header of an FLV file.
bool is_flv_tag(std::span<const std::uint8_t> bytes);

// Writes a tag's time stamp: three bytes with the lower 24 bits, most significant first, and then
// one with the upper eight (Adobe Flash Video File Format 10.1, section E.4.1). After 49 days it
// begins again at 0, as RTMP's does.
void set_flv_timestamp(std::span<std::uint8_t> tag, std::uint32_t milliseconds);

// Stamps the tags that enter that element with the times of their buffers, since flvmux has each
// pipeline begin at 0. What has no time of its own, as the headers, gets that of what came before
// or of the beginning. Before the pipeline starts.
void stamp_flv_tags(const gst::Pipeline& pipeline, const std::string& element,
                    const Beginning& beginning);

}  // namespace tessera::egress
