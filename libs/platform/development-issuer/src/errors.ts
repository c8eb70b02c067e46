import { defineErrors } from '@steelyard/kernel';

export const developmentIssuerErrors = defineErrors('DEVELOPMENT_ISSUER', {
  IN_PRODUCTION: {
    kind: 'not-configured',
    message: (_: object) => 'The development issuer, where anybody may be anybody, does not run in production',
    fix: 'Set STEELYARD_OIDC_ISSUER to the issuer that your people sign in with.',
  },
  NOT_LOOPBACK: {
    kind: 'not-configured',
    message: ({ publicUrl }: { publicUrl: string }) => `The development issuer, where anybody may be anybody, does not sign people in to ${publicUrl}, which other machines reach`,
    fix: 'Set STEELYARD_OIDC_ISSUER to the issuer that your people sign in with, or STEELYARD_PUBLIC_URL to an address of this machine.',
  },
});
