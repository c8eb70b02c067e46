/** Something whose bytes can be read when they are needed: `file('cat.png')` of `@steelyard/client/node`, a Blob, your own. */
export interface MediaSource {
  bytes(): Promise<Uint8Array>;
}

/**
 * An image, a sound, any media field of a model. A `string` is sent as it is: base64 text or a data URL. Everything else
 * becomes bytes; a `URL` (`data:`, `http:`, `https:`) is fetched by the client, not by the platform.
 */
export type MediaInput = string | Blob | Uint8Array | ArrayBuffer | URL | MediaSource;
