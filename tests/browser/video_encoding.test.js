import assert from 'node:assert/strict';
import {test} from 'node:test';

import {differs, videoEncoding} from '../../web-client/sdk/video_encoding.js';

const hd = {width: 1280, height: 720};

/** A layout in which Ada has a tile of so many pixels. */
function tileOf(width, height, composite = hd) {
  const tile = {width: width / composite.width, height: height / composite.height};
  return {type: 'layout', tiles: [{participant: 'ada', x: 0, y: 0, ...tile}], ...composite};
}

test('A camera is sent in the size of its tile, at the bitrate of that size', () => {
  const uhd = {width: 3840, height: 2160};
  const table = [
    // what, layout, camera, sent width, height, kbit/s
    ['alone', tileOf(1280, 720), hd, 1280, 720, 1200],
    ['of four', tileOf(640, 360), hd, 640, 360, 470],
    ['of sixteen', tileOf(320, 180), hd, 320, 180, 150],
    ['between two of the table', tileOf(960, 540), hd, 960, 540, 774],
    ['a tile of few pixels', tileOf(64, 36), hd, 160, 90, 60],
    ['a camera smaller than its tile', tileOf(1280, 720), {width: 640, height: 360}, 640, 360, 470],
    ['a camera of 4:3, of which the middle is seen', tileOf(320, 180), {width: 640, height: 480}, 320, 240, 186],
    ['a phone held upright', tileOf(320, 180), {width: 720, height: 1280}, 320, 569, 380],
    ['a phone held upright, few pixels', tileOf(64, 36), {width: 720, height: 1280}, 90, 160, 60],
    ['a composite beyond the usual', tileOf(1920, 1080, uhd), {width: 1920, height: 1080}, 1920, 1080, 2417],
    ['before the first layout', null, hd, 640, 360, 470],
    ['a camera of unknown size', tileOf(320, 180), null, 320, 180, 150],
  ];
  for (const [what, layout, camera, width, height, kbps] of table) {
    const encoding = videoEncoding(layout, 'ada', camera);
    const {scaleResolutionDownBy: scale} = encoding;
    const from = camera ?? {width, height};
    assert.equal(encoding.active, true, what);
    assert.equal(Math.round(from.width / scale), width, what);
    assert.equal(Math.round(from.height / scale), height, what);
    assert.equal(Math.round(encoding.maxBitrate / 1000), kbps, what);
    assert.equal(encoding.maxFramerate, 30, what);
    assert.ok(scale >= 1, what);
  }
});

test('Who has no tile sends nothing', () => {
  for (const layout of [tileOf(640, 360), {type: 'layout', tiles: []}])
    assert.equal(videoEncoding(layout, 'grace', hd).active, false);
});

test('A layout without the size of its composite is taken for one of 1280x720', () => {
  const {tiles} = tileOf(320, 180);
  assert.deepEqual(
    videoEncoding({type: 'layout', tiles}, 'ada', hd),
    videoEncoding(tileOf(320, 180), 'ada', hd),
  );
});

test('A step is worth a keyframe when the size changes by more than the gap between tiles', () => {
  const of = (width, height) => videoEncoding(tileOf(width, height), 'ada', hd);
  const paused = videoEncoding({type: 'layout', tiles: []}, 'ada', hd);
  assert.equal(differs(of(640, 360), of(638, 358)), false);
  assert.equal(differs(of(640, 360), of(424, 238)), true);
  assert.equal(differs(of(640, 360), paused), true);
  assert.equal(differs(paused, of(640, 360)), true);
  assert.equal(differs(paused, {...paused, maxBitrate: 1}), false);
});
