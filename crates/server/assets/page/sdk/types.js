// What applications give and get beside the objects of the wire.
export {};
