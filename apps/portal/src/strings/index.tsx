import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { en } from './en';
import type { Strings } from './strings';

export type { Strings };

export const LANGUAGES = { en: 'English', 'zh-CN': '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;

const CHOICE = 'steelyard.language';

const load: Record<Language, () => Promise<Strings>> = {
  en: () => Promise.resolve(en),
  'zh-CN': () => import('./zh').then(({ zh }) => zh),
};

interface Chosen {
  readonly strings: Strings;
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const StringsContext = createContext<Chosen>(undefined as never);

function preferred(): Language {
  const chosen = localStorage.getItem(CHOICE);
  if (chosen === 'en' || chosen === 'zh-CN') return chosen;
  return navigator.languages.find((language) => /^(zh|en)\b/.test(language))?.startsWith('zh') ? 'zh-CN' : 'en';
}

export function StringsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferred);
  const [strings, setStrings] = useState<Strings | undefined>(language === 'en' ? en : undefined);

  useEffect(() => {
    let current = true;
    void load[language]().then((loaded) => current && setStrings(loaded));
    document.documentElement.lang = language;
    return () => {
      current = false;
    };
  }, [language]);

  const chosen = useMemo(() => {
    const choose = (next: Language) => {
      localStorage.setItem(CHOICE, next);
      setLanguage(next);
    };
    return strings && { strings, language, choose };
  }, [strings, language]);
  return chosen && <StringsContext value={chosen}>{children}</StringsContext>;
}

/** Only below StringsProvider. */
export function useLanguage(): Chosen {
  return useContext(StringsContext);
}

export function useStrings(): Strings {
  return useLanguage().strings;
}

/** Texts that come with the page that they are of, in every language, and so are not part of what everybody loads first. */
export function useTextsOf<Texts>(texts: Readonly<Record<Language, Texts>>): Texts {
  return texts[useLanguage().language];
}
