/** What programs are mostly for, as the scopes that they need. */
export const PRESETS = {
  call: ['predict', 'models:read'],
  publish: ['models:publish', 'models:read'],
  ci: ['versions:publish', 'models:read'],
  watch: ['usage:read', 'models:read'],
} as const satisfies Record<string, readonly string[]>;

export type Preset = keyof typeof PRESETS;

/** These reach beyond any list of models, so a key that has one of them is for all. */
const BEYOND_MODELS: readonly string[] = ['models:publish', 'budgets:manage', 'payments:manage', 'keys:manage', 'organization:manage'];

export function canBeForSome(scopes: readonly string[]): boolean {
  return !scopes.some((scope) => BEYOND_MODELS.includes(scope));
}
