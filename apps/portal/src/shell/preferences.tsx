import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { LANGUAGES, useLanguage, useStrings, type Language } from '../strings';
import { Icon } from './icons';

/** Language and colours, kept by this browser. */
export function Preferences() {
  const { shell } = useStrings();
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes = { auto: shell.automatic, light: shell.light, dark: shell.dark } as const;

  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={`${shell.language}, ${shell.colours}`} c="var(--mantine-color-text)">
          <Icon name="preferences" size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{shell.language}</Menu.Label>
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <Menu.Item key={code} lang={code} onClick={() => choose(code as Language)} rightSection={code === language && <Icon name="done" size={16} />}>
            {name}
          </Menu.Item>
        ))}
        <Menu.Label>{shell.colours}</Menu.Label>
        {Object.entries(schemes).map(([scheme, name]) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme as keyof typeof schemes)} rightSection={scheme === colorScheme && <Icon name="done" size={16} />}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
