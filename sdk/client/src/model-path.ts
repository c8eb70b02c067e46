import { createError } from './create-error.js';

const REF = /^([^/@:\s]+)\/([^/@:\s]+)(?:@([^/@:\s]+)|:([^/@:\s]+))?$/;

/**
 * The path of the native route for a reference: `acme/digits@1.0.0` → `/v1/predict/acme/digits@1.0.0`.
 * @throws InputInvalidError `CLIENT.REF_INVALID`
 */
export function predictPath(ref: string): string {
  return `/v1/predict/${pathOf(ref)}`;
}

/** The path that says what a call would cost. @throws InputInvalidError `CLIENT.REF_INVALID` */
export function estimatePath(ref: string): string {
  return `/v1/estimate/${pathOf(ref)}`;
}

function pathOf(ref: string): string {
  const match = REF.exec(ref);
  if (!match) {
    throw createError({
      kind: 'invalid',
      code: 'CLIENT.REF_INVALID',
      message: `"${ref}" is not a model reference`,
      fix: 'write owner/model, owner/model:channel or owner/model@version',
      charged: 'no',
    });
  }
  const [, owner, name, version, channel] = match;
  const suffix = version !== undefined ? `@${encodeURIComponent(version)}` : channel !== undefined ? `:${encodeURIComponent(channel)}` : '';
  return `${encodeURIComponent(owner!)}/${encodeURIComponent(name!)}${suffix}`;
}
