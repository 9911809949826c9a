// Objects of the wire as applications get them, where the wire has several forms of one thing.
export {};
