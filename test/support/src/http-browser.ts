/** As much of a browser as a sign-in needs: keeps cookies per host and path, follows redirects, sends forms. */
export class TestBrowser {
  readonly #jar = new Map<string, { readonly host: string; readonly path: string; readonly name: string; readonly value: string }>();

  /** Where the last page came from. */
  url = new URL('about:blank');

  /** One request, with the cookies that belong to it; a redirect is answered and not followed. */
  async send(address: string | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address);
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...(init.headers as Record<string, string>), cookie: this.cookieFor(url) } });
    for (const line of response.headers.getSetCookie()) this.#keep(line, url);
    this.url = url;
    return response;
  }

  /** Opens a page, following redirects; stops before one that `until` accepts and gives it. */
  async open(address: string | URL, until: (url: URL) => boolean = () => false): Promise<{ response: Response; next: URL | undefined }> {
    return this.#follow(await this.send(address), until);
  }

  /** Sends a form of the page that is shown to `action`. */
  async submit(action: string, fields: Readonly<Record<string, string>>, until: (url: URL) => boolean = () => false): Promise<{ response: Response; next: URL | undefined }> {
    const init = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString() };
    return this.#follow(await this.send(new URL(action, this.url), init), until);
  }

  cookieFor(url: URL): string {
    const fitting = [...this.#jar.values()].filter(({ host, path }) => host === url.hostname && url.pathname.startsWith(path));
    return fitting.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  async #follow(first: Response, until: (url: URL) => boolean): Promise<{ response: Response; next: URL | undefined }> {
    let response = first;
    for (let hops = 0; hops < 20; hops += 1) {
      const location = response.headers.get('location');
      if (location === null) return { response, next: undefined };
      const next = new URL(location, this.url);
      if (until(next)) return { response, next };
      response = await this.send(next);
    }
    throw new Error(`redirected without end, at last to ${this.url.href}`);
  }

  #keep(line: string, url: URL): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const named = (attribute: string) => attributes.find((text) => text.toLowerCase().startsWith(`${attribute}=`))?.slice(attribute.length + 1);
    const path = named('path') ?? '/';
    const key = `${url.hostname} ${path} ${name}`;
    const expires = named('expires');
    const over = named('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now());
    if (over) this.#jar.delete(key);
    else this.#jar.set(key, { host: url.hostname, path, name, value });
  }
}

/** The action of the first form of a page. */
export function formAction(html: string): string {
  const action = /<form[^>]* action="([^"]*)"/.exec(html)?.[1];
  if (action === undefined) throw new Error(`there is no form in: ${html.slice(0, 500)}`);
  return action.replaceAll('&#38;', '&');
}

/** The hidden fields of the first form of a page. */
export function hiddenFields(html: string): Record<string, string> {
  const form = /<form[^]*?<\/form>/.exec(html)?.[0] ?? '';
  return Object.fromEntries([...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

/** Lets a terminal in that shows a code: opens the address with the code in it, confirms, signs in. Gives the last page. */
export async function confirmDevice(address: string, email: string, browser = new TestBrowser()): Promise<string> {
  let html = await (await browser.open(address)).response.text();
  // The code is sent by a form, then confirmed.
  for (let step = 0; step < 2; step += 1) html = await (await browser.submit(formAction(html), hiddenFields(html))).response.text();
  return (await browser.submit(formAction(html), { email })).response.text();
}

/** Signs somebody in at the development issuer, from `start` to where they are sent back. */
export async function signInAs(email: string, start: string | URL, browser = new TestBrowser(), until?: (url: URL) => boolean): Promise<{ browser: TestBrowser; response: Response; next: URL | undefined }> {
  const { response } = await browser.open(start);
  const action = formAction(await response.text());
  return { browser, ...(await browser.submit(action, { email }, until)) };
}
