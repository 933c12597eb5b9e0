import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {test} from 'node:test';

import {firefox, launchFirefox} from './support/firefox.js';
import {Participant} from './support/participant.js';
import {Server} from './support/server.js';

const ada = {name: 'Ada', colour: [205, 40, 45], tone_hz: 440};

const skip = !existsSync(firefox) && `no ${firefox} here`;

test('Firefox and Chromium meet', {skip, timeout: 120_000}, async (t) => {
  // Stopped in this order, and none after one that can't be: so the server's status is seen to last.
  const {browser, page} = await launchFirefox();
  t.after(() => browser.close());
  const chromium = await Participant.launch(ada);
  t.after(() => chromium.close());
  const server = await Server.start();
  t.after(() => server.stop());

  await chromium.join(server, 'both');
  await page.evaluateOnNewDocument(
    await readFile(fileURLToPath(new URL('./support/eyes_and_ears.js', import.meta.url)), 'utf8'),
  );
  await page.goto(`${server.url}?room=both&name=Fox&join=1&processing=off`);
  await page.waitForFunction(() => document.body.dataset.state === 'in-meeting');

  // Each in their place; Firefox's own camera changes its colour all the time.
  const tile = (await chromium.tiles()).find(({name}) => name === ada.name);
  const centre = [tile.x + tile.width / 2, tile.y + tile.height / 2];
  await page.waitForFunction(
    (colour, x, y) =>
      Math.hypot(...window.eyes.colourAt(x, y).map((value, i) => value - colour[i])) < 60,
    {polling: 100},
    ada.colour,
    ...centre,
  );
  // Without a sound card Firefox plays nothing, but it decodes.
  await page.waitForFunction(
    async () =>
      [...(await window.tessera.meeting.stats()).values()].some(
        ({type, kind, audioLevel}) => type === 'inbound-rtp' && kind === 'audio' && audioLevel > 0.05,
      ),
    {polling: 100},
  );

  const {decoded, width, height} = await page.evaluate(() => window.eyes.frameRate(3));
  assert.deepEqual([width, height], [1280, 720]);
  assert.ok(decoded >= 25, `Firefox decodes ${decoded.toFixed(1)} frames/s`);
  await chromium.page.waitForFunction(
    () => window.tessera.meeting.people.find(({name}) => name === 'Fox')?.camera,
  );
});
