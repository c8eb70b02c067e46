/** One sign and no blanks, as in the rest of the product. */
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/;
const EMAIL_LENGTH_MAX = 254;

/** The address as an account's name; `undefined` for what is none. */
export function accountOf(text: string | undefined): string | undefined {
  const email = text?.trim().toLowerCase() ?? '';
  return email.length <= EMAIL_LENGTH_MAX && EMAIL.test(email) ? email : undefined;
}

/** `ada.lovelace@example.org` is Ada Lovelace. */
export function nameOf(email: string): string {
  const words = email.slice(0, email.indexOf('@')).split(/[._+-]+/).filter(Boolean);
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join(' ') || email;
}
