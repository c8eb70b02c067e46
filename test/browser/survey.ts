import { LONG } from '@steelyard/test-support';
import { DESKTOP, PHONE, type Finding, type Visitor } from '@steelyard/test-support/browser';

/** How a page is looked at: as people have it, by day, by night and on the way. */
const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: DESKTOP },
  { name: 'dark phone', colorScheme: 'dark', viewport: PHONE },
  { name: 'dark', colorScheme: 'dark', viewport: DESKTOP },
] as const;

/** Each page in each of them with `--long`; else in one of the first two, by turns. */
let turn = 0;
const looks = () => (LONG ? LOOKS : [LOOKS[turn++ % 2]!]);

/** A page that is wider than the window for this long stays so. */
const SETTLED_MS = 3_000;

/** As much of a page as is measured. */
interface Framed {
  readonly document: { readonly documentElement: { readonly scrollWidth: number; readonly clientWidth: number } };
}

export interface Seen {
  readonly screen: string;
  readonly look: string;
  readonly findings: readonly Finding[];
  /** How wide it is, where that is more than the window. */
  readonly tooWide: string | undefined;
}

/** Looks at a page in light or dark, wide or narrow, without loading it anew. */
export async function survey(visitor: Visitor, screen: string): Promise<Seen[]> {
  const { page } = visitor;
  const seen: Seen[] = [];
  for (const { name, colorScheme, viewport } of looks()) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    seen.push({ screen, look: name, tooWide: await tooWide(visitor), findings: await visitor.findings() });
  }
  return seen;
}

async function tooWide({ page }: Visitor): Promise<string | undefined> {
  const fits = () => {
    const { scrollWidth, clientWidth } = (globalThis as unknown as Framed).document.documentElement;
    return scrollWidth <= clientWidth;
  };
  if (await page.waitForFunction(fits, undefined, { timeout: SETTLED_MS }).catch(() => undefined)) return undefined;
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = (globalThis as unknown as Framed).document.documentElement;
    return `${scrollWidth} px in ${clientWidth}`;
  });
}

/** What has to be mended of what was seen. */
export const problemsOf = (seen: readonly Seen[]): Seen[] => seen.filter(({ findings, tooWide }) => findings.length > 0 || tooWide !== undefined);
