import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

export type Role = Parameters<Page['getByRole']>[0];

export interface VisitorOptions {
  readonly url: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
  /** With `keyboard` whatever is pressed is reached by the Tab key. */
  readonly hands?: 'pointer' | 'keyboard';
}

export interface Finding {
  readonly rule: string;
  readonly impact: string;
  readonly where: readonly string[];
}

/** More than any page has between its first and its last control. */
const TABS_MAX = 150;

/** Somebody in front of a browser of their own. Notes what the page complains of: nothing may. */
export class Visitor {
  readonly complaints: string[] = [];
  /** What was pressed, and folders dropped: by pointer a click each. */
  presses = 0;

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly options: VisitorOptions,
  ) {}

  static async open(browser: Browser, options: VisitorOptions): Promise<Visitor> {
    const { viewport = DESKTOP, colorScheme = 'light', locale = 'en-GB' } = options;
    const isPhone = viewport.width < 600;
    const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion: 'reduce', isMobile: isPhone, hasTouch: isPhone });
    const page = await context.newPage();
    const visitor = new Visitor(context, page, options);
    page.on('pageerror', (error) => visitor.complaints.push(error.message));
    page.on('console', (message) => {
      // A refused request is the server's answer, which the page shows; the browser notes it all the same.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) visitor.complaints.push(message.text());
    });
    page.setDefaultTimeout(20_000);
    return visitor;
  }

  get isPhone(): boolean {
    return (this.options.viewport ?? DESKTOP).width < 600;
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(this.options.url + path);
  }

  /** Goes to another page of the portal as a link of it would: nothing is loaded anew. */
  async moveTo(path: string): Promise<void> {
    await this.page.evaluate((to) => {
      const { history, dispatchEvent, PopStateEvent } = globalThis as unknown as { history: { pushState(state: null, unused: string, to: string): void }; dispatchEvent(event: unknown): void; PopStateEvent: new (type: string) => unknown };
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    }, path);
  }

  /** Presses a control as a person would, once it is there. */
  async press(role: Role, name: string | RegExp, within: Page | Locator = this.page): Promise<void> {
    const control = within.getByRole(role, { name, exact: typeof name === 'string' }).first();
    await control.waitFor();
    this.presses += 1;
    if (this.options.hands === 'keyboard') await this.#pressByKeyboard(control);
    else await control.click();
  }

  /** Types into the field with this label. */
  async fill(label: string | RegExp, text: string): Promise<void> {
    const field = this.page.getByLabel(label).first();
    await field.waitFor();
    if (this.options.hands !== 'keyboard') return field.fill(text);
    await this.#tabTo(field);
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.type(text);
  }

  /** Drops a folder, with all that is in it, on a place of the page. By keyboard: presses the button that asks for one. */
  async dropFolder(dir: string, place: Locator, button: string | RegExp): Promise<void> {
    if (this.options.hands === 'keyboard') {
      const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), this.press('button', button)]);
      return chooser.setFiles(dir);
    }
    this.presses += 1;
    await place.scrollIntoViewIfNeeded();
    const box = (await place.boundingBox())!;
    const debuggerOf = await this.context.newCDPSession(this.page);
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files: [dir], dragOperationsMask: 1 } };
    const move = (type: 'dragEnter' | 'dragOver' | 'drop') => debuggerOf.send('Input.dispatchDragEvent', { type, ...at });
    await move('dragEnter');
    await move('dragOver');
    // The place looks otherwise once something is over it, and another part of it may lie under the hand, which stays where it is.
    await this.page.evaluate(() => new Promise((painted) => setTimeout(painted, 50)));
    await move('dragOver');
    await move('dragOver');
    await move('drop');
    await debuggerOf.detach();
  }

  /** Signs in through the development issuer. */
  async signIn(email: string): Promise<void> {
    await this.press('link', 'Sign in');
    await this.fill('E-mail', email);
    await this.press('button', 'Sign in');
    await this.page.waitForURL((address) => address.origin === this.options.url);
  }

  /** Opens the navigation where the screen is too narrow to show it. */
  async openNavigation(): Promise<void> {
    if (this.isPhone) await this.press('button', 'Open navigation');
  }

  /** What axe-core finds serious or critical on the page as it is. */
  async findings(): Promise<Finding[]> {
    // As the debugger, not as the page: the policy of the page lets no other script in.
    if (!(await this.page.evaluate(() => 'axe' in globalThis))) await this.page.evaluate(axeSource);
    return this.page.evaluate(async () => {
      const { axe, document } = globalThis as unknown as { document: { getAnimations(): { finished: Promise<unknown> }[] }; axe: { run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { target: unknown[] }[] }[] }> } };
      // Colours that are on their way are nobody's choice.
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      const { violations } = await axe.run({ resultTypes: ['violations'] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, impact, nodes }) => ({ rule: id, impact, where: nodes.map(({ target }) => target.join(' ')) }));
    });
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  async #pressByKeyboard(control: Locator): Promise<void> {
    await this.#tabTo(control);
    const isChoice = await control.evaluate((element) => element.matches('[type=checkbox], [type=radio], [role=switch]'));
    await this.page.keyboard.press(isChoice ? 'Space' : 'Enter');
  }

  async #tabTo(control: Locator): Promise<void> {
    for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
      const isThere = await control.evaluate((element) => element === element.ownerDocument.activeElement);
      if (isThere) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`the Tab key does not lead to ${control.toString()}`);
  }
}
