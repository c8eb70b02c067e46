import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { BROWSER_VARIABLE, launchBrowser } from './launch.js';

export interface BrowserSuite {
  browser(): Browser;
}

/** A suite in a real browser. Left out where none is announced; one that is announced and does not start fails it. */
export function describeBrowser(name: string, define: (suite: BrowserSuite) => void): void {
  const path = process.env[BROWSER_VARIABLE];
  const suite = path === undefined ? describe.skip : describe;
  suite(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser(path!);
    }, 60_000);
    afterAll(() => browser?.close());
    define({ browser: () => browser });
  });
}
