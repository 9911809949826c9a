// The one door to the vendored libraries: components are functions that answer html`…`.

import { Component, createContext, h, render } from './vendor/preact.js';
import htm from './vendor/htm.js';

export { Component, createContext, render };
export { useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useReducer, useRef, useState } from './vendor/hooks.js';

/** Markup as a tagged template. Values become text nodes and properties, never markup. */
export const html = htm.bind(h);

/** A component that is drawn again only when one of its properties is another one. */
export function memo(view) {
  return class extends Component {
    shouldComponentUpdate(next) {
      const names = Object.keys(next);
      return names.length !== Object.keys(this.props).length || names.some((name) => next[name] !== this.props[name]);
    }

    render(props) {
      return html`<${view} ...${props} />`;
    }
  };
}

/** Class names that are wanted. */
export const classes = (...names) => names.filter(Boolean).join(' ');
