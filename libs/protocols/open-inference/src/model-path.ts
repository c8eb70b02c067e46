import { httpErrors } from '@steelyard/platform-http';

/** What a path below `/v2/models` says. */
export interface ModelPath {
  /** As the path names it, for the answer. */
  readonly name: string;
  /** `owner/name`, with `@version` or `:channel`. */
  readonly ref: string;
  /** `infer`, `ready`, `config`, `stats`; empty for the model itself. */
  readonly action: string;
}

/**
 * `{model}[/versions/{version}][/{action}]`, where the model is `owner/name`, the same as one part (`owner%2Fname`), or its alias without
 * a slash, `owner.name`.
 * @throws HTTP.NOT_FOUND
 */
export function readModelPath(parts: readonly string[]): ModelPath {
  const { name, rest } = splitName(parts);
  const versioned = rest[0] === 'versions' && rest[1] !== undefined && rest[1] !== '';
  const [action = '', ...more] = versioned ? rest.slice(2) : rest;
  if (more.length > 0 || !name.includes('/')) throw httpErrors.NOT_FOUND({ path: ['/v2/models', ...parts].join('/') });
  return { name: name, ref: versioned ? `${name.replace(/[@:].*$/, '')}@${rest[1]}` : name, action };
}

/** Handles of owners have no dots. */
function splitName([first = '', ...rest]: readonly string[]): { name: string; rest: readonly string[] } {
  if (first.includes('/')) return { name: first, rest };
  if (first.includes('.')) return { name: first.replace('.', '/'), rest };
  return { name: `${first}/${rest[0] ?? ''}`, rest: rest.slice(1) };
}
