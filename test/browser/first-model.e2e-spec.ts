import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { LONG, RunningPlatform } from '@steelyard/test-support';
import { describeBrowser, DESKTOP, PHONE, Visitor, type Finding, type VisitorOptions } from '@steelyard/test-support/browser';
import { walkToFirstCharge } from './first-model.js';

/** What the way from nothing to a charged call may cost in clicks, typing aside. */
const PRESSES_MAX = 12;

describeBrowser('the way from an empty installation to a charged call', ({ browser }) => {
  let platform: RunningPlatform;
  beforeEach(async () => {
    platform = await RunningPlatform.start();
  }, 60_000);
  afterEach(() => platform?.stop());

  const hands: Record<string, Partial<VisitorOptions>> = {
    ...(LONG && { 'with a pointer': { viewport: DESKTOP }, 'on a phone': { viewport: PHONE, colorScheme: 'dark' } }),
    'by keyboard alone': { viewport: DESKTOP, hands: 'keyboard' },
  };

  it.each(Object.entries(hands))('%s', async (name, options) => {
    const url = platform.publicUrl;
    const visitor = await Visitor.open(browser(), { url, ...options });
    const findings: Record<string, Finding[]> = {};
    const look = async (step: string) => {
      if (step === 'sign-in') return;
      findings[step] = await visitor.findings();
    };
    const pictures = options.hands || options.viewport === PHONE ? undefined : process.env['STEELYARD_PICTURES'];
    const { presses, seconds, labels } = await walkToFirstCharge(visitor, { url, pictures, look });
    console.info(`${name}: ${presses} presses, ${seconds.toFixed(1)} s`);

    expect(labels).toEqual({ playground: '7', sdk: '2' });
    if (options.viewport === DESKTOP) expect(presses).toBeLessThanOrEqual(PRESSES_MAX);
    expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([]);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  }, 180_000);
});
