/** If the page itself is at fault, it says so: nobody waits before an empty page. */

import { Component, type ComponentChildren } from "preact";
import { useHere } from "../here.js";
import { Whoops } from "../parts/whoops.js";

interface Props {
  readonly children: ComponentChildren;
}

export class Faults extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Fault /> : this.props.children;
  }
}

function Fault() {
  const { say } = useHere();
  return (
    <main class="sheet">
      <Whoops text={say.failures.fault} />
    </main>
  );
}
