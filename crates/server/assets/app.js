// Joins wire, knowledge and view: signing in, what people click and type, which chat is open.

import { Api, Offline, Problem, Socket } from "./api.js";
import { Store } from "./store.js";
import { $, drawCandidates, drawConversation, drawSide, dressUp, isAtEnd, toEnd, toast } from "./view.js";

/** How often the list of people is read again while somebody looks at it. */
const PEOPLE_EVERY_MS = 5_000;

const api = new Api();
let socket = null;
let store = null;
const drafts = new Map();

api.addEventListener("signed-out", () => leave("Your sign-in has ended. Sign in again."));

// ---- signing in

let way = "guest";

function welcome(message = "") {
  $("welcome").hidden = false;
  $("app").hidden = true;
  $("sign-in-error").textContent = message;
  choose(way);
}

function choose(chosen) {
  way = chosen;
  for (const element of document.querySelectorAll("[data-way]")) element.hidden = !element.dataset.way.split(" ").includes(way);
  for (const button of document.querySelectorAll("[data-choose]")) button.hidden = button.dataset.choose === way;
  $("name-label").textContent = way === "account" ? "Username" : "Your name";
  $("name").autocomplete = way === "account" ? "username" : "nickname";
  $("name").required = way !== "token";
  $("password").required = way === "account";
  $("token").required = way === "token";
  $("enter").textContent = way === "account" ? "Sign in" : "Continue";
  $("sign-in-hint").textContent = {
    guest: "Pick a name and start talking.",
    account: "Sign in, or create an account.",
    token: "For servers that trust another application's tokens (chinwag token makes one).",
  }[way];
  $(way === "token" ? "token" : "name").focus();
}

async function enter(action) {
  const name = $("name").value.trim();
  const buttons = $("sign-in").querySelectorAll("button");
  $("sign-in-error").textContent = "";
  buttons.forEach((button) => (button.disabled = true));
  try {
    if (way === "guest") await api.signInAs(name);
    else if (way === "token") await api.useToken($("token").value.trim());
    else if (action === "register") await api.register(name, $("password").value);
    else await api.signIn(name, $("password").value);
    $("sign-in").reset();
    begin();
  } catch (error) {
    $("sign-in-error").textContent = explain(error);
    if (way === "guest" && error.status === 404) choose("account");
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

function explain(error) {
  if (error instanceof Offline) return error.message;
  if (!(error instanceof Problem)) throw error;
  if (error.status === 404) return way === "guest"
    ? "This server lets nobody in by name alone. Use an account."
    : "This server keeps no accounts. Paste a token of its host application.";
  if (way === "account" && error.code === "token_invalid") return "Username and password do not belong together.";
  if (way === "token" && error.status === 401) return "This token is not valid here.";
  return error.text;
}

$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  enter("sign-in");
});
$("register").addEventListener("click", () => $("sign-in").reportValidity() && enter("register"));
for (const button of document.querySelectorAll("[data-choose]")) {
  button.addEventListener("click", () => {
    $("sign-in-error").textContent = "";
    choose(button.dataset.choose);
  });
}

// ---- in and out

function begin() {
  socket = new Socket(api);
  store = new Store(api, socket);
  store.attentive = () => document.visibilityState === "visible" && document.hasFocus();
  store.addEventListener("change", draw);
  store.addEventListener("problem", (problem) => toast(problem.detail));
  $("welcome").hidden = true;
  $("app").hidden = false;
  draw();
  store.addEventListener("loaded", () => {
    store?.loadPeople($("search").value.trim());
    follow();
  });
  socket.start();
}

function leave(message = "") {
  socket?.stop();
  store?.removeEventListener("change", draw);
  socket = null;
  store = null;
  drafts.clear();
  history.replaceState(null, "", location.pathname);
  document.title = "chinwag";
  welcome(message);
}

$("sign-out").addEventListener("click", async () => {
  socket?.stop();
  await api.signOut();
  leave();
});

function draw() {
  if (!store) return;
  drawSide(store, $("search").value);
  drawConversation(store);
}

setInterval(() => {
  if (store?.status === "online" && document.visibilityState === "visible") store.loadPeople($("search").value.trim());
}, PEOPLE_EVERY_MS);

addEventListener("focus", () => store?.attend());
document.addEventListener("visibilitychange", () => store?.attend());

// ---- which chat

const open = (id) => {
  location.hash = id ? `/c/${id}` : "";
};

/** The address names the open chat, so that back and reload work. */
function follow() {
  if (!store) return;
  const id = location.hash.match(/^#\/c\/([0-9a-f-]{36})$/)?.[1] ?? null;
  const target = store.conversations.has(id) ? id : null;
  if (store.selected === target) return;
  keepDraft();
  store.select(target);
  draw();
  $("text").value = drafts.get(target) ?? "";
  grow();
  if (target && matchMedia("(min-width: 721px)").matches) $("text").focus();
}

function keepDraft() {
  if (store.selected) drafts.set(store.selected, $("text").value);
}

addEventListener("hashchange", follow);

async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Offline) && !(error instanceof Problem)) throw error;
    toast(error.text ?? error.message);
    return null;
  }
}

document.querySelector(".lists").addEventListener("click", async (event) => {
  const row = event.target.closest("button");
  if (row?.dataset.conversation) open(row.dataset.conversation);
  if (row?.dataset.person) {
    const id = await attempt(() => store.startDirect(row.dataset.person));
    if (!id) return;
    $("search").value = "";
    open(id);
  }
});

$("back").addEventListener("click", () => open(null));

let searching = 0;
$("search").addEventListener("input", () => {
  draw();
  clearTimeout(searching);
  searching = setTimeout(() => store?.loadPeople($("search").value.trim()), 250);
});

// ---- writing

function grow() {
  const text = $("text");
  text.style.height = "auto";
  // Its border is not part of what scrolls.
  text.style.height = `${Math.min(text.scrollHeight + 2, 160)}px`;
}

$("text").addEventListener("input", () => {
  grow();
  if (store?.current) store.type(store.current, $("text").value.trim() !== "");
});

$("text").addEventListener("blur", () => store?.current && store.type(store.current, false));

$("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
});

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!store?.current || !text) return;
  $("text").value = "";
  grow();
  store.send(store.current, text);
  $("text").focus();
});

$("log").addEventListener("click", (event) => {
  const { retry, discard } = event.target.dataset;
  if (retry) store.retry(store.current, retry);
  if (discard) store.discard(store.current, discard);
});

// ---- reading

$("scroll").addEventListener("scroll", () => {
  if ($("scroll").scrollTop < 120) store?.loadOlder();
  if (isAtEnd()) $("latest").hidden = true;
});
$("latest").addEventListener("click", () => {
  toEnd();
  $("text").focus();
});

// ---- groups

$("new-group").addEventListener("click", () => {
  $("group-form").reset();
  $("group-error").textContent = "";
  const partners = [...store.conversations.values()].map((one) => one.participant).filter(Boolean);
  const people = new Map([...partners, ...store.people].map((person) => [person.id, person]));
  drawCandidates([...people.values()].sort((a, b) => a.name.localeCompare(b.name)));
  $("group").showModal();
});

$("group-cancel").addEventListener("click", () => $("group").close());

$("group-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const people = new FormData($("group-form")).getAll("person");
  if (!people.length) {
    $("group-error").textContent = "Choose at least one person.";
    return;
  }
  try {
    const id = await store.startGroup($("group-name").value.trim(), people);
    $("group").close();
    open(id);
  } catch (error) {
    $("group-error").textContent = error.text ?? error.message;
  }
});

// ---- now

dressUp();
if (api.user) begin();
else welcome();
