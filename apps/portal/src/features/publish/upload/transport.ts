import { readHttpError } from '@steelyard/client';
import { portalHeaders } from '../../../server/ask';
import { FileUnreadable } from './hash-files';
import { Interrupted, type Part, type Transport } from './send-file';

const addressOf = (sha256: string): string => `/v1/uploads/sha256/${sha256}`;

/** The uploads of this server, with the session of this browser. */
export const transport: Transport = {
  ask: async (sha256, signal) => {
    const response = await fetch(addressOf(sha256), { method: 'HEAD', headers: portalHeaders(), credentials: 'same-origin', signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new Interrupted('connection', error);
    });
    if (response.status === 404) return { offset: 0 };
    if (!response.ok) throw refusal(response, '');
    return { offset: Number(response.headers.get('upload-offset')), length: Number(response.headers.get('upload-length')) };
  },

  send: async (part, signal, onSent) => {
    const { response, body } = await patch(part, signal, onSent);
    const reached = response.headers.get('upload-offset');
    if (reached !== null && (response.ok || response.status === 409)) return Number(reached);
    throw refusal(response, body);
  },

  /** Ends early when the browser finds its connection again. */
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener('online', done);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = () => {
        done();
        reject(signal.reason as Error);
      };
      const timer = setTimeout(done, ms);
      addEventListener('online', done, { once: true });
      signal.addEventListener('abort', stop, { once: true });
    }),
};

/** By XMLHttpRequest, since fetch does not tell how much has left. */
function patch({ path, sha256, offset, length, bytes }: Part, signal: AbortSignal, onSent: (bytes: number) => void): Promise<{ response: Response; body: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const end = (settle: () => void) => () => {
      signal.removeEventListener('abort', stop);
      settle();
    };
    request.open('PATCH', addressOf(sha256));
    const sent = { ...portalHeaders(), 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), 'upload-length': String(length) };
    for (const [name, value] of Object.entries(sent)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onabort = end(() => reject(signal.reason as Error));
    // Also when the file cannot be read any more: that shows when it is asked for its bytes.
    request.onerror = end(() => void readable(bytes).then(() => reject(new Interrupted('connection', undefined)), () => reject(new FileUnreadable(path))));
    request.onload = end(() => {
      const { status, responseText } = request;
      const headers = new Headers();
      for (const name of ['upload-offset', 'x-request-id', 'retry-after']) {
        const value = request.getResponseHeader(name);
        if (value !== null) headers.set(name, value);
      }
      resolve({ response: new Response(null, { status, headers }), body: responseText });
    });
    signal.addEventListener('abort', stop, { once: true });
    request.send(bytes);
  });
}

async function readable(bytes: Blob): Promise<void> {
  await bytes.slice(0, 1).arrayBuffer();
}

function refusal(response: Response, body: string): Error {
  const error = readHttpError(response, body);
  return error.retryable || response.status === 409 || response.status >= 500 ? new Interrupted('server', error) : error;
}
