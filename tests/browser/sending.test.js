import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Participant} from './support/participant.js';
import {Server} from './support/server.js';

const cast = [
  {name: 'Ada', colour: [205, 40, 45], tone_hz: 440},
  {name: 'Grace', colour: [35, 165, 60], tone_hz: 1010},
  {name: 'Alan', colour: [40, 70, 215], tone_hz: 1830},
];

// Small, as three browsers encode and decode it on the CPU that the server needs too: who has too
// little of it seems to have too little bandwidth, and sends less than asked for.
const canvas = {width: 640, height: 360};
// Chromium shrinks the picture by itself where it has too few bits for it. This is about what the
// page asks for.
const flags = ['--force-fieldtrials=WebRTC-Video-QualityScaling/Disabled/'];

describe('A camera is sent as large as its tile', {timeout: 300_000}, () => {
  let server;
  /** @type {Participant[]} */
  let people = [];

  before(async () => {
    server = await Server.start({options: ['--canvas', '640x360']});
    for (const person of cast)
      people.push(await Participant.launch(person, {camera: canvas, flags}));
  });

  after(async () => {
    await Promise.all(people.map((person) => person.close()));
    await server?.stop();
  });

  test('the whole composite for who is alone', async () => {
    await people[0].join(server, 'sending');
    await people[0].sends(canvas, 20_000);
  });

  test('half as wide among three', async () => {
    for (const person of people.slice(1)) await person.join(server, 'sending');
    for (const person of people) {
      const {width, height} = (await person.tiles()).find(({name}) => name === person.name);
      assert.ok(width > 0.45 && width < 0.51);
      await person.sends({width: width * canvas.width, height: height * canvas.height}, 10_000);
    }
  });
});

test('Who has no tile sends no picture, until they have one', {timeout: 120_000}, async (t) => {
  // Stopped in this order, and none after one that can't be: so the server's status is seen to last.
  const ada = await Participant.launch(cast[0], {flags});
  t.after(() => ada.close());
  const grace = await Participant.launch(cast[1], {flags});
  t.after(() => grace.close());
  const server = await Server.start({options: ['--tile-slots', '1']});
  t.after(() => server.stop());

  for (const person of [ada, grace]) await person.join(server, 'narrow');
  // Ada goes on speaking and so takes the only tile, if she hasn't got it.
  await grace.page.keyboard.press('m');
  await grace.page.waitForFunction(
    () => window.tessera.meeting.layout[0].participant !== window.tessera.meeting.participant,
  );
  assert.ok(await grace.stopsSending(10_000));

  await ada.page.keyboard.press('m');
  await grace.page.keyboard.press('m');
  await grace.sees([cast[1]], 10_000);
});
