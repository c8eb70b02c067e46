import { type Client, readHttpError } from '@steelyard/client';

/** Somebody who signed in from a terminal. */
export interface TerminalSession {
  /** Sent as `Authorization: Bearer`. */
  readonly token: string;
  readonly expiresAt: string;
  readonly person: { readonly email: string; readonly name: string };
  /** Oldest first. */
  readonly organizations: readonly { readonly handle: string; readonly name: string; readonly role: string }[];
}

export interface Answered<T> {
  readonly status: number;
  readonly body: T;
}

/** Sends JSON to one of the platform's sign-in routes. @throws SteelyardError */
export async function postSignIn<T>(client: Client, path: string, body: object): Promise<Answered<T>> {
  const response = await client.request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw readHttpError(response, text);
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as T };
}
