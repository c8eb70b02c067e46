import { Component, type ReactNode } from 'react';
import classes from './markdown.module.css';

/** Shows the text as it is where its children fail on it: Markdown nested thousands deep, for one. */
export class PlainOnFailure extends Component<{ text: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <pre className={classes.plain}>{this.props.text}</pre> : this.props.children;
  }
}
