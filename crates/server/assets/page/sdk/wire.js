// The objects of the wire. Written by tools/wire.mjs from docs/openapi.json and docs/asyncapi.json; not to be edited.
export {};
