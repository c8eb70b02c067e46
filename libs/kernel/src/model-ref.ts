/** A model as people write it: `acme/digits`, `acme/digits@1.0.0`, `acme/digits:beta`. Neither suffix means `:stable`. */
export interface ModelRef {
  readonly owner: string;
  readonly name: string;
  readonly version?: string;
  readonly channel?: string;
}

/** Handles, model names and channels: lower case letters, digits and inner hyphens, at most 64 characters. */
export const NAME_PATTERN = '[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?';

const REF = new RegExp(`^(${NAME_PATTERN})/(${NAME_PATTERN})(?:@([0-9A-Za-z.+-]{1,128})|:(${NAME_PATTERN}))?$`);

/** Reads a reference, or gives `undefined` when the text is none. */
export function parseModelRef(text: string): ModelRef | undefined {
  const match = REF.exec(text);
  if (!match) return undefined;
  const [, owner, name, version, channel] = match;
  if (version !== undefined) return { owner: owner!, name: name!, version };
  return { owner: owner!, name: name!, channel: channel ?? 'stable' };
}

export function formatModelRef(ref: ModelRef): string {
  const suffix = ref.version !== undefined ? `@${ref.version}` : ref.channel && ref.channel !== 'stable' ? `:${ref.channel}` : '';
  return `${ref.owner}/${ref.name}${suffix}`;
}
