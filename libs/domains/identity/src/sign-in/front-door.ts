import { Injectable } from '@nestjs/common';
import { signInErrors } from './errors.js';

/** A client that the issuer knows; without a secret a public one. */
export interface IssuerClientId {
  readonly id: string;
  readonly secret?: string | undefined;
}

/** Whom people prove to who they are. */
export interface Issuer {
  readonly url: URL;
  /** What is written down as a person's issuer: its URL, or a word that outlives a changing address. */
  readonly name: string;
  readonly portal: IssuerClientId;
  /** For terminals; absent where the issuer has no client for them. */
  readonly cli?: IssuerClientId | undefined;
}

export interface FrontDoorPlace {
  /** Where browsers reach this server. */
  readonly publicUrl: URL;
  /** Asked when somebody first signs in; absent when nobody can. */
  readonly issuer?: (() => Promise<Issuer>) | undefined;
  /** Whether that is the development issuer, where anybody may be anybody. */
  readonly development: boolean;
}

/** Where people come in. The server's port may be any, so this is known only once it listens: until then no cookie is believed. */
@Injectable()
export class FrontDoor {
  #place: FrontDoorPlace | undefined;

  open(place: FrontDoorPlace): void {
    this.#place = place;
  }

  get isOpen(): boolean {
    return this.#place !== undefined;
  }

  get publicUrl(): URL {
    return this.#known.publicUrl;
  }

  get origin(): string {
    return this.publicUrl.origin;
  }

  /** Whether browsers come by https. */
  get secure(): boolean {
    return this.publicUrl.protocol === 'https:';
  }

  get development(): boolean {
    return this.#place?.development === true;
  }

  /** @throws AppError `SIGN_IN.NOT_CONFIGURED`, and what finding it throws. */
  async issuer(): Promise<Issuer> {
    const { issuer } = this.#known;
    if (!issuer) throw signInErrors.NOT_CONFIGURED({});
    return issuer();
  }

  get #known(): FrontDoorPlace {
    if (!this.#place) throw signInErrors.NOT_OPEN({});
    return this.#place;
  }
}
