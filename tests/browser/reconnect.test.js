import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Browser, devices} from './support/browser.js';
import {Server} from './support/server.js';

test('A meeting comes back by itself when its server does', async () => {
  let server = await Server.start();
  const browser = await Browser.launch(devices.fake);
  try {
    await browser.page.goto(`${server.url}?room=standup&name=Ada&join=1`);
    await browser.state('in-meeting');
    const {port} = server;
    await server.stop();
    await browser.state('reconnecting', 5_000);
    assert.match(
      await browser.page.getByTestId('status').innerText(),
      /Reconnecting automatically/,
    );
    await browser.page.getByRole('heading', {name: 'The server cannot be reached'}).waitFor();
    server = await Server.start({port});
    await browser.state('in-meeting', 20_000);
    const people = await browser.page.evaluate(() =>
      window.tessera.meeting.people.map(({name}) => name),
    );
    assert.deepEqual(people, ['Ada']);
  } finally {
    await browser.close();
    await server.stop();
  }
});

test('A page that never reached its server keeps trying until one leaves', async () => {
  const server = await Server.start();
  const browser = await Browser.launch(devices.fake);
  try {
    await browser.page.goto(`${server.url}?room=standup`);
    await browser.state('lobby');
    await server.stop();
    await browser.page.getByLabel('Your name').fill('Ada');
    await browser.page.getByRole('button', {name: 'Join', exact: true}).click();
    await browser.state('reconnecting', 5_000);
    await browser.page.getByTestId('status').getByRole('button', {name: 'Leave'}).click();
    await browser.state('left');
  } finally {
    await browser.close();
  }
});
