import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Participant} from './support/participant.js';
import {Server} from './support/server.js';

// A sanitizer slows the server down.
const slowness = process.env.SERVER_IS_SANITIZED ? 2 : 1;

const ada = {name: 'Ada', colour: [205, 40, 45], tone_hz: 440};
const grace = {name: 'Grace', colour: [35, 165, 60], tone_hz: 1010};
const alan = {name: 'Alan', colour: [40, 70, 215], tone_hz: 1830};
const cast = [ada, grace, alan];

const whole = {x: 0, y: 0, width: 1, height: 1};

describe('A meeting of three browsers', {timeout: 300_000}, () => {
  let server;
  /** @type {Participant[]} */
  let people = [];

  before(async () => {
    server = await Server.start();
    for (const person of cast) people.push(await Participant.launch(person));
    for (const person of people) await person.join(server, 'three');
  });

  after(async () => {
    await Promise.all(people.map((person) => person.close()));
    await server?.stop();
  });

  test('shows each of them everybody, in their own place', async () => {
    for (const person of people) await person.sees(cast, 5_000);
  });

  test('has the grid of three: two above, one centred below', async () => {
    const places = [
      [0.25, 0.25],
      [0.75, 0.25],
      [0.5, 0.75],
    ];
    for (const person of people) {
      const seen = await Promise.all(places.map(([x, y]) => person.colourAt(x, y)));
      const owners = seen.map((colour) => nearest(colour).name);
      assert.deepEqual(
        owners.sort(),
        cast.map(({name}) => name).sort(),
        `${person.name} sees ${JSON.stringify(seen)}`,
      );
      for (const {name, colour} of cast) {
        const share = await person.share(colour, whole);
        assert.ok(
          share > 0.15 && share < 0.26,
          `${name} fills ${share} of the picture for ${person.name}, not a quarter`,
        );
      }
    }
  });

  test('comes at 25 frames a second or more, 1280x720', async () => {
    const rates = await Promise.all(
      people.map((person) => person.page.evaluate(() => window.eyes.frameRate(4))),
    );
    for (const [index, {decoded, presented, width, height}] of rates.entries()) {
      const whose = `${people[index].name}: decoded ${decoded.toFixed(1)}/s, presented ${presented.toFixed(1)}/s`;
      assert.deepEqual([width, height], [1280, 720], whose);
      assert.ok(decoded >= 25 && presented >= 25, whose);
    }
  });

  test('lets each of them hear the two others, and themselves at least 40 dB below', async () => {
    for (const person of people) {
      const others = cast.filter(({name}) => name !== person.name).map(({tone_hz}) => tone_hz);
      await person.page.waitForFunction(
        (others) => Math.min(...window.ears.tones(others)) > -50,
        others,
        {polling: 100},
      );
      const [first, second, own] = await person.page.evaluate(
        (tones) => window.ears.heard(tones, 3),
        [...others, person.tone_hz],
      );
      const below = Math.min(first.quietest, second.quietest) - own.loudest;
      assert.ok(
        below >= 40,
        `${person.name} is only ${below.toFixed(1)} dB below the others: ${JSON.stringify([first, second, own])}`,
      );
    }
  });

  test('shows an avatar within a second of turning the camera off, and the camera again', async () => {
    const tile = (await people[0].tiles()).find(({name}) => name === alan.name);
    const missed = people.map((person) => person.misses(alan.colour, tile, 5_000));
    await people[2].page.keyboard.press('v');
    const since = await people[2].acted();
    const took = (await Promise.all(missed)).map((moment) => moment - since);
    for (const person of people) assert.equal(await person.camera(alan.name), false);
    await people[2].page.keyboard.press('v');
    for (const person of people) await person.sees(cast, 5_000);
    for (const [index, ms] of took.entries())
      assertWithin(1_000, ms, `${people[index].name} sees the avatar`);
  });

  test('is a meeting of two within a second of one leaving', async () => {
    const two = people.slice(0, 2).map((person) => person.sees([ada, grace], 5_000));
    await people[2].page.getByRole('button', {name: 'Leave'}).evaluate((button) => button.click());
    const since = await people[2].acted();
    await Promise.all(
      people.slice(0, 2).map(async (person, index) => {
        assertWithin(1_000, (await two[index]) - since, `${person.name} sees two`);
        assert.ok(
          (await person.share(alan.colour, whole)) < 0.01,
          'the colour of who left is gone',
        );
        const seen = [await person.colourAt(0.25, 0.5), await person.colourAt(0.75, 0.5)].map(
          (colour) => nearest(colour).name,
        );
        assert.deepEqual(seen.sort(), ['Ada', 'Grace'], 'side by side');
      }),
    );
    await people[2].browser.state('left');
  });

  test('has the one who left back when they join again', async () => {
    await people[2].page.getByRole('button', {name: 'Join again'}).click();
    await people[2].browser.state('in-meeting');
    for (const person of people) await person.sees(cast, 5_000);
  });

  test('is a meeting of two within ten seconds of a browser being killed', async () => {
    const since = Date.now();
    await people[2].browser.kill();
    await Promise.all(
      people.slice(0, 2).map(async (person) => {
        const moment = await person.sees([ada, grace], 12_000);
        assertWithin(10_000, moment - since, `${person.name} sees two`);
      }),
    );
  });
});

function nearest(colour) {
  const distance = (person) => Math.hypot(...person.colour.map((value, i) => value - colour[i]));
  return cast.reduce((best, person) => (distance(person) < distance(best) ? person : best));
}

function assertWithin(limit_ms, took_ms, what) {
  const limit = limit_ms * slowness;
  assert.ok(took_ms <= limit, `${what} after ${Math.round(took_ms)} ms of ${limit}`);
}
