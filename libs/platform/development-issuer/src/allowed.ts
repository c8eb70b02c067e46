import type { AppError } from '@steelyard/kernel';
import { developmentIssuerErrors } from './errors.js';

export interface Surroundings {
  /** `NODE_ENV` */
  readonly environment: string;
  /** Where browsers reach the server that people are signed in to. */
  readonly publicUrl: URL;
}

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Why no development issuer may run here; `undefined` where it may. */
export function refusalOf({ environment, publicUrl }: Surroundings): AppError | undefined {
  if (environment === 'production') return developmentIssuerErrors.IN_PRODUCTION({});
  if (!LOOPBACK.test(publicUrl.hostname)) return developmentIssuerErrors.NOT_LOOPBACK({ publicUrl: publicUrl.origin });
  return undefined;
}
