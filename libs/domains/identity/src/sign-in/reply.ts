/** What these routes need of the server's reply. */
export interface Reply {
  status(code: number): this;
  header(name: string, value: string): this;
  redirect(url: string, code?: number): this;
  send(body?: string): this;
}
