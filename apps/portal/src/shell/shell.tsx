import { Anchor, AppShell, Burger, Container, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { useSession } from '../server/session';
import { useStrings } from '../strings';
import { Navigation } from './navigation';
import classes from './shell.module.css';
import { UserMenu } from './user-menu';

/** Header, navigation and the place where a page is shown. */
export function Shell({ children }: { children: ReactNode }) {
  const { shell } = useStrings();
  const { platform } = useSession();
  const [open, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  // Whoever reads by ear or by keyboard begins at the top of the page that was opened.
  useEffect(() => {
    close();
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname, close]);

  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !open } }} padding="md">
      <a className={classes.skip} href="#content">
        {shell.skipToContent}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={shell.openNavigation} />
            <Anchor component={Link} to="/" underline="never" c="inherit" fw={700} className={classes.brand}>
              <img src="/icon.svg" alt="" width={24} height={24} />
              {shell.product}
            </Anchor>
          </Group>
          <UserMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" ref={main} tabIndex={-1} className={classes.main}>
        {(platform.demo || platform.developmentSignIn) && (
          <Text size="sm" className={classes.notice}>
            {platform.demo && shell.demoNotice} {platform.developmentSignIn && shell.developmentNotice}
          </Text>
        )}
        <Container size="lg" px={0} pt="md">
          {children}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
