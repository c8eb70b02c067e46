import type { DeprecationNotice } from './call.js';

const SUCCESSOR = /<[^<>]*\/models\/([a-z0-9-]+\/[a-z0-9-]+)\?version=([^<>&]+)>; *rel="?successor-version/;

/** `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and the link to a successor; `undefined` unless both dates can be read. */
export function readDeprecation(headers: Headers): DeprecationNotice | undefined {
  const since = new Date(Number(headers.get('deprecation')?.replace(/^@/, '') ?? Number.NaN) * 1_000);
  const sunsetAt = new Date(headers.get('sunset') ?? Number.NaN);
  if (Number.isNaN(since.getTime()) || Number.isNaN(sunsetAt.getTime())) return undefined;
  const [, model, version] = SUCCESSOR.exec(headers.get('link') ?? '') ?? [];
  return { since, sunsetAt, successor: model && version ? `${model}@${decodeVersion(version)}` : undefined };
}

function decodeVersion(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
