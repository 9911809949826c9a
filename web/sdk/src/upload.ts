// Bringing files to the server, with progress.

import { ChinwagError } from './errors.js';
import type { Link } from './outbox/outbox.js';
import { pause, spread } from './random.js';
import { problemOf } from './rest/http.js';
import type { UploadOptions } from './types.js';
import type { Attachment, UploadSlot } from './wire.js';

const ATTEMPTS = 3;
const PAUSE_MS = 500;
const PIECE_BYTES = 64 * 1024;

/** Asks for a slot and fills it; a slot that was not filled whole is given up for another. */
export async function upload(link: Link, base: URL, file: Blob, options: UploadOptions = {}): Promise<Attachment> {
  const name = options.name ?? (file as Partial<File>).name ?? 'file';
  const mime_type = options.mimeType || file.type || 'application/octet-stream';
  for (let attempt = 1; ; attempt += 1) {
    await link.online();
    if (options.signal?.aborted) throw aborted();
    try {
      const slot = await link.request<UploadSlot>('media.request_upload', { name, mime_type, size: file.size });
      const response = await put(new URL(slot.url, base), file, mime_type, options);
      if (!response.ok) throw ChinwagError.refused(await problemOf(response));
      return (await response.json()) as Attachment;
    } catch (error) {
      if (!(error instanceof ChinwagError) || !error.temporary || attempt === ATTEMPTS) throw error;
      await pause(spread(error.retryAfterMs ?? PAUSE_MS));
    }
  }
}

/** Only `XMLHttpRequest` tells how much of a body is through; where there is none, the body tells how much was taken. */
function put(url: URL, file: Blob, type: string, options: UploadOptions): Promise<Response> {
  return typeof XMLHttpRequest === 'undefined' ? putByFetch(url, file, type, options) : putByRequest(url, file, type, options);
}

function putByRequest(url: URL, file: Blob, type: string, { onProgress, signal }: UploadOptions): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open('PUT', url);
    request.setRequestHeader('content-type', type);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.({ sent: loaded, total });
    request.onload = () => resolve(new Response(request.responseText, { status: request.status, statusText: request.statusText }));
    request.onerror = () => reject(new ChinwagError('offline', 'the upload broke off', { temporary: true }));
    request.onabort = () => reject(aborted());
    request.onloadend = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort);
    request.send(file);
  });
}

async function putByFetch(url: URL, file: Blob, type: string, { onProgress, signal }: UploadOptions): Promise<Response> {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = await file.slice(sent, sent + PIECE_BYTES).arrayBuffer();
      sent += piece.byteLength;
      if (piece.byteLength > 0) controller.enqueue(new Uint8Array(piece));
      onProgress?.({ sent, total: file.size });
      if (sent >= file.size) controller.close();
    },
  });
  const init = { method: 'PUT', headers: { 'content-type': type }, body, duplex: 'half' };
  try {
    return await fetch(url, { ...init, ...(signal && { signal }) } as RequestInit);
  } catch (cause) {
    if (signal?.aborted) throw aborted();
    throw new ChinwagError('offline', 'the upload broke off', { temporary: true, cause });
  }
}

function aborted(): ChinwagError {
  return new ChinwagError('aborted', 'the upload was given up');
}
