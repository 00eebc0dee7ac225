/** One file on its way: tus with chunks that adapt, checksums, a stall timer instead of a total limit. */

import { type DetailedError, type HttpRequest, Upload } from "tus-js-client";
import { MEGABYTE, nextChunk } from "../lib/chunks";
import { csrfToken } from "../lib/dom";

const STALL_MS = 30_000;
const LOOK_MS = 5_000;
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10_000, 20_000];
const WORTH_ANOTHER_TRY = new Set([0, 408, 409, 423, 425, 429]);

export type Refusal = { status: number; code: string; message: string };
export type Listener = {
  progress: (sent: number, total: number) => void;
  created: (id: string) => void;
  part: (id: string) => void;
  done: (id: string) => void;
  offline: () => void;
  refused: (refusal: Refusal) => void;
};

export class Sender {
  private readonly upload: Upload;
  private running = false;
  private lastMove = 0;
  private chunkStart = 0;
  private timer = 0;

  constructor(
    readonly file: File,
    endpoint: string,
    title: string,
    private readonly listener: Listener,
    private readonly knownUrl: string | null = null,
  ) {
    this.upload = new Upload(file, {
      endpoint,
      uploadUrl: knownUrl,
      chunkSize: 2 * MEGABYTE,
      retryDelays: RETRY_DELAYS,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRFToken": csrfToken() },
      metadata: { filename: file.name, filetype: file.type, title },
      onBeforeRequest: (request) => this.sign(request),
      onUploadUrlAvailable: () => listener.created(this.id),
      onProgress: (sent, total) => this.moved(sent, total),
      onChunkComplete: (size) => this.adapt(size),
      onSuccess: () => this.finish(() => listener.done(this.id)),
      onError: (error) => this.failed(error),
      onShouldRetry: (error) => this.worthTrying(error),
    });
  }

  get id(): string {
    return (
      (this.upload.url ?? this.knownUrl ?? "")
        .replace(/[?#].*$/, "")
        .split("/")
        .filter(Boolean)
        .pop() ?? ""
    );
  }

  get active(): boolean {
    return this.running;
  }

  /** Go on where an earlier attempt with this file on this device stopped, or begin. */
  async start(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.touch();
    if (!this.upload.url && !this.knownUrl) {
      const [previous] = await this.upload.findPreviousUploads().catch(() => []);
      if (previous) this.upload.resumeFromPreviousUpload(previous);
    }
    this.chunkStart = Date.now();
    this.timer = window.setInterval(() => this.look(), LOOK_MS);
    this.upload.start();
  }

  async pause(): Promise<void> {
    this.running = false;
    window.clearInterval(this.timer);
    await this.upload.abort().catch(() => undefined);
  }

  /** Give up what was sent; the server forgets what nobody goes on with if this does not reach it. */
  async discard(): Promise<void> {
    this.running = false;
    window.clearInterval(this.timer);
    await this.upload.abort(true).catch(() => undefined);
  }

  /** Safari and sleeping phones end a connection without a word: start again where it stopped. */
  async again(): Promise<void> {
    await this.pause();
    await this.start();
  }

  private touch(): void {
    this.lastMove = Date.now();
  }

  private moved(sent: number, total: number): void {
    this.touch();
    this.listener.progress(sent, total);
  }

  private adapt(size: number): void {
    const elapsed = Date.now() - this.chunkStart;
    this.chunkStart = Date.now();
    this.listener.part(this.id);
    if (size > 0) this.upload.options.chunkSize = nextChunk(this.upload.options.chunkSize ?? size, elapsed);
  }

  private look(): void {
    if (Date.now() - this.lastMove > STALL_MS) void this.again();
  }

  private finish(tell: () => void): void {
    this.running = false;
    window.clearInterval(this.timer);
    tell();
  }

  private worthTrying(error: DetailedError): boolean {
    const status = error.originalResponse?.getStatus() ?? 0;
    return WORTH_ANOTHER_TRY.has(status) || status >= 500;
  }

  private failed(error: Error | DetailedError): void {
    const response = "originalResponse" in error ? error.originalResponse : null;
    const status = response?.getStatus() ?? 0;
    if (WORTH_ANOTHER_TRY.has(status) || status >= 500) this.finish(() => this.listener.offline());
    else this.finish(() => this.listener.refused({ status, ...said(response?.getBody() ?? "") }));
  }

  /** The checksum of the chunk lets the server refuse what the line has bent. Only HTTPS pages may compute it. */
  private async sign(request: HttpRequest): Promise<void> {
    const offset = Number(request.getHeader("Upload-Offset") ?? Number.NaN);
    if (request.getMethod() !== "PATCH" || Number.isNaN(offset) || !window.crypto?.subtle) return;
    const chunk = this.file.slice(offset, offset + (this.upload.options.chunkSize ?? 0));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", await chunk.arrayBuffer()));
    request.setHeader("Upload-Checksum", `sha1 ${btoa(String.fromCharCode(...digest))}`);
  }
}

/** The server's own word and sentence for the person, when it sent them. */
function said(body: string): { code: string; message: string } {
  try {
    const { code, message } = JSON.parse(body) as { code?: unknown; message?: unknown };
    return { code: typeof code === "string" ? code : "", message: typeof message === "string" ? message : "" };
  } catch {
    return { code: "", message: "" };
  }
}
