import puppeteer from 'puppeteer-core';

/** Debian's; other distributions leave out the suffix. */
export const firefox = process.env.FIREFOX_BIN ?? '/usr/bin/firefox-esr';

/** A headless Firefox with a camera and a microphone of its own making, and one page. */
export async function launchFirefox() {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefox,
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
    },
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    return {browser, page};
  } catch (error) {
    await browser.close();
    throw error;
  }
}
