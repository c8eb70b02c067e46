import { defineErrors } from '@steelyard/kernel';

export const signInErrors = defineErrors('SIGN_IN', {
  NOT_CONFIGURED: {
    kind: 'not-configured',
    message: (_: object) => 'Nobody can sign in: this server has no issuer configured',
    fix: 'Who runs the server sets STEELYARD_OIDC_ISSUER, STEELYARD_OIDC_CLIENT_ID and STEELYARD_OIDC_CLIENT_SECRET.',
  },
  NOT_OPEN: {
    kind: 'unavailable',
    message: (_: object) => 'The server is just starting',
  },
  TERMINALS_NOT_CONFIGURED: {
    kind: 'not-configured',
    message: (_: object) => 'Terminals cannot sign in: this server has no client for them at its issuer',
    fix: 'Who runs the server sets STEELYARD_OIDC_CLI_CLIENT_ID. An API key works without.',
  },
  DEVICE_UNSUPPORTED: {
    kind: 'not-configured',
    message: (_: object) => 'The issuer has no sign-in by code',
    fix: 'Sign in with a browser on the same machine, or use an API key.',
  },
  ISSUER_UNREACHABLE: {
    kind: 'unavailable',
    message: ({ issuer }: { issuer: string }) => `The issuer ${issuer} does not answer as it should`,
    fix: 'Try again in a moment. When it lasts, who runs the server looks at its log.',
  },
  RETURN_REFUSED: {
    kind: 'invalid',
    message: (_: object) => 'After sign-in one can return to a page of this site only',
    fix: 'Give return= a path that begins with one slash.',
  },
  REDIRECT_REFUSED: {
    kind: 'invalid',
    message: (_: object) => 'A terminal can be answered on its own machine only',
    fix: 'Give redirectUri as http://127.0.0.1:<port>/callback.',
  },
  ORIGIN_REFUSED: {
    kind: 'forbidden',
    message: (_: object) => 'This was sent by a page of another site',
  },
  JSON_ONLY: {
    kind: 'unsupported-media-type',
    message: (_: object) => 'This must be sent as application/json',
  },
  REQUEST_INVALID: {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) => problem,
  },
  ATTEMPT_UNKNOWN: {
    kind: 'invalid',
    message: (_: object) => 'This sign-in was begun elsewhere, took too long, or has been answered already',
    fix: 'Begin again, and finish where you began.',
  },
  ANSWER_REFUSED: {
    kind: 'forbidden',
    message: ({ reason }: { reason: string }) => `What came back from the issuer was not accepted: ${reason}`,
    fix: 'Sign in again. When it fails again, who runs the server looks at its log.',
  },
  DECLINED: {
    kind: 'forbidden',
    message: ({ error }: { error: string }) => `The issuer let nobody in: ${error}`,
    fix: 'Sign in again.',
  },
  EMAIL_MISSING: {
    kind: 'forbidden',
    message: (_: object) => 'The issuer told no e-mail address',
    fix: 'Who runs the issuer allows this server the scope email.',
  },
});
