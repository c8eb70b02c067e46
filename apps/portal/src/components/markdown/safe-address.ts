const OUTWARD = /^(https?:\/\/|mailto:)/i;

/** The address when a stranger's link may lead there: the web, mail, or a footnote of the same text. Nothing else of this page or this browser. */
export function safeAddress(address: string): string | undefined {
  return OUTWARD.test(address) || address.startsWith('#user-content-') ? address : undefined;
}
