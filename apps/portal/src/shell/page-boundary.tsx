import { Component, type ReactNode } from 'react';
import { Failure } from '../components/failure';

/** `at` changes with every step of the navigation. */
type Props = Readonly<{ at: string; children: ReactNode }>;

/** A page that fails, or whose file is gone since the server was updated, leaves the way to all others: it is tried again at the next step, and loaded anew on demand. */
export class PageBoundary extends Component<Props, { fault?: { error: unknown } | undefined }> {
  override state: { fault?: { error: unknown } | undefined } = {};

  static getDerivedStateFromError(error: unknown): { fault: { error: unknown } } {
    return { fault: { error } };
  }

  override componentDidUpdate({ at }: Props): void {
    if (this.state.fault && at !== this.props.at) this.setState({ fault: undefined });
  }

  override render(): ReactNode {
    const { fault } = this.state;
    return fault ? <Failure error={fault.error} retry={() => window.location.reload()} /> : this.props.children;
  }
}
