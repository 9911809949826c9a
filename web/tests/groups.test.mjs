// Groups: made, named, filled, led and left.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { setUp } from './harness.mjs';

const world = setUp({ before, after });

test('a group is made, talked in, renamed, added to, led and left', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Leads'), world.enter('Bob Joins')]);
  const carl = await world.server.guest('Carl Comes');
  await ann.page.getByRole('button', { name: 'New chat' }).first().click();
  await ann.page.getByRole('button', { name: 'New group' }).click();
  const making = ann.page.getByRole('dialog', { name: 'New group' });
  await making.getByLabel('Name of the group').fill('Hikers');
  await making.getByLabel('Search people').fill('Bob Joins');
  await making.getByRole('checkbox', { name: /Bob Joins/ }).click();
  await making.getByRole('button', { name: 'Create with 1 person' }).click();
  await ann.field.waitFor();
  await ann.say('welcome');

  await bob.open('Hikers');
  await bob.sees('welcome');
  assert.equal(await bob.message('welcome').locator('.sender').innerText(), 'Ann Leads');
  await bob.say('thanks');
  await ann.sees('thanks');
  await bob.tick('thanks', 'read');
  await bob.act('thanks', 'Who has seen it');
  const seen = bob.page.getByRole('dialog', { name: 'Who has seen it' });
  await seen.getByRole('region', { name: 'Read' }).getByText('Ann Leads').waitFor();
  await bob.page.keyboard.press('Escape');

  // Another name, and everybody may add people.
  await ann.page.getByRole('button', { name: 'Details' }).click();
  const about = ann.page.getByRole('dialog', { name: 'About the group' });
  await about.getByRole('button', { name: 'Edit group' }).click();
  const settings = ann.page.getByRole('dialog', { name: 'Edit group' });
  await settings.getByLabel('Name of the group').fill('Climbers');
  await settings.getByLabel('Description', { exact: true }).fill('Up, mostly.');
  await settings.getByLabel('add people', { exact: true }).check();
  await settings.getByRole('button', { name: 'Save' }).click();
  await about.getByText('Up, mostly.').waitFor();
  await bob.page.getByRole('heading', { name: 'Climbers' }).waitFor();

  // Bob brings Carl.
  await bob.page.getByRole('button', { name: 'Details' }).click();
  await bob.page.getByRole('dialog', { name: 'About the group' }).getByRole('button', { name: 'Add people' }).click();
  const adding = bob.page.getByRole('dialog', { name: 'Add people' });
  await adding.getByLabel('Search people').fill('Carl Comes');
  await adding.getByRole('checkbox', { name: /Carl Comes/ }).click();
  await adding.getByRole('button', { name: 'Add 1 person' }).click();
  await bob.page.getByRole('dialog', { name: 'About the group' }).getByText('Carl Comes').waitFor();
  await bob.page.keyboard.press('Escape');
  await bob.page.locator('.system', { hasText: 'You added Carl Comes' }).waitFor();
  assert.equal((await carl.ask('GET', '/conversations')).items[0].name, 'Climbers');

  // Ann makes Bob an admin, removes Carl, and leaves.
  await about.getByRole('button', { name: 'Actions for Bob Joins' }).click();
  await ann.page.getByRole('menuitem', { name: 'Make admin' }).click();
  await about.locator('.member', { hasText: 'Bob Joins' }).getByText('Admin', { exact: true }).waitFor();
  await about.getByRole('button', { name: 'Actions for Carl Comes' }).click();
  await ann.page.getByRole('menuitem', { name: 'Remove from group' }).click();
  await ann.page.getByRole('dialog', { name: 'Remove from group' }).getByRole('button', { name: 'Remove from group' }).click();
  await about.locator('.member', { hasText: 'Carl Comes' }).waitFor({ state: 'detached' });
  assert.equal((await carl.ask('GET', '/conversations')).items.length, 0);
  await about.getByRole('button', { name: 'Leave group' }).click();
  await ann.page.getByRole('dialog', { name: 'Leave group?' }).getByRole('button', { name: 'Leave group' }).click();
  await ann.page.getByRole('heading', { name: 'Your messages' }).waitFor();
  assert.equal(await ann.page.getByRole('navigation').getByText('Climbers').count(), 0);
  await bob.page.locator('.system', { hasText: 'Ann Leads left' }).waitFor();

  // What is left is Bob's to end.
  await bob.page.getByRole('button', { name: 'Details' }).click();
  await bob.page.getByRole('button', { name: 'Delete group' }).click();
  await bob.page.getByRole('dialog', { name: 'Delete group?' }).getByRole('button', { name: 'Delete group' }).click();
  await bob.page.getByRole('heading', { name: 'Your messages' }).waitFor();
  await Promise.all([ann.leave(), bob.leave()]);
});

test('a group that one is removed from disappears while it is open', async () => {
  const ann = await world.enter('Ann Goes');
  const carl = await world.server.guest('Carl Rules');
  const [{ id }] = (await carl.ask('GET', '/users?search=Ann%20Goes')).items;
  const group = await carl.ask('POST', '/conversations', { type: 'group', name: 'Brief', participant_ids: [id] });
  await ann.open('Brief');
  await carl.ask('DELETE', `/conversations/${group.id}/participants/${id}`);
  await ann.page.getByRole('heading', { name: 'Your messages' }).waitFor();
  await ann.leave();
});

test('a direct chat can be muted, hidden, and its person blocked', async () => {
  const ann = await world.enter('Ann Blocks');
  const carl = await world.server.guest('Carl Shouts');
  await ann.writeTo('Carl Shouts');
  await ann.say('hm');
  await ann.tick('hm', 'sent');
  await ann.page.getByRole('button', { name: 'Details' }).click();
  const about = ann.page.getByRole('dialog', { name: 'About this person' });
  await about.getByRole('button', { name: 'Block', exact: true }).click();
  await about.getByRole('button', { name: 'Unblock' }).waitFor();
  const { id } = (await carl.ask('GET', '/users?search=Ann%20Blocks')).items[0] ?? { id: null };
  if (id) await assert.rejects(carl.ask('POST', '/messages', { recipient_id: id, content: 'HEY' }), /403/);
  await about.getByRole('button', { name: 'Unblock' }).click();
  await about.getByRole('button', { name: 'Block', exact: true }).waitFor();
  await about.getByRole('button', { name: 'Hide chat' }).click();
  await ann.page.getByRole('heading', { name: 'Your messages' }).waitFor();
  assert.equal(await ann.page.getByRole('navigation').getByText('Carl Shouts').count(), 0);
  await ann.leave();
});
