// What is seen. Everything people wrote goes in as text, never as markup. Elements are kept and
// changed in place, so that focus stays and screen readers hear a message once.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  group: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0 2c-3.300 0-7 1.700-7 4.500V20h10M18 14v6m-3-3h6M15 3.500a4 4 0 0 1 0 7",
  leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  back: "M15 5l-7 7 7 7",
  send: "M5 12 4 4l17 8-17 8 1-8Zm0 0h8",
  down: "M12 5v14m-6-6 6 6 6-6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-13v4.500l3 2",
  sent: "M5 12.500l4.500 4.500L19 7.500",
  delivered: "M2 12.500l4.500 4.500L16 7.500M11.500 16l1 1L22 7.500",
  read: "M2 12.500l4.500 4.500L16 7.500M11.500 16l1 1L22 7.500",
};
const TICKS = { clock: "Sending", sent: "Sent", delivered: "Delivered", read: "Read" };
const STATUS = { connecting: "Connecting…", online: "Online", offline: "Waiting for the network…", refused: "Disconnected, reload the page" };
const GROUPED_MS = 5 * 60_000;

export const $ = (id) => document.getElementById(id);

/** An element with properties and children; children that are texts stay texts. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === "class") element.className = value;
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Letters in one of eight colours; the same person always gets the same. */
export function paintAvatar(element, id, name, kind = "") {
  const letters = [...(name || "?").trim()];
  const words = (name || "?").trim().split(/\s+/);
  const initials = words.length > 1 ? [...words[0]][0] + [...words.at(-1)][0] : letters.slice(0, 1).join("");
  let hash = 0;
  for (const character of id) hash = (hash * 31 + character.codePointAt(0)) % 8;
  element.className = `avatar c${hash} ${kind}`;
  element.textContent = initials.toLocaleUpperCase();
  element.setAttribute("aria-hidden", "true");
  return element;
}

const avatar = (id, name, kind) => paintAvatar(h("span"), id, name, kind);

// ---- lists that are changed in place

const drawn = new WeakMap();

/** Items are `{key, state, make, update}`; `update` runs when the state differs from the drawn one. */
function reconcile(parent, items) {
  const present = new Map([...parent.children].map((element) => [drawn.get(element)?.key, element]));
  let place = parent.firstElementChild;
  for (const item of items) {
    let element = present.get(item.key);
    present.delete(item.key);
    const state = JSON.stringify(item.state);
    if (!element) {
      element = item.make();
      item.update(element);
    } else if (drawn.get(element).state !== state) {
      item.update(element);
    }
    drawn.set(element, { key: item.key, state });
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const element of present.values()) element.remove();
}

const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

// ---- times and words

const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function day(iso) {
  const date = new Date(iso);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(iso).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year });
}

const brief = (iso) => (day(iso) === "Today" ? clock(iso) : new Date(iso).toLocaleDateString([], { day: "numeric", month: "short" }));

export function titleOf(store, conversation) {
  if (conversation.type === "direct") return conversation.participant?.name ?? "Someone";
  return conversation.name ?? "Group";
}

function wordsOf(store, conversation, message) {
  if (message.deleted_at) return "Message deleted";
  if (message.system) {
    const who = store.nameOf(conversation, message.sender.id) === "You" ? "You" : message.sender.name;
    const whom = message.system.user_ids.map((id) => store.nameOf(conversation, id)).join(", ").replace(/^You$/, "you");
    switch (message.system.action) {
      case "participant.added": return `${who} added ${whom}`;
      case "participant.removed": return `${who} removed ${whom}`;
      case "participant.left": return `${who} left`;
      default: return "Something changed";
    }
  }
  if (message.content) return message.content;
  return { location: "Shared a place", meeting: "Proposed a meeting" }[message.kind] ?? "Sent a file";
}

// ---- the side

function conversationItem(store, conversation) {
  const title = titleOf(store, conversation);
  const last = conversation.pending.at(-1) ?? conversation.last_message;
  const writing = [...conversation.typing.values()];
  let preview = "No messages yet";
  if (writing.length) preview = "typing…";
  else if (last && "failed" in last) preview = `You: ${last.content}`;
  else if (last) {
    const mine = last.sender.id === store.me.id;
    const prefix = last.system || last.deleted_at ? "" : mine ? "You: " : conversation.type === "group" ? `${last.sender.name}: ` : "";
    preview = prefix + wordsOf(store, conversation, last);
  }
  const online = conversation.type === "direct" && store.status === "online" && store.presence.get(conversation.participant?.id)?.online;
  const at = last ? brief(last.created_at) : "";
  const unread = conversation.unread_count;
  const current = conversation.id === store.selected;
  const label = `${title}${online ? ", online" : ""}${unread ? `, ${unread} unread` : ""}`;
  return {
    key: conversation.id,
    state: [title, preview, online, at, unread, current, writing.length],
    make: () => h("li", {}, h("button", { class: "row", type: "button" },
      avatar(conversation.participant?.id ?? conversation.id, title, conversation.type === "group" ? "square" : ""),
      h("span", { class: "lines" }, h("span", { class: "name" }), h("span", { class: "preview" })),
      h("span", { class: "meta" }, h("time"), h("span", { class: "badge" })))),
    update(element) {
      const button = element.firstElementChild;
      button.dataset.conversation = conversation.id;
      button.setAttribute("aria-label", label);
      if (current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.classList.toggle("unread", unread > 0);
      const [face, lines, meta] = button.children;
      paintAvatar(face, conversation.participant?.id ?? conversation.id, title, `${conversation.type === "group" ? "square" : ""} ${online ? "online" : ""}`);
      setText(lines.children[0], title);
      setText(lines.children[1], preview);
      lines.children[1].classList.toggle("writing", writing.length > 0);
      setText(meta.children[0], at);
      setText(meta.children[1], unread > 99 ? "99+" : String(unread));
      meta.children[1].hidden = !unread;
    },
  };
}

function personItem(person) {
  return {
    key: person.id,
    state: [person.name, person.username],
    make: () => h("li", {}, h("button", { class: "row", type: "button" },
      h("span"), h("span", { class: "lines" }, h("span", { class: "name" }), h("span", { class: "preview" })))),
    update(element) {
      const button = element.firstElementChild;
      button.dataset.person = person.id;
      paintAvatar(button.children[0], person.id, person.name);
      setText(button.children[1].children[0], person.name);
      setText(button.children[1].children[1], person.username ? `@${person.username}` : "Start a chat");
    },
  };
}

export function drawSide(store, search) {
  paintAvatar($("my-avatar"), store.me.id, store.me.name);
  setText($("my-name"), store.me.name);
  setText($("status"), STATUS[store.status]);
  $("status").dataset.state = store.status;

  const wanted = search.trim().toLocaleLowerCase();
  const matches = (text) => text.toLocaleLowerCase().includes(wanted);
  const chats = store.sorted.filter((one) => !wanted || matches(titleOf(store, one)));
  reconcile($("chats"), chats.map((one) => conversationItem(store, one)));
  $("no-chats").hidden = chats.length > 0;
  setText($("no-chats"), wanted ? "No chat of that name." : "None yet.");

  const known = new Set(store.sorted.filter((one) => one.type === "direct").map((one) => one.participant?.id));
  const people = store.people.filter((one) => !known.has(one.id));
  reconcile($("people"), people.map(personItem));
  $("no-people").hidden = people.length > 0;
  setText($("no-people"), wanted ? "Nobody else of that name." : known.size ? "You have a chat with everybody here." : "Nobody else is here yet.");

  document.title = store.unread ? `(${store.unread}) chinwag` : "chinwag";
}

// ---- the conversation

/** What is written, with web addresses made into links. */
function fill(element, text) {
  element.replaceChildren(...text.split(/(https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]}])/u).map((part, index) => (index % 2
    ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part)));
}

function extras(message) {
  const parts = [];
  for (const file of message.attachments ?? []) {
    if (/^https?:/.test(file.url)) parts.push(h("a", { class: "file", href: file.url, target: "_blank", rel: "noopener noreferrer nofollow" }, `📎 ${file.name ?? file.url}`));
  }
  if (message.location) parts.push(h("span", { class: "file" }, `📍 ${message.location.latitude.toFixed(5)}, ${message.location.longitude.toFixed(5)}`));
  if (message.meeting) parts.push(h("span", { class: "file" }, `📅 ${message.meeting.place}, ${new Date(message.meeting.scheduled_at).toLocaleString()} (${message.meeting.status})`));
  if (message.reactions?.length) {
    parts.push(h("span", { class: "reactions" }, ...message.reactions.map((one) => h("span", { class: "reaction" }, `${one.emoji} ${one.count}`))));
  }
  return parts;
}

function setTick(element, name) {
  if (element.dataset.tick === name) return;
  element.dataset.tick = name;
  element.replaceChildren(icon(name), h("span", { class: "hidden-visually" }, TICKS[name]));
}

function messageItem(store, conversation, message, first) {
  const mine = message.sender.id === store.me.id;
  const tick = mine && !message.deleted_at ? store.tick(conversation, message) : null;
  const group = conversation.type === "group";
  // Own messages keep their element when they turn from pending to stored.
  const key = mine && message.client_id ? `m${message.client_id}` : message.id;
  return {
    key,
    state: [message.revision, tick, first],
    make: bubble,
    update(element) {
      element.className = `message ${mine ? "mine" : "theirs"} ${first ? "first" : ""} ${message.deleted_at ? "gone" : ""}`;
      const [face, body] = element.children;
      const [sender, text, more, foot] = body.children;
      if (!mine && group && first) paintAvatar(face, message.sender.id, message.sender.name, "small");
      else face.className = group && !mine ? "avatar small blank" : "none";
      setText(sender, group && !mine && first ? message.sender.name : "");
      if (text.dataset.revision !== String(message.revision)) {
        text.dataset.revision = message.revision;
        if (message.deleted_at) setText(text, "Message deleted");
        else if (text.textContent !== (message.content ?? "")) fill(text, message.content ?? "");
        more.replaceChildren(...(message.deleted_at ? [] : extras(message)));
      }
      setText(foot.children[0], `${message.edited_at && !message.deleted_at ? "edited · " : ""}${clock(message.created_at)}`);
      foot.children[0].setAttribute("datetime", message.created_at);
      foot.children[1].hidden = !tick;
      if (tick) setTick(foot.children[1], tick);
      foot.children[2].hidden = true;
    },
  };
}

function pendingItem(pending, first) {
  return {
    key: `m${pending.client_id}`,
    state: ["pending", pending.failed, first],
    make: bubble,
    update(element) {
      element.className = `message mine pending ${first ? "first" : ""} ${pending.failed ? "failed" : ""}`;
      const [face, body] = element.children;
      const [, text, , foot] = body.children;
      face.className = "none";
      if (text.textContent !== pending.content) fill(text, pending.content);
      setText(foot.children[0], pending.failed ?? clock(pending.created_at));
      foot.children[1].hidden = Boolean(pending.failed);
      setTick(foot.children[1], "clock");
      foot.children[2].hidden = !pending.failed;
      foot.children[2].replaceChildren(...(pending.failed ? [
        h("button", { class: "link", type: "button", "data-retry": pending.client_id }, "Try again"),
        h("button", { class: "link", type: "button", "data-discard": pending.client_id }, "Discard"),
      ] : []));
    },
  };
}

function bubble() {
  return h("li", {}, h("span"), h("div", { class: "bubble" },
    h("span", { class: "sender" }), h("span", { class: "text", dir: "auto" }), h("span", { class: "more" }),
    h("span", { class: "foot" }, h("time"), h("span", { class: "tick" }), h("span", { class: "choices" }))));
}

const line = (key, text, kind) => ({
  key,
  state: text,
  make: () => h("li", { class: kind }, h("span")),
  update: (element) => setText(element.firstElementChild, text),
});

function items(store, conversation) {
  const list = [];
  let before = null;
  let marked = conversation.newAbove === null;
  for (const seq of [...conversation.messages.keys()].sort((a, b) => a - b)) {
    const message = conversation.messages.get(seq);
    if (!before || day(before.created_at) !== day(message.created_at)) {
      list.push(line(`d${new Date(message.created_at).toDateString()}`, day(message.created_at), "day"));
      before = null;
    }
    if (!marked && seq > conversation.newAbove && message.sender.id !== store.me.id) {
      marked = true;
      list.push(line("new", "New messages", "new"));
      before = null;
    }
    if (message.system) {
      list.push(line(message.id, wordsOf(store, conversation, message), "system"));
      before = null;
      continue;
    }
    const first = !before || before.sender.id !== message.sender.id || new Date(message.created_at) - new Date(before.created_at) > GROUPED_MS;
    list.push(messageItem(store, conversation, message, first));
    before = message;
  }
  conversation.pending.forEach((pending, index) => {
    list.push(pendingItem(pending, index === 0 && before?.sender.id !== store.me.id));
  });
  return list;
}

function stateOf(store, conversation) {
  if (conversation.type === "group") {
    const there = [...conversation.participants.values()].filter((one) => !one.left_at);
    const names = there.map((one) => (one.user.id === store.me.id ? "you" : one.user.name));
    return { text: names.length ? names.join(", ") : `${conversation.participant_count} people`, online: false };
  }
  if (store.status !== "online") return { text: STATUS[store.status], online: false };
  const presence = store.presence.get(conversation.participant?.id);
  if (presence?.online) return { text: "Online", online: true };
  if (presence?.last_seen_at) return { text: `Last seen ${day(presence.last_seen_at).toLocaleLowerCase()} at ${clock(presence.last_seen_at)}`, online: false };
  return { text: "Offline", online: false };
}

function typingText(conversation) {
  const names = [...conversation.typing.values()].map((one) => one.name);
  if (!names.length) return "";
  if (names.length === 1) return `${names[0]} is typing`;
  return names.length === 2 ? `${names[0]} and ${names[1]} are typing` : `${names.length} people are typing`;
}

const NEAR = 80;
let shown = null;

export const isAtEnd = () => $("scroll").scrollHeight - $("scroll").scrollTop - $("scroll").clientHeight < NEAR;

export function toEnd() {
  $("scroll").scrollTop = $("scroll").scrollHeight;
  $("latest").hidden = true;
}

export function drawConversation(store) {
  const conversation = store.current;
  $("nothing").hidden = Boolean(conversation);
  $("conversation").hidden = !conversation;
  $("app").dataset.pane = conversation ? "chat" : "list";
  if (!conversation) {
    shown = null;
    return;
  }
  const title = titleOf(store, conversation);
  const state = stateOf(store, conversation);
  paintAvatar($("chat-avatar"), conversation.participant?.id ?? conversation.id, title, `${conversation.type === "group" ? "square" : ""} ${state.online ? "online" : ""}`);
  setText($("chat-name"), title);
  setText($("chat-state"), state.text);
  const typing = typingText(conversation);
  setText($("typing"), typing);
  $("typing").classList.toggle("on", Boolean(typing));
  $("loading").hidden = conversation.loaded !== "loading";
  $("beginning").hidden = !(conversation.complete && conversation.loaded === "loaded");
  drawLog(store, conversation);
}

function drawLog(store, conversation) {
  const log = $("log");
  const scroll = $("scroll");
  const other = shown?.id !== conversation.id;
  const end = isAtEnd();
  const fromEnd = scroll.scrollHeight - scroll.scrollTop;
  const grewAbove = !other && shown.oldest !== conversation.oldest;
  // History is not news: it is put in without being read out.
  const quiet = other || grewAbove || shown.loaded !== conversation.loaded;
  if (quiet) log.setAttribute("aria-live", "off");
  if (other) log.replaceChildren();
  reconcile(log, items(store, conversation));
  if (quiet) setTimeout(() => log.setAttribute("aria-live", "polite"), 200);

  const newest = conversation.pending.at(-1)?.client_id ?? conversation.last_seq;
  const wrote = !other && conversation.pending.length > shown.pending;
  if (other || end || wrote) toEnd();
  else if (grewAbove) scroll.scrollTop = scroll.scrollHeight - fromEnd;
  else if (newest !== shown.newest) $("latest").hidden = false;
  shown = { id: conversation.id, oldest: conversation.oldest, loaded: conversation.loaded, newest, pending: conversation.pending.length };
}

// ---- once

export function dressUp() {
  for (const [id, name] of [["new-group", "group"], ["sign-out", "leave"], ["back", "back"], ["send", "send"]]) $(id).append(icon(name));
  $("latest").append(icon("down"), h("span", {}, "New messages"));
}

let toastTimer = 0;

export function toast(text) {
  $("toast").hidden = false;
  $("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    $("toast").hidden = true;
  }, 6_000);
}

export function drawCandidates(people) {
  $("candidates").replaceChildren(...people.map((person) => h("li", {}, h("label", { class: "row" },
    h("input", { type: "checkbox", name: "person", value: person.id }),
    avatar(person.id, person.name, "small"), h("span", { class: "name" }, person.name)))));
  $("no-candidates").hidden = people.length > 0;
}
