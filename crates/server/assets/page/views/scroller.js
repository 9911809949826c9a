// The window on the messages, and where it stands while they change.

import { Component, html } from '../html.js';

/** So near to the end counts as being there. */
export const AT_END = 40;

/** Keeps what is seen in its place: the end at the end, else the message that is on top. `handle` gets it. */
export class Scroller extends Component {
  following = true;

  componentDidMount() {
    this.props.handle.current = this;
    this.toEnd();
    // Pictures and lines that grow push the end down; a keyboard that opens lifts it.
    this.watcher = new ResizeObserver(() => this.following && this.toEnd());
    this.watcher.observe(this.inner);
    this.watcher.observe(this.element);
  }

  componentWillUnmount() {
    this.watcher.disconnect();
  }

  getSnapshotBeforeUpdate(previous) {
    if (previous.content === this.props.content) return null;
    const top = this.element.getBoundingClientRect().top;
    const anchor = [...this.inner.querySelectorAll('[data-key]')].find((item) => item.getBoundingClientRect().bottom > top);
    return anchor && { key: anchor.dataset.key, at: anchor.getBoundingClientRect().top };
  }

  componentDidUpdate(previous, _, anchor) {
    if (this.following && this.props.atEnd) {
      this.toEnd();
    } else if (anchor) {
      const item = this.inner.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
      if (item) this.element.scrollTop += item.getBoundingClientRect().top - anchor.at;
    }
    // A page that does not fill the view asks for the next one.
    if (previous.content !== this.props.content) this.onScroll();
  }

  onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    this.following = scrollHeight - scrollTop - clientHeight < AT_END;
    this.props.onScroll(this.element);
  };

  leaveEnd() {
    this.following = false;
  }

  toEnd() {
    this.following = true;
    this.element.scrollTop = this.element.scrollHeight;
  }

  render({ children }) {
    return html`<div class="scroller" ref=${(element) => { this.element = element; }} onScroll=${this.onScroll}>
      <div class="scrolled" ref=${(element) => { this.inner = element; }}>${children}</div>
    </div>`;
  }
}
