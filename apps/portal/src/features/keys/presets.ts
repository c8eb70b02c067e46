/** What programs are mostly for, as the scopes that they need. */
export const PRESETS = {
  call: ['predict', 'models:read'],
  publish: ['models:publish', 'models:read'],
  watch: ['usage:read', 'models:read'],
} as const satisfies Record<string, readonly string[]>;

export type Preset = keyof typeof PRESETS;
