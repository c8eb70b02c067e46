import { newId } from '@steelyard/kernel';
import type { Person, Tx } from '@steelyard/platform-database';

/** Somebody as their issuer vouches for them. */
export interface ProvenPerson {
  readonly issuer: string;
  readonly subject: string;
  /** Lower case. */
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
}

/**
 * The person whom an issuer and its subject name, made at the first sign-in. With a verified address they become whoever was entered in an
 * organization under that address and is nobody yet; an address that anybody might have typed gives no such right.
 */
export async function recordPerson(tx: Tx, proven: ProvenPerson, now: Date): Promise<Person> {
  const { issuer, subject, email, emailVerified, name } = proven;
  const person = await tx.person.upsert({
    where: { issuer_subject: { issuer, subject } },
    create: { id: newId(), issuer, subject, email, emailVerified, name, lastSignInAt: now },
    update: { email, emailVerified, name, lastSignInAt: now },
  });
  if (emailVerified) {
    await tx.$executeRaw`
      UPDATE member SET person_id = ${person.id}::uuid WHERE email = ${email} AND person_id IS NULL
         AND NOT EXISTS (SELECT FROM member other WHERE other.tenant_id = member.tenant_id AND other.person_id = ${person.id}::uuid)`;
  }
  return person;
}
