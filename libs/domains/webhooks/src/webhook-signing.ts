import { Inject, Injectable } from '@nestjs/common';
import { DerivedSecrets, type DerivedSecret } from '@steelyard/domain-identity';

const PURPOSE = 'steelyard organization webhook';

/** What messages are signed with. */
@Injectable()
export class WebhookSigning {
  constructor(@Inject(DerivedSecrets) private readonly secrets: DerivedSecrets) {}

  make(): DerivedSecret {
    return this.secrets.make(PURPOSE);
  }

  /** Those that can still be made: not where the server's pepper has changed since. */
  known(labels: readonly (string | null)[]): string[] {
    return labels.flatMap((label) => (label === null ? [] : (this.secrets.again(PURPOSE, label) ?? [])));
  }
}
