import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The blue of a harbour; its sixth shade carries white text at more than 7:1. */
const harbour: MantineColorsTuple = ['#eef5fa', '#dbe8f1', '#b4d0e3', '#8ab6d4', '#679fc8', '#5190c0', '#2a6f9e', '#215f8a', '#1f4b6e', '#133a58'];

export const theme = createTheme({
  colors: { harbour },
  primaryColor: 'harbour',
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
});

/** Styles that are made at run time carry the nonce that the server gave this page. */
export function styleNonce(): string {
  return document.querySelector('meta[name="style-nonce"]')?.getAttribute('content') ?? '';
}
