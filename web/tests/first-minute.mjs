// A newcomer's first minute: the program in an empty folder, told nothing; the printed address in two tabs; two names;
// a chat. Fails where it takes longer than a minute. With a folder, it leaves pictures there, as the docs show them:
//
//   node tests/first-minute.mjs [../docs/images]

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { launch, Person, Server } from './harness.mjs';

const MINUTE_MS = 60_000;
const images = process.argv[2];
const began = Date.now();
const server = await Server.start({});
const browser = await launch();
const deadline = setTimeout(() => {
  console.error('two people did not chat within a minute');
  process.exit(1);
}, MINUTE_MS);

try {
  const look = { viewport: { width: 1040, height: 660 } };
  // Two tabs of one browser: each is a person of its own.
  const ann = await Person.enter(browser, server, 'Ann Baker', look);
  const bob = new Person(await ann.context.newPage(), 'Bob Fischer');
  await bob.page.goto(server.url);
  await bob.signIn();
  await ann.writeTo('Bob Fischer');
  await ann.say('Hi Bob! Up already?');
  await bob.open('Ann Baker');
  await bob.sees('Hi Bob!');
  await bob.say('Since the bakery opened 🥐');
  await ann.sees('Since the bakery');
  clearTimeout(deadline);
  console.log(`two people chatted ${((Date.now() - began) / 1000).toFixed(1)} s after the program was started`);
  if (images) await picture(ann, bob);
  await ann.leave();
} finally {
  clearTimeout(deadline);
  await browser.close();
  await server.stop();
}

/** A bit more of a conversation, and what it looks like. */
async function picture(ann, bob) {
  await mkdir(images, { recursive: true });
  await talk(ann, bob);
  const shoot = (person, name) => person.page.screenshot({ path: join(images, name), animations: 'disabled' });
  await ann.page.emulateMedia({ colorScheme: 'light' });
  await shoot(ann, 'chat-light.png');
  await ann.page.emulateMedia({ colorScheme: 'dark' });
  await shoot(ann, 'chat-dark.png');
  await bob.page.setViewportSize({ width: 360, height: 660 });
  await bob.page.mouse.move(0, 0);
  await shoot(bob, 'chat-narrow.png');
}

async function talk(ann, bob) {
  const [carla, dev] = [await server.guest('Carla Rossi'), await server.guest('Dev Patel')];
  const find = async (name) => (await carla.ask('GET', `/users?search=${encodeURIComponent(name)}`)).items[0].id;
  const [annId, bobId] = [await find(ann.name), await find(bob.name)];
  await dev.ask('POST', '/messages', { recipient_id: annId, content: 'The tickets are booked.' });
  const group = await carla.ask('POST', '/conversations', { type: 'group', name: 'Saturday hike', participant_ids: [annId, bobId, dev.id] });
  const say = (person, content, more) => person.ask('POST', `/conversations/${group.id}/messages`, { content, ...more });
  const asked = await say(carla, 'Which trail do we take? https://example.org/trails has three that are open.');
  await say(dev, 'The one by the lake. It is flat enough for my knee.', { reply_to: asked.id });
  await say(dev, 'And there is cake at the end.');

  await ann.open('Saturday hike');
  await ann.sees('cake at the end');
  await ann.act('cake at the end', 'React with ❤️');
  await ann.say('The lake it is. I bring coffee for everybody.');
  await bob.page.getByRole('navigation').getByText('The lake it is').waitFor();
  await bob.open('Saturday hike');
  await bob.sees('The lake it is');
  await bob.act('The lake it is', 'React with 👍');
  await ann.page.getByRole('button', { name: '👍 1' }).waitFor();
  await ann.page.mouse.move(0, 0);
  await bob.field.pressSequentially('Then I bring');
  await ann.page.locator('[data-typing]').waitFor();
}
