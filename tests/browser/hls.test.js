import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {hostOf, host_key} from './support/host.js';
import {Participant} from './support/participant.js';
import {Server} from './support/server.js';
import {Viewer} from './support/viewer.js';

const ada = {name: 'Ada', colour: [205, 40, 45], tone_hz: 440};
const middle = [0.5, 0.5];
const stream = {kind: 'hls', width: 640, height: 360};
const longest_delay_ms = 12_000;

describe('Who watches by HLS', {timeout: 180_000}, () => {
  let server;
  let host;
  let viewer;
  let participant;
  let output;

  before(async () => {
    server = await Server.start({options: ['--host-key', host_key]});
    host = hostOf(server, 'hall');
    viewer = await Viewer.launch();
    participant = await Participant.launch(ada);
    await participant.join(server, 'hall');
  });

  after(async () => {
    await viewer?.close();
    await participant?.close();
    await server?.stop();
  });

  test('waits for the stream to begin', async () => {
    await viewer.watch(server, 'hall', {via: 'hls'});
    await viewer.browser.state('waiting');
    assert.match(await viewer.page.locator('#words').innerText(), /^The stream hasn’t begun yet/);
  });

  test('sees who is in the meeting once it is there, and hears it', async () => {
    output = await host.start(stream);
    await viewer.browser.state('playing', 30_000);
    await viewer.sees(ada.colour, middle);
    const sound = await viewer.page.evaluate(
      () => document.querySelector('video').webkitAudioDecodedByteCount,
    );
    assert.ok(sound > 0, 'sound is decoded');
  });

  test('sees it some seconds later than those in the meeting', async (t) => {
    await viewer.sees(ada.colour, middle);
    const seen = viewer.misses(ada.colour, middle, 2 * longest_delay_ms);
    await participant.page.keyboard.press('v');
    const delay_ms = (await seen) - (await participant.acted());
    t.diagnostic(`the picture is ${(delay_ms / 1000).toFixed(1)} s late`);
    assert.ok(delay_ms < longest_delay_ms, `${delay_ms} ms`);
    await participant.page.keyboard.press('v');
    await viewer.sees(ada.colour, middle, 2 * longest_delay_ms);
  });

  test('goes on when the stream has ended and begins anew', async () => {
    await host.stop(output.id);
    await viewer.browser.state('waiting', 30_000);
    output = await host.start(stream);
    await viewer.browser.state('playing', 30_000);
    await viewer.sees(ada.colour, middle);
  });
});
