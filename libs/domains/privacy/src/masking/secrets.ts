import { findPattern, type Finding } from './finding.js';

/** Secrets that say what they are, by the form that their issuer documents. */
const FORMS = [
  /sy_(?:live|test)_[A-Za-z0-9]{8,32}_[A-Za-z0-9]{32,64}/,
  /(?:AKIA|ASIA)[A-Z0-9]{16}/,
  /gh[pousr]_[A-Za-z0-9]{36,255}/,
  /github_pat_[A-Za-z0-9_]{60,255}/,
  /glpat-[A-Za-z0-9_-]{20,64}/,
  /xox[abeoprs]-[A-Za-z0-9-]{10,255}/,
  /(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255}/,
  /whsec_[A-Za-z0-9+/=_-]{24,128}/,
  /sk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,255}/,
  /AIza[A-Za-z0-9_-]{35}/,
  /npm_[A-Za-z0-9]{36}/,
  /hf_[A-Za-z0-9]{30,64}/,
  /eyJ[A-Za-z0-9_-]{10,4096}\.eyJ[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]{16,1024}/,
];
const TOKENS = new RegExp(`(?<![A-Za-z0-9_-])(?:${FORMS.map(({ source }) => source).join('|')})(?![A-Za-z0-9])`, 'g');
/** A private key as PEM, to its end line where it has one. */
const PRIVATE_KEYS = /-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY-----[A-Za-z0-9+/=\\\s]{16,16384}(?:-----END (?:[A-Z]{2,9} ){0,2}PRIVATE KEY-----)?/g;

/** API keys, tokens and private keys. */
export function findSecrets(text: string): readonly Finding[] {
  return [...findPattern(text, PRIVATE_KEYS), ...findPattern(text, TOKENS)];
}
