import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, test} from 'node:test';

import {Devices} from '../../web-client/sdk/devices.js';

class FakeTrack {
  enabled = true;
  live = true;

  constructor(deviceId) {
    this.deviceId = deviceId;
  }

  getSettings() {
    return {deviceId: this.deviceId};
  }

  stop() {
    this.live = false;
  }
}

/** As on Android: no camera can be opened while another runs. */
class FakeMediaDevices extends EventTarget {
  present = [];
  /** Those that another program uses. */
  busy = [];
  /** Every track that there ever was. */
  tracks = [];

  plug(kind, deviceId) {
    this.present.push({kind: `${kind}input`, deviceId, label: deviceId});
    this.dispatchEvent(new Event('devicechange'));
  }

  unplug(deviceId) {
    this.present = this.present.filter((device) => device.deviceId !== deviceId);
    this.#live(deviceId)?.onended();
    this.dispatchEvent(new Event('devicechange'));
  }

  async enumerateDevices() {
    return [...this.present];
  }

  async getUserMedia(constraints) {
    const wanted = Object.entries(constraints).map(([kind, {deviceId}]) => {
      const devices = this.present.filter((device) => device.kind === `${kind}input`);
      const device = devices.find((each) => each.deviceId === deviceId?.ideal) ?? devices[0];
      if (!device) throw new DOMException('None.', 'NotFoundError');
      if (this.busy.includes(device.deviceId) || (kind === 'video' && this.#live('camera')))
        throw new DOMException('Busy.', 'NotReadableError');
      return {kind, track: new FakeTrack(device.deviceId)};
    });
    const tracks = (...kinds) =>
      wanted.filter(({kind}) => kinds.includes(kind)).map(({track}) => track);
    this.tracks.push(...tracks('audio', 'video'));
    return {
      getTracks: () => tracks('audio', 'video'),
      getAudioTracks: () => tracks('audio'),
      getVideoTracks: () => tracks('video'),
    };
  }

  #live(name) {
    return this.tracks.find(({deviceId, live}) => live && deviceId.startsWith(name));
  }
}

const settled = async () => {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
};

describe('Camera and microphone', () => {
  const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  let media;
  let devices;

  beforeEach(() => {
    media = new FakeMediaDevices();
    Object.defineProperty(globalThis, 'navigator', {
      value: {mediaDevices: media},
      configurable: true,
    });
    devices = new Devices({processing: true});
    media.plug('audio', 'microphone 1');
  });

  // Node has one of its own since version 21.
  afterEach(() => {
    if (navigator) Object.defineProperty(globalThis, 'navigator', navigator);
    else delete globalThis.navigator;
  });

  const live = () => media.tracks.filter((track) => track.live).map(({deviceId}) => deviceId);

  test('that were missing are used when they are plugged in', async () => {
    await devices.open();
    assert.equal(devices.camera.problem, 'missing');
    media.plug('video', 'camera 1');
    await settled();
    assert.deepEqual(live(), ['microphone 1', 'camera 1']);
    assert.equal(devices.camera.problem, null);
  });

  test('are left alone once they are closed, whatever is plugged in', async () => {
    await devices.open();
    devices.close();
    media.plug('video', 'camera 1');
    await settled();
    assert.deepEqual(live(), []);
  });

  test('are left alone if they are closed before the browser says what is missing', async () => {
    const opening = devices.open();
    devices.close();
    await opening;
    assert.deepEqual(media.tracks, []);
  });

  test('are not taken for one that was pulled out, unless they are plugged in then', async () => {
    media.plug('video', 'camera 1');
    media.plug('video', 'camera 2');
    devices.camera.prefer('camera 2');
    await devices.open();
    media.unplug('camera 2');
    await settled();
    assert.deepEqual(live(), ['microphone 1']);
    assert.equal(devices.camera.problem, 'ended');
    media.plug('video', 'camera 2');
    await settled();
    assert.deepEqual(live(), ['microphone 1', 'camera 2']);
  });

  test('change places: the camera before is let go first', async () => {
    media.plug('video', 'camera 1');
    media.plug('video', 'camera 2');
    await devices.open();
    await devices.camera.choose('camera 2');
    assert.deepEqual(live(), ['microphone 1', 'camera 2']);
    assert.equal(devices.camera.problem, null);
  });

  for (const [kind, name] of [
    ['video', 'camera'],
    ['audio', 'microphone'],
  ]) {
    test(`stay as they are if another ${name} can't be had, and say why`, async () => {
      media.plug('video', 'camera 1');
      media.plug(kind, `${name} 2`);
      media.busy.push(`${name} 2`);
      await devices.open();
      await devices[name].choose(`${name} 2`);
      assert.deepEqual(live().sort(), ['camera 1', 'microphone 1']);
      assert.equal(devices[name].problem, 'busy');
      assert.equal(devices[name].deviceId, `${name} 1`);
      await devices[name].choose(`${name} 1`);
      assert.equal(devices[name].problem, null);
    });
  }

  test('that are out of reach one after the other leave the one that worked', async () => {
    for (const number of [1, 2, 3]) media.plug('video', `camera ${number}`);
    media.busy.push('camera 2', 'camera 3');
    await devices.open();
    await Promise.all([devices.camera.choose('camera 2'), devices.camera.choose('camera 3')]);
    assert.equal(devices.camera.track?.deviceId, 'camera 1');
  });

  test('are the chosen ones from the moment of the choice', async () => {
    media.plug('audio', 'microphone 2');
    await devices.open();
    const chosen = devices.microphone.choose('microphone 2');
    assert.equal(devices.microphone.deviceId, 'microphone 2');
    await chosen;
    assert.equal(devices.microphone.deviceId, 'microphone 2');
  });
});
