import assert from 'node:assert/strict';
import {after, afterEach, before, describe, test} from 'node:test';

import {refuseSound} from './support/autoplay.js';
import {Browser, devices} from './support/browser.js';
import {Server} from './support/server.js';

describe('The page', {timeout: 300_000}, () => {
  let server;
  /** @type {Browser | undefined} */
  let browser;

  before(async () => {
    server = await Server.start();
  });

  afterEach(async () => {
    await browser?.close();
    browser = undefined;
  });

  after(() => server?.stop());

  test('lets one join by keyboard alone, and puts the room into the address', async () => {
    browser = await Browser.launch(devices.fake);
    const {page} = browser;
    await page.goto(server.url);
    await browser.state('lobby');
    await page.locator('#lobby-camera[data-on="true"]').waitFor();
    await focus(page, 'Your name');
    await page.keyboard.type('Ada Lovelace');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Room');
    await page.keyboard.type('Möbel & Küche');
    assert.match(await page.locator('#room-hint').innerText(), /Mobel-Kuche/);
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Suggest a room');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Join');
    await page.keyboard.press('Enter');
    await browser.state('in-meeting');
    assert.equal(new URL(page.url()).search, '?room=Mobel-Kuche');
    await page.keyboard.press('m');
    await page.getByRole('button', {name: 'Turn on microphone'}).waitFor();
    await page.keyboard.press('p');
    await page.getByTestId('people').getByText('Ada Lovelace').waitFor();
    await page.getByTestId('people').getByText('Microphone off').waitFor();
    await focus(page, 'Leave');
    await page.keyboard.press('Enter');
    await browser.state('left');
    assert.equal(await focused(page), 'Join again');
  });

  test('says what is missing before it lets one join', async () => {
    browser = await Browser.launch(devices.fake);
    await browser.page.goto(`${server.url}?room=somewhere&join=1`);
    await browser.state('lobby');
    await browser.page.getByRole('button', {name: 'Join', exact: true}).click();
    await browser.page.getByText('The others will want to know who you are.').waitFor();
    assert.equal(await focused(browser.page), 'Your name');
  });

  test('lets one join without permission for camera and microphone, and says what to do', async () => {
    browser = await Browser.launch(devices.refused);
    await browser.page.goto(`${server.url}?room=watching`);
    await browser.page
      .getByTestId('device-problem')
      .getByText('No permission for camera and microphone')
      .waitFor();
    await browser.page.getByLabel('Your name').fill('Grace');
    await browser.page.getByRole('button', {name: 'Join', exact: true}).click();
    await browser.state('in-meeting');
    await browser.page
      .getByText('No permission for camera and microphone')
      .locator('visible=true')
      .waitFor();
    const [self] = await browser.page.evaluate(() => window.tessera.meeting.people);
    assert.deepEqual([self.camera, self.microphone], [false, false]);
  });

  test('lets one join without any device', async () => {
    browser = await Browser.launch([]);
    await browser.page.goto(`${server.url}?room=listening&name=Alan&join=1`);
    await browser.state('in-meeting');
    await browser.page
      .getByText('No camera and microphone found')
      .locator('visible=true')
      .waitFor();
  });

  test('says why there are no devices on a page that is not https', async () => {
    browser = await Browser.launch([...devices.fake, '--host-resolver-rules=MAP meet.example 127.0.0.1']);
    await browser.page.goto(`http://meet.example:${server.port}/?room=plain&name=Alan&join=1`);
    await browser.state('in-meeting');
    await browser.page
      .getByText('Browsers allow them only on https:// pages')
      .locator('visible=true')
      .waitFor();
  });

  test('plays the picture alone where the browser refuses sound, until one taps', async () => {
    browser = await Browser.launch(devices.fake);
    await refuseSound(browser.page);
    await browser.page.goto(`${server.url}?room=silent&name=Ada&join=1`);
    await browser.state('in-meeting');
    const composite = browser.page.getByTestId('composite');
    assert.equal(await composite.evaluate((video) => video.muted), true);
    await browser.page.getByRole('button', {name: 'Tap to hear'}).click();
    await browser.page.waitForFunction(
      (video) => !video.muted && !video.paused,
      await composite.elementHandle(),
    );
    assert.equal(await browser.page.getByRole('button', {name: 'Tap to hear'}).count(), 0);
  });

  test('turns the camera off for the others when it is unplugged', async () => {
    browser = await Browser.launch(devices.fake);
    await browser.page.goto(`${server.url}?room=unplugged&name=Ada&join=1`);
    await browser.state('in-meeting');
    await browser.page.locator('#camera[data-on="true"]').waitFor();
    // There is no way to unplug a fake camera: this is what the browser says when a real one goes.
    const unplug = () =>
      browser.page.evaluate(() =>
        window.tessera.devices.camera.track.dispatchEvent(new Event('ended')),
      );
    const notice = browser.page.getByText('The camera went away.').locator('visible=true');
    await unplug();
    await notice.waitFor();
    await browser.page.waitForFunction(() => window.tessera.meeting.people[0].camera === false);
    // The browser says this at the same time. The camera that the list still has was there before.
    await browser.page.evaluate(() => {
      const listed = new Promise((resolve) => window.tessera.devices.on('change', resolve));
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
      return listed.then(() => {});
    });
    const camera = await browser.page.evaluate(() => {
      const {track, starting} = window.tessera.devices.camera;
      return [track, starting];
    });
    assert.deepEqual(camera, [null, false]);
    await browser.page.getByRole('button', {name: 'Turn on camera'}).click();
    await browser.page.waitForFunction(() => window.tessera.meeting.people[0].camera === true);

    // Once it was on again it is news, although the person has dismissed it before.
    await unplug();
    await notice.waitFor();
    await browser.page.getByRole('button', {name: 'Dismiss'}).click();
    await notice.waitFor({state: 'detached'});
    await browser.page.getByRole('button', {name: 'Turn on camera'}).click();
    await browser.page.locator('#camera[data-on="true"]').waitFor();
    await unplug();
    await notice.waitFor();
  });

  test('says once what is wrong with a device, however often the devices change', async () => {
    browser = await Browser.launch(devices.refused);
    const {page} = browser;
    await page.goto(server.url);
    await page.getByTestId('device-problem').getByText('No permission').waitFor();
    const changes = await page.evaluate(async () => {
      let changes = 0;
      new MutationObserver(() => changes++).observe(document.querySelector('#device-problem'), {
        childList: true,
        subtree: true,
      });
      for (let i = 0; i < 3; i++) {
        navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return changes;
    });
    assert.equal(changes, 0);
  });

  test('says so where the browser has no WebRTC, instead of trying for ever', async () => {
    browser = await Browser.launch(devices.fake);
    await browser.page.addInitScript(() => delete window.RTCPeerConnection);
    await browser.page.goto(`${server.url}?room=switched-off&name=Ada&join=1`);
    await browser.state('error');
    await browser.page.getByRole('heading', {name: 'This browser cannot join'}).waitFor();
  });

  test('opens neither camera nor microphone for one who has left', async () => {
    browser = await Browser.launch(devices.fake);
    const {page} = browser;
    await page.goto(`${server.url}?room=gone&name=Ada&join=1`);
    await browser.state('in-meeting');
    await page.locator('#camera[data-on="true"]').waitFor();
    await page.getByRole('button', {name: 'Settings'}).click();
    await page.evaluate(() => window.tessera.meeting.leave());
    await browser.state('left');
    assert.equal(await page.locator('#settings').isVisible(), false, 'a device could be chosen');
    await page.keyboard.press('v');
    await page.keyboard.press('m');
    // Whoever opens a device is starting it from that moment on.
    const tracks = () =>
      page.evaluate(() => {
        const {camera, microphone} = window.tessera.devices;
        return [camera.track, microphone.track, camera.starting, microphone.starting];
      });
    assert.deepEqual(await tracks(), [null, null, false, false]);

    // Nor do keys act in the lobby, where they can't be turned off.
    await page.getByRole('button', {name: 'Back to the start'}).click();
    await page.locator('#lobby-camera[data-on="true"]').waitFor();
    await page.keyboard.press('v');
    assert.equal(await page.locator('#lobby-camera[data-on="true"]').count(), 1);
  });

  test('lets one turn its keys off, and remembers that', async () => {
    browser = await Browser.launch(devices.fake);
    const {page} = browser;
    const address = `${server.url}?room=keys&name=Ada&join=1`;
    await page.goto(address);
    await browser.state('in-meeting');
    await page.locator('#people-button[aria-keyshortcuts="P"]').waitFor();
    await page.getByRole('button', {name: 'Settings'}).click();
    await page.getByLabel('Keyboard shortcuts').uncheck();
    await page.getByRole('button', {name: 'Done'}).click();
    for (const visit of ['first', 'next']) {
      await page.locator('#microphone[data-on="true"]').waitFor();
      await page.keyboard.press('m');
      await page.keyboard.press('p');
      assert.equal(await page.locator('#microphone[data-on="true"]').count(), 1, visit);
      assert.equal(await page.locator('#people').isVisible(), false, visit);
      assert.equal(await page.locator('[aria-keyshortcuts]').count(), 0, visit);
      await page.goto(address);
      await browser.state('in-meeting');
    }
  });

  test('lets one be left out of recordings, here and in the meeting, and remembers that', async () => {
    browser = await Browser.launch(devices.fake);
    const {page} = browser;
    const label = 'Leave me out of recordings';
    // By the server's word, at each visit.
    const recorded = () => page.evaluate(() => window.tessera.meeting.people[0].recorded);
    const visit = async () => {
      await page.goto(`${server.url}?room=private&name=Ada&join=1`);
      await browser.state('in-meeting');
    };
    await page.goto(`${server.url}?room=private&name=Ada`);
    const hint = (choice) =>
      choice.evaluate(
        (input) => document.getElementById(input.getAttribute('aria-describedby'))?.innerText,
      );
    assert.match(await hint(page.locator('#lobby').getByLabel(label)), /HLS streams show everybody/);
    await page.locator('#lobby').getByLabel(label).check();
    await page.getByRole('button', {name: 'Join', exact: true}).click();
    await browser.state('in-meeting');
    assert.equal(await recorded(), false);
    await page.getByRole('button', {name: 'Settings'}).click();
    const choice = page.getByRole('dialog').getByLabel(label);
    assert.equal(await choice.isChecked(), true);
    assert.match(await hint(choice), /HLS streams show everybody/);
    await choice.uncheck();
    assert.equal(await recorded(), true);
    await visit();
    assert.equal(await recorded(), true);
    await page.getByRole('button', {name: 'Settings'}).click();
    await choice.check();
    await visit();
    assert.equal(await recorded(), false);
  });

  test('leaves the voice as it is after a reload too, if the address says so', async () => {
    browser = await Browser.launch(devices.fake);
    const {page} = browser;
    await page.addInitScript(() => {
      navigator.clipboard.writeText = async (text) => (window.copied = text);
    });
    await page.goto(`${server.url}?room=music&name=Ada&join=1&processing=off`);
    await browser.state('in-meeting');
    assert.equal(new URL(page.url()).search, '?room=music&processing=off');
    await page.reload();
    await browser.state('lobby');
    await page.getByRole('button', {name: 'Join', exact: true}).click();
    await browser.state('in-meeting');
    await page.waitForFunction(() => window.tessera.devices.microphone.track);
    const settings = await page.evaluate(() =>
      window.tessera.devices.microphone.track.getSettings(),
    );
    assert.equal(settings.noiseSuppression, false);
    await page.locator('#invite').click();
    const link = await page.waitForFunction(() => window.copied);
    assert.equal(new URL(await link.jsonValue()).search, '?room=music', 'not for everybody');
  });

  test('keeps every button within reach when everything is four times as large', async () => {
    browser = await Browser.launch(devices.fake, {viewport: {width: 320, height: 256}});
    const {page} = browser;
    await page.goto(`${server.url}?room=large&name=Ada&join=1`);
    await browser.state('in-meeting');
    // By the wheel, as a person does: a script can scroll what is hidden, too.
    const inView = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('.bar button')]
          .filter((button) => {
            const {top, bottom, height} = button.getBoundingClientRect();
            return height > 0 && top >= 0 && bottom <= innerHeight;
          })
          .map(({id}) => id),
      );
    assert.deepEqual((await inView()).slice(0, 3), ['microphone', 'camera', 'leave']);
    await page.locator('#camera').hover();
    await page.mouse.wheel(0, 500);
    await page.waitForFunction(
      () => document.querySelector('#settings-button').getBoundingClientRect().bottom <= innerHeight,
    );
    assert.deepEqual((await inView()).slice(-2), ['host-button', 'settings-button']);
    await page.getByRole('button', {name: 'Settings'}).click();
    await page.getByRole('button', {name: 'Done'}).click();
  });

  test('covers no part of the open list of people by the tooltip of its button', async () => {
    browser = await Browser.launch(devices.fake);
    const {page} = browser;
    await page.goto(`${server.url}?room=tooltip&name=Ada&join=1`);
    await browser.state('in-meeting');
    const button = page.getByRole('button', {name: /^People/});
    const hasTooltip = (expected) =>
      page.waitForFunction((expected) => {
        const button = document.querySelector('#people-button');
        const {content, visibility} = getComputedStyle(button, '::after');
        return (content !== 'none' && visibility === 'visible') === expected;
      }, expected);
    await button.hover();
    await hasTooltip(true);
    await button.click();
    await page.locator('#people').waitFor();
    await hasTooltip(false);
    await button.click();
    await hasTooltip(true);
  });

  test('shades the lower edge of a dialog that goes on below, until one is there', async () => {
    browser = await Browser.launch(devices.fake, {viewport: {width: 390, height: 600}});
    const {page} = browser;
    await page.goto(`${server.url}?room=scrolling&name=Ada&join=1`);
    await browser.state('in-meeting');
    await page.getByRole('button', {name: 'Broadcast and record'}).click();
    const dialog = page.getByRole('dialog');
    const {x, y, height} = await dialog.boundingBox();
    // A spot of the margin beside what is in the dialog.
    const spot = async (top) => {
      const clip = {x: x + 10, y: top, width: 2, height: 2};
      return (await page.screenshot({clip})).toString('base64');
    };
    const edge = () => spot(y + height - 12);
    const plain = await spot(y + height / 2);
    assert.notEqual(await edge(), plain);
    await dialog.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    assert.equal(await edge(), plain);
  });

  for (const [what, viewport] of Object.entries({
    upright: {width: 360, height: 640},
    'on its side': {width: 740, height: 360},
  })) {
    test(`fits a phone held ${what}, without overlap or scrolling`, async () => {
      browser = await Browser.launch(devices.fake, {
        viewport,
        isMobile: true,
        hasTouch: true,
        deviceScaleFactor: 2,
      });
      const {page} = browser;
      await page.goto(server.url);
      await browser.state('lobby');
      assert.ok(
        await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        'the lobby is too wide',
      );
      await page.goto(`${server.url}?room=${'long'.repeat(16)}&name=${'Ada%20'.repeat(10)}&join=1`);
      await browser.state('in-meeting');
      await page.locator('#camera[data-on="true"]').waitFor();
      assert.deepEqual(await crowding(page), []);
      await page.getByRole('button', {name: /^People/}).tap();
      assert.deepEqual(await crowding(page), []);
    });
  }
});

/** Presses Tab until what has this label is reached. */
async function focus(page, label) {
  for (let i = 0; i < 20 && (await focused(page)) !== label; i++) await page.keyboard.press('Tab');
  assert.equal(await focused(page), label);
}

function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    return (
      element?.getAttribute('aria-label') ??
      element?.labels?.[0]?.textContent.trim() ??
      element?.textContent.trim()
    );
  });
}

/**
 * What scrolls, lies outside the window, is too small for a finger, or lies over a button or the
 * composite.
 */
function crowding(page) {
  return page.evaluate(() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight)
      found.push('the page scrolls');
    const shown = [...document.querySelectorAll('#meeting :is(button, video, .room span, #people)')]
      .map((element) => ({name: element.id, element, box: element.getBoundingClientRect()}))
      .filter(
        ({element, box}) =>
          box.width > 0 && !element.closest('.notice') && element.checkVisibility(),
      );
    for (const {name, element, box} of shown) {
      if (
        box.left < 0 ||
        box.top < 0 ||
        box.right > innerWidth + 0.5 ||
        box.bottom > innerHeight + 0.5
      )
        found.push(`${name} is outside`);
      if (element.matches('button') && Math.min(box.width, box.height) < 44)
        found.push(`${name} is small`);
      for (const other of shown) {
        const apart =
          box.right <= other.box.left + 0.5 ||
          box.left >= other.box.right - 0.5 ||
          box.bottom <= other.box.top + 0.5 ||
          box.top >= other.box.bottom - 0.5;
        if (
          name < other.name &&
          !apart &&
          !element.contains(other.element) &&
          !other.element.contains(element)
        ) {
          found.push(`${name} and ${other.name} overlap`);
        }
      }
    }
    return found;
  });
}
