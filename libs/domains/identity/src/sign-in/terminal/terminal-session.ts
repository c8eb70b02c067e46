import { Inject, Injectable } from '@nestjs/common';
import type { Role } from '@steelyard/kernel';
import { FindPeople } from '../../people/find-people.js';
import { OpenSession } from '../../people/open-session.js';
import { FrontDoor } from '../front-door.js';
import type { IssuerAnswer } from '../issuer/issuer-answer.js';

/** What a terminal is told when somebody has signed in there. */
export interface TerminalSession {
  /** Sent as `Authorization: Bearer`. */
  readonly token: string;
  readonly expiresAt: Date;
  readonly person: { readonly email: string; readonly name: string };
  /** Oldest first. */
  readonly organizations: readonly { readonly handle: string; readonly name: string; readonly role: Role }[];
}

/** Opens the session at the end of both ways in which a terminal signs in. */
@Injectable()
export class OpenTerminalSession {
  constructor(
    @Inject(FrontDoor) private readonly door: FrontDoor,
    @Inject(OpenSession) private readonly openSession: OpenSession,
    @Inject(FindPeople) private readonly findPeople: FindPeople,
  ) {}

  async open(answer: IssuerAnswer, userAgent: string | undefined): Promise<TerminalSession> {
    const { url } = await this.door.issuer();
    const { token, session, person } = await this.openSession.open({ ...answer, kind: 'terminal', userAgent, issuerClient: 'cli', issuerUrl: url });
    const { id, email, name } = person;
    const organizations = await this.findPeople.organizations({ id, email, name, sessionId: session.id });
    return {
      token,
      expiresAt: session.expiresAt,
      person: { email, name },
      organizations: organizations.map(({ organization, membership }) => ({ handle: organization.handle, name: organization.name, role: membership.role })),
    };
  }
}
