import { Anchor, AppShell, Burger, Container, Group, Text } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { useOperatorKey } from '../server/operator-key';
import { useSession } from '../server/session';
import { useStrings } from '../strings';
import { Navigation } from './navigation';
import classes from './shell.module.css';
import { useFirstVisit } from './use-first-visit';
import { UserMenu } from './user-menu';

/** Header, navigation and the place where a page is shown. Nobody in particular has the catalog alone, and needs no navigation for it. */
export function Shell({ children }: { children: ReactNode }) {
  const { shell } = useStrings();
  const { person, platform } = useSession();
  const hasNavigation = useOperatorKey() !== undefined || person !== undefined;
  const [open, { toggle, close }] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  useHotkeys([['Escape', close]]);
  useFirstVisit();
  useBeginning(main, close);

  const navbar = { width: 232, breakpoint: 'sm', collapsed: { mobile: !open } };
  return (
    <AppShell header={{ height: 56 }} {...(hasNavigation && { navbar })} padding={{ base: 'md', sm: 'xl' }}>
      <a className={classes.skip} href="#content">
        {shell.skipToContent}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            {hasNavigation && <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={open ? shell.closeNavigation : shell.openNavigation} aria-expanded={open} />}
            <Anchor component={Link} to="/" underline="never" c="inherit" fw={700} className={classes.brand}>
              <img src="/icon.svg" alt="" width={24} height={24} />
              <span>{shell.product}</span>
            </Anchor>
          </Group>
          <UserMenu />
        </Group>
      </AppShell.Header>
      {hasNavigation && (
        <AppShell.Navbar p="md" className={classes.navbar} data-closed={!open || undefined}>
          <Navigation />
        </AppShell.Navbar>
      )}
      <AppShell.Main id="content" ref={main} tabIndex={-1} className={classes.main}>
        <Container size="lg" px={0}>
          {(platform.demo || platform.developmentSignIn) && (
            <Text size="sm" className={classes.notice}>
              {platform.demo && shell.demoNotice} {platform.developmentSignIn && shell.developmentNotice}
            </Text>
          )}
          {children}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

/** Whoever reads by ear or by keyboard begins at the top of the page that was opened, or at the field that it puts forward. */
function useBeginning(main: React.RefObject<HTMLElement | null>, close: () => void): void {
  const { pathname } = useLocation();
  const first = useRef(true);
  useEffect(() => {
    close();
    const begun = main.current?.contains(document.activeElement);
    if (!first.current && begun !== true) main.current?.focus({ preventScroll: true });
    first.current = false;
    window.scrollTo(0, 0);
  }, [pathname, main, close]);
}
