import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

export interface VisitorOptions {
  readonly url: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
}

export interface Finding {
  readonly rule: string;
  readonly impact: string;
  readonly where: readonly string[];
}

/** Somebody in front of a browser of their own. Notes what the page complains of: nothing may. */
export class Visitor {
  readonly complaints: string[] = [];
  clicks = 0;

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly url: string,
  ) {}

  static async open(browser: Browser, { url, viewport = DESKTOP, colorScheme = 'light', locale = 'en-GB' }: VisitorOptions): Promise<Visitor> {
    const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion: 'reduce', isMobile: viewport.width < 600, hasTouch: viewport.width < 600 });
    const page = await context.newPage();
    const visitor = new Visitor(context, page, url);
    page.on('pageerror', (error) => visitor.complaints.push(error.message));
    page.on('console', (message) => {
      // A refused request is the server's answer, which the page shows; the browser notes it all the same.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) visitor.complaints.push(message.text());
    });
    page.setDefaultTimeout(15_000);
    return visitor;
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(this.url + path);
  }

  /** A click that a person would make; what the suites count. */
  async click(role: Parameters<Page['getByRole']>[0], name: string | RegExp): Promise<void> {
    this.clicks += 1;
    await this.page.getByRole(role, { name }).first().click();
  }

  /** Signs in through the development issuer; two clicks. */
  async signIn(email: string): Promise<void> {
    await this.click('link', 'Sign in');
    await this.page.getByLabel('E-mail').fill(email);
    await this.click('button', /^(Sign in|Continue)/);
    await this.page.waitForURL((address) => address.origin === new URL(this.url).origin || address.hostname === 'localhost');
  }

  get isPhone(): boolean {
    return (this.page.viewportSize()?.width ?? 0) < 600;
  }

  /** What axe-core finds serious or critical on the page as it is. */
  async findings(): Promise<Finding[]> {
    // As the debugger, not as the page: the policy of the page lets no other script in.
    await this.page.evaluate(axeSource);
    return this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { target: unknown[] }[] }[] }> } };
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, impact, nodes }) => ({ rule: id, impact, where: nodes.map(({ target }) => target.join(' ')) }));
    });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
