/** The few signs of the shell: 24 units square, drawn with the colour of the text. They stand beside words and say nothing themselves. */
const PATHS = {
  catalog: 'M4 5h7v6H4z M13 5h7v6h-7z M4 13h7v6H4z M13 13h7v6h-7z',
  tasks: 'M4 6h2 M10 6h10 M4 12h2 M10 12h10 M4 18h2 M10 18h10',
  compare: 'M4 5h6v14H4z M14 5h6v14h-6z',
  publish: 'M12 16V4 M7 9l5-5 5 5 M4 16v4h16v-4',
  models: 'M12 3l8 4.5v9L12 21l-8-4.5v-9z M4 7.5l8 4.5 8-4.5 M12 12v9',
  earnings: 'M4 20V11 M10 20V4 M16 20v-6 M21 20H3',
  usage: 'M3 12h4l3-8 4 16 3-8h4',
  budgets: 'M4 18a9 9 0 1 1 16 0 M12 16l4-6 M4 18h2 M18 18h2',
  wallet: 'M4 7h14v12H4z M4 7l11-3v3 M14 12h5v3h-5z',
  invoices: 'M6 3h12v18l-3-2-3 2-3-2-3 2z M9 8h6 M9 12h6',
  evaluate: 'M4 20h16 M7 20v-7 M12 20V5 M17 20V9',
  keys: 'M14.5 9.5a4.5 4.5 0 1 0-4.2 4.5L13 16.5h3V19h3v-2.5L14.3 11a4.5 4.5 0 0 0 .2-1.5z M9 9.5h.01',
  overview: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  settings: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6 M16 4.5a3.5 3.5 0 0 1 0 6 M18 14.5c2 .8 3.2 2.6 3.5 5.5',
  webhooks: 'M5 12a7 7 0 0 1 14 0 M8 12a4 4 0 0 1 8 0 M12 12v8 M9 17l3 3 3-3',
  privacy: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z M9 12l2 2 4-4',
  audit: 'M6 3h9l4 4v14H6z M9 9h3 M9 13h7 M9 17h7',
  engine: 'M7 7h10v10H7z M10 3v4 M14 3v4 M10 17v4 M14 17v4 M3 10h4 M3 14h4 M17 10h4 M17 14h4',
  ledger: 'M5 4h14v16H5z M9 4v16 M12 9h4 M12 13h4',
  stuck: 'M12 4l9 16H3z M12 10v4 M12 17h.01',
  months: 'M4 6h16v14H4z M4 10h16 M8 3v4 M16 3v4',
  charges: 'M4 12a8 8 0 1 1 3 6 M4 20v-5h5',
  reports: 'M5 21V4h13l-3 4.5 3 4.5H5',
  preferences: 'M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18z M3.5 12h17 M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9s.5-6 3.5-9z',
  chevron: 'M7 10l5 5 5-5',
  done: 'M5 12.5l4.5 4.5L19 7.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.75} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
