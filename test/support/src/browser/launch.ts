import { chromium, type Browser } from 'playwright-core';

/** Names the Chromium of this machine by its path. `npm test` sets it where there is one. */
export const BROWSER_VARIABLE = 'STEELYARD_TEST_CHROMIUM';

/** Debian's Chromium without the parts that need a user, a GPU or the network. Its microphone is one that beeps. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}
