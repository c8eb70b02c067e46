/** An address that an organization is told at of what happens to it. */
export interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly about: string;
  /** None stands for all. */
  readonly types: readonly string[];
  /** Why nothing is sent there; null while it is sent to. */
  readonly disabled: string | null;
  /** Until when messages are signed with the secret before as well. */
  readonly formerUntil: Date | null;
  readonly createdAt: Date;
}

/** One that was given a secret, which is shown this once: its bytes as base64url. */
export interface EndpointWithSecret {
  readonly endpoint: Endpoint;
  readonly secret: string;
}

export const DISABLED_BY_OWNER = 'It was switched off';
export const DISABLED_GONE = 'It answered 410, which says that nobody is there any more';
