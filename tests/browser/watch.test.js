import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {refuseSound} from './support/autoplay.js';
import {Participant} from './support/participant.js';
import {Server} from './support/server.js';
import {Viewer} from './support/viewer.js';

const ada = {name: 'Ada', colour: [205, 40, 45], tone_hz: 440};
const grace = {name: 'Grace', colour: [35, 165, 60], tone_hz: 1010};

/** Where the middle of somebody's tile is, by the participant's own layout. */
async function middleOf(participant, name) {
  const {x, y, width, height} = (await participant.tiles()).find((tile) => tile.name === name);
  return [x + width / 2, y + height / 2];
}

describe('Who watches by WHEP', {timeout: 120_000}, () => {
  let server;
  let viewer;
  const people = [];

  before(async () => {
    server = await Server.start();
    viewer = await Viewer.launch();
  });

  after(async () => {
    await viewer?.close();
    for (const person of people) await person.close();
    await server?.stop();
  });

  test('waits for the meeting to begin', async () => {
    await viewer.watch(server, 'hall');
    await viewer.browser.state('waiting');
    const words = viewer.page.locator('#words');
    assert.match(await words.innerText(), /hasn’t begun/);
    // Nothing lies over them, nor over what asks for a tap where sound needs one.
    await words.click({trial: true, timeout: 2_000});
    const button = viewer.page.locator('#unmute');
    await button.evaluate((element) => (element.hidden = false));
    await button.click({trial: true, timeout: 2_000});
    await button.evaluate((element) => (element.hidden = true));
  });

  test('sees and hears everybody, and nobody sees them', async () => {
    for (const person of [ada, grace]) {
      people.push(await Participant.launch(person));
      await people.at(-1).join(server, 'hall');
    }
    await viewer.browser.state('playing', 20_000);
    await people[0].sees([ada, grace], 10_000);
    for (const {name, colour, tone_hz} of [ada, grace]) {
      await viewer.sees(colour, await middleOf(people[0], name));
      await viewer.hears(tone_hz);
    }
    assert.equal(await people[0].page.evaluate(() => window.tessera.meeting.people.length), 2);
  });

  test('sees and hears one participant alone', async () => {
    const id = await people[0].page.evaluate(() => window.tessera.meeting.participant);
    await viewer.watch(server, 'hall', {participant: id});
    await viewer.browser.state('playing', 20_000);
    for (const place of [[0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]])
      await viewer.sees(ada.colour, place);
    await viewer.hears(ada.tone_hz);
    await viewer.hearsNo(grace.tone_hz);
    await people[0].page.keyboard.press('m');
    await viewer.hearsNo(ada.tone_hz);
    await people[0].page.keyboard.press('m');
    await viewer.hears(ada.tone_hz);
    const left = viewer.browser.state('waiting');
    await people.shift().close();
    await left;
    await viewer.watch(server, 'hall');
    await viewer.browser.state('playing', 20_000);
  });

  test('goes on by itself, as muted as it was, when the server does', async () => {
    await viewer.page.evaluate(() => {
      window.stays = true;
      document.querySelector('video').muted = true;
    });
    await server.stop();
    await viewer.browser.state('reconnecting');
    server = await Server.start({port: server.port});
    await viewer.browser.state('playing', 30_000);
    await viewer.sees(grace.colour, [0.5, 0.5]);
    const {stays, muted, unmuteHidden} = await viewer.page.evaluate(() => ({
      stays: window.stays,
      muted: document.querySelector('video').muted,
      unmuteHidden: document.querySelector('#unmute').hidden,
    }));
    assert.deepEqual([stays, muted, unmuteHidden], [true, true, true]);
  });

  test('is no longer asked for a tap once the sound is on by the video’s own controls', async () => {
    await refuseSound(viewer.page);
    await viewer.watch(server, 'hall');
    await viewer.browser.state('playing', 20_000);
    const button = viewer.page.getByRole('button', {name: 'Tap to hear'});
    await button.waitFor();
    await viewer.page.evaluate(() => (document.querySelector('video').muted = false));
    await button.waitFor({state: 'hidden'});
  });
});

describe('Who cannot watch', {timeout: 60_000}, () => {
  let server;
  let viewer;
  let participant;
  const words = () => viewer.page.locator('#words').innerText();

  before(async () => {
    server = await Server.start({options: ['--max-people', '1']});
    viewer = await Viewer.launch();
  });

  after(async () => {
    await viewer?.close();
    await participant?.close();
    await server?.stop();
  });

  test('is told what will not pass, and no more', async () => {
    const title = 'The offer has no codec in common with this server.';
    await viewer.page.route('**/whep/**', (route) =>
      route.fulfill({
        status: 422,
        contentType: 'application/problem+json',
        body: JSON.stringify({code: 'unsupported_media', title}),
      }),
    );
    await viewer.watch(server, 'hall');
    await viewer.browser.state('failed');
    assert.equal(await words(), title);
    await viewer.page.unrouteAll();
  });

  test('waits while the server is full, and is told so', async () => {
    participant = await Participant.launch(ada);
    await participant.join(server, 'hall');
    await viewer.watch(server, 'hall');
    await viewer.browser.state('waiting');
    assert.equal(await words(), 'This server has as many people as it may. Trying again …');
  });
});
