import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, mock, test} from 'node:test';

import {CameraSender} from '../../web-client/sdk/camera_sender.js';
import {Clock} from './support/clock.js';

/** As the browser's: a call needs the parameters that were read last, and takes its time. */
class FakeSender {
  settings = [];
  #read = null;
  #finish = null;

  constructor(encodings) {
    this.encodings = encodings;
  }

  getParameters() {
    this.#read = {encodings: this.encodings.map((encoding) => ({...encoding}))};
    return this.#read;
  }

  setParameters(parameters) {
    assert.equal(parameters, this.#read);
    assert.equal(this.#finish, null, 'two calls at a time');
    this.#read = null;
    this.settings.push(parameters.encodings[0]);
    return new Promise((resolve, reject) => {
      this.#finish = (error) => {
        this.#finish = null;
        if (error) reject(error);
        else resolve();
      };
    });
  }

  async replaceTrack() {}

  async finish(error) {
    this.#finish(error);
    await new Promise(setImmediate);
  }
}

function cameraOf(width, height) {
  const settings = {width, height};
  return {settings, getSettings: () => settings};
}

function tile(share, participant = 'ada') {
  return {type: 'layout', tiles: [{participant, x: 0, y: 0, width: share, height: share}]};
}

describe('The camera on its way', () => {
  let clock;
  let fake;
  let sender;

  beforeEach(() => {
    clock = new Clock();
    clock.install();
    const peer = {
      addTransceiver(track, {sendEncodings}) {
        fake = new FakeSender(sendEncodings);
        return {sender: fake};
      },
    };
    sender = new CameraSender(peer, cameraOf(1280, 720), 'ada');
  });

  afterEach(() => {
    sender.close();
    clock.remove();
    mock.restoreAll();
  });

  const scales = () => fake.settings.map(({scaleResolutionDownBy}) => scaleResolutionDownBy);

  test('begins as for a quarter of the composite, and is no larger for three seconds', async () => {
    assert.equal(fake.encodings[0].scaleResolutionDownBy, 2);
    sender.show(tile(1));
    clock.tick(2_900);
    assert.deepEqual(scales(), []);
    clock.tick(200);
    assert.deepEqual(scales(), [1]);
    await fake.finish();
  });

  test('becomes smaller at once, and larger at most once a second', async () => {
    clock.tick(5_000);
    sender.show(tile(1));
    await fake.finish();
    sender.show(tile(0.25));
    await fake.finish();
    sender.show(tile(0.5));
    sender.show(tile(1));
    clock.tick(900);
    assert.deepEqual(scales(), [1, 4]);
    clock.tick(200);
    assert.deepEqual(scales(), [1, 4, 1]);
    await fake.finish();
  });

  test('has one change at a time, then the latest', async () => {
    sender.show(tile(0.25));
    sender.show(tile(0.2));
    sender.show(tile(0.125));
    assert.deepEqual(scales(), [4]);
    await fake.finish();
    assert.deepEqual(scales(), [4, 8]);
    await fake.finish();
  });

  test('is left alone by layouts in which its tile is the same', () => {
    sender.show(tile(0.5));
    sender.show({...tile(0.498), width: 1280, height: 720});
    assert.deepEqual(scales(), []);
  });

  test('rests off stage, and comes back', async () => {
    sender.show(tile(0.5, 'grace'));
    await fake.finish();
    sender.show(tile(0.5));
    await fake.finish();
    assert.deepEqual(
      fake.settings.map(({active}) => active),
      [false, true],
    );
  });

  test('follows another camera, and a phone that is turned', async () => {
    sender.show(tile(0.25));
    await fake.finish();
    const phone = cameraOf(640, 360);
    sender.replaceTrack(phone);
    await fake.finish();
    Object.assign(phone.settings, {width: 360, height: 640});
    clock.tick(5_000);
    await fake.finish();
    assert.deepEqual(scales(), [4, 2, 1.125]);
  });

  test('says once that the browser refuses, and does not insist', async () => {
    const warn = mock.method(console, 'warn', () => {});
    sender.show(tile(0.25));
    await fake.finish(new Error('No.'));
    clock.tick(10_000);
    assert.equal(fake.settings.length, 1);
    sender.show(tile(0.125));
    await fake.finish(new Error('No.'));
    assert.equal(warn.mock.callCount(), 1);
  });

  test('keeps a browser without encodings before the first call', async () => {
    fake.encodings = [];
    sender.show(tile(0.25));
    assert.deepEqual(scales(), [4]);
    await fake.finish();
  });

  test('changes nothing once it is closed', async () => {
    sender.show(tile(0.25));
    sender.close();
    await fake.finish();
    sender.show(tile(1));
    clock.tick(10_000);
    assert.deepEqual(scales(), [4]);
  });
});
