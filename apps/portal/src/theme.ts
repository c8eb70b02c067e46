import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The blue of a harbour: its shade 8 under white text in the light, 6 in the dark; 6 is told from a dark ground as well (3:1). */
const harbour: MantineColorsTuple = ['#eef5fa', '#dbe8f1', '#b4d0e3', '#8ab6d4', '#679fc8', '#5190c0', '#2f77a8', '#215f8a', '#1f4b6e', '#133a58'];

/** Greys with a little of that blue. Shade 6 is the lightest that text may have on white (4.5:1), shade 2 of `dark` the darkest on its ground. */
const gray: MantineColorsTuple = ['#f7f9fb', '#f0f3f6', '#e6eaef', '#dbe1e8', '#c9d1da', '#a7b1bd', '#5c6672', '#454e59', '#323a43', '#1f262d'];
const dark: MantineColorsTuple = ['#d9dfe6', '#b7c0ca', '#98a3b0', '#65717f', '#3a434e', '#2f3741', '#222931', '#171c22', '#12161b', '#0d1014'];

export const theme = createTheme({
  colors: { harbour, gray, dark },
  black: '#1a222b',
  primaryColor: 'harbour',
  primaryShade: { light: 8, dark: 6 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  components: {
    // A title in the colour of text: green on green and orange on orange are hard to read.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    // A word that is wider than its place is broken, wherever it comes from.
    Text: { styles: { root: { overflowWrap: 'break-word' } } },
    Badge: { defaultProps: { tt: 'none' } },
    Modal: { styles: { title: { fontWeight: 650, fontSize: 'var(--mantine-font-size-lg)' } } },
  },
});

/** Colours of text that the library has too pale to be read by everybody. */
export const readableColours: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-error': '#b3261e', '--mantine-color-placeholder': gray[6] },
  dark: { '--mantine-color-error': '#ff9f97', '--mantine-color-placeholder': dark[2] },
});

/** Styles that are made at run time carry the nonce that the server gave this page. */
export function styleNonce(): string {
  return document.querySelector('meta[name="style-nonce"]')?.getAttribute('content') ?? '';
}

/** Dialogs keep the page behind them from scrolling by a style of their own; what makes it looks for the nonce under this name. */
export function shareStyleNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
