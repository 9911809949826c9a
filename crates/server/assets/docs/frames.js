// What the console makes of the contract: a frame to begin with, and the same as a command.

/** A frame of that type, with everything that must be there and what usually is. */
export function templateOf(contract, name) {
  const payload = contract.components.messages[name].payload;
  return { id: '', type: name, data: exampleOf(contract, payload.properties.data, name) };
}

function exampleOf(contract, schema, name) {
  const known = resolve(contract, schema);
  // Where it goes may be said in two ways, so that neither must be there.
  const usual = { 'message.send': ['conversation_id', 'content', 'client_id'], sync: ['conversations'] }[name] ?? [];
  const fields = new Set([...(known.required ?? []), ...usual]);
  const example = {};
  for (const field of fields) {
    if (field === 'client_id') example[field] = crypto.randomUUID?.() ?? String(Date.now());
    else example[field] = valueOf(contract, known.properties[field], field);
  }
  return example;
}

function valueOf(contract, schema, field) {
  const known = resolve(contract, schema ?? {});
  if (known.const !== undefined) return known.const;
  if (known.default !== undefined) return known.default;
  if (known.enum) return known.enum[0];
  const type = Array.isArray(known.type) ? known.type[0] : known.type;
  switch (type) {
    case 'array': return [];
    case 'object': return known.properties ? exampleOf(contract, known) : {};
    case 'integer':
    case 'number': return known.minimum ?? 0;
    case 'boolean': return false;
    default: return field === 'emoji' ? '👍' : `<${field}>`;
  }
}

function resolve(contract, schema) {
  if (!schema.$ref) return schema;
  const place = schema.$ref.slice(2).split('/');
  return resolve(contract, place.reduce((value, key) => value[key], contract));
}

/** A command line for websocat that opens a socket, sends the frame and shows what comes. */
export function commandFor(address, token, frame) {
  let line = frame;
  try {
    line = JSON.stringify(JSON.parse(frame));
  } catch {
    // As it is.
  }
  const words = [`printf '%s\\n' ${quoted(line)}`, '|', 'websocat --no-close --protocol chat.v1'];
  // In one word: as a word of its own the header is followed by more headers, the address among them.
  if (token) words.push(`-H=${quoted(`Authorization: Bearer ${token}`)}`);
  words.push(quoted(address));
  return words.join(' ');
}

/** A token is not for screens that are shared. */
export function masked(frame) {
  if (typeof frame?.data?.token !== 'string') return frame;
  return { ...frame, data: { ...frame.data, token: shortened(frame.data.token) } };
}

/** So much of a token that two can be told apart. */
export function shortened(token) {
  return token && `${token.slice(0, 8)}…`;
}

/** A word that no shell makes anything else of. */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
