/** @import {Layout} from './messages.js' */

/** @typedef {{width: number, height: number}} Size In pixels. */

/**
 * What RTCRtpSender.setParameters() is told of the one encoding of the camera.
 *
 * @typedef {object} VideoEncoding
 * @property {boolean} active
 * @property {number} scaleResolutionDownBy
 * @property {number} maxBitrate In bit/s.
 * @property {number} maxFramerate
 */

/** Of servers that don't say the size of their composite. @type {Size} */
const usual_composite = {width: 1280, height: 720};
/** Before the first layout. @type {Size} */
const usual_tile = {width: 640, height: 360};
/** Encoders and their rate control grow strange below it. @type {Size} */
const smallest = {width: 160, height: 90};
const frame_rate = 30;

/** What a talking head needs in VP8 and H.264 at 30 frames/s, ascending. */
const bitrates = [
  {pixels: 160 * 90, bps: 60_000},
  {pixels: 320 * 180, bps: 150_000},
  {pixels: 640 * 360, bps: 470_000},
  {pixels: 1280 * 720, bps: 1_200_000},
];

/**
 * How to send the camera so that its tile is sharp, and nothing beyond that: whatever more is sent
 * costs one's uplink and battery, and the server a larger decoder. Whoever has no tile sends
 * nothing.
 *
 * The server may fill the tile and crop what stands out, so a camera of another shape than its tile
 * is as large as it takes to cover it.
 *
 * @param {Layout | null} layout null: not known yet.
 * @param {string} self One's own id.
 * @param {Size | null} camera null: not known; it is sent as it is.
 * @returns {VideoEncoding}
 */
export function videoEncoding(layout, self, camera) {
  const tile = layout ? tileSize(layout, self) : usual_tile;
  const shown = tile ?? smallest;
  const scale = camera ? downscale(camera, shown) : 1;
  const {width, height} = camera ?? shown;
  return {
    active: tile !== null,
    scaleResolutionDownBy: scale,
    maxBitrate: bitrate((width * height) / scale ** 2),
    maxFramerate: frame_rate,
  };
}

/**
 * Whether the step is worth the keyframe that it costs: tiles that differ by the few pixels of a
 * gap are the same.
 *
 * @param {VideoEncoding} before
 * @param {VideoEncoding} after
 */
export function differs(before, after) {
  if (before.active !== after.active) return true;
  const apart = (/** @type {number} */ a, /** @type {number} */ b) => Math.abs(Math.log(a / b)) > 0.05;
  return (
    after.active &&
    (apart(before.scaleResolutionDownBy, after.scaleResolutionDownBy) ||
      apart(before.maxBitrate, after.maxBitrate))
  );
}

/** @param {Layout} layout @param {string} self @returns {Size | null} */
function tileSize({tiles, width, height}, self) {
  const tile = tiles.find(({participant}) => participant === self);
  return (
    tile && {
      width: tile.width * (width ?? usual_composite.width),
      height: tile.height * (height ?? usual_composite.height),
    }
  ) ?? null;
}

/** @param {Size} camera @param {Size} tile */
function downscale(camera, tile) {
  const cover = Math.min(camera.width / tile.width, camera.height / tile.height);
  const long = Math.max(camera.width, camera.height);
  const short = Math.min(camera.width, camera.height);
  return Math.max(1, Math.min(cover, long / smallest.width, short / smallest.height));
}

/** In bit/s, on the line through the nearest two of the table. @param {number} pixels */
function bitrate(pixels) {
  const above = bitrates.findIndex((point) => pixels < point.pixels);
  const index = above < 0 ? bitrates.length - 1 : Math.max(1, above);
  const [from, to] = [bitrates[index - 1], bitrates[index]];
  const slope = (to.bps - from.bps) / (to.pixels - from.pixels);
  return Math.round(Math.max(bitrates[0].bps, from.bps + slope * (pixels - from.pixels)));
}
