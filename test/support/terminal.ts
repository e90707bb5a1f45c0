/** A terminal without a screen: tmux with a separate server. */
import { execFileSync } from 'node:child_process'
import { lacks } from './programs.ts'

export const lacksTmux: string | false = lacks('tmux')

export class Terminal {
  readonly #server: string

  /**
   * Runs a shell with the environment of a user.
   * @param before words in front of the shell, for example to run it in a namespace
   */
  constructor(columns: number, rows: number, cwd: string, before: readonly string[] = []) {
    this.#server = `sidecar-buildpack-${process.pid}-${Math.random().toString(36).slice(2)}`
    const shell = `${before.join(' ')} env -u CI -u NO_COLOR -u TMUX PS1='$ ' bash --norc --noprofile`
    const size = ['-x', String(columns), '-y', String(rows)]
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, '-c', cwd, shell)
  }

  /** Types a line. */
  enter(line: string): void {
    this.#tmux('send-keys', '-l', line)
    this.#tmux('send-keys', 'Enter')
  }

  /** Presses a key: `C-c`, `Enter`. */
  press(key: string): void {
    this.#tmux('send-keys', key)
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** The rows of the screen, without empty ones at the end. */
  screen(): readonly string[] {
    return this.#tmux('capture-pane', '-p').trimEnd().split('\n')
  }

  cursorIsVisible(): boolean {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1'
  }

  /** Waits until the screen is as wanted. @throws Error with the screen when the time is over */
  async until(wanted: (screen: readonly string[]) => boolean, within = 20_000): Promise<readonly string[]> {
    const giveUp = performance.now() + within
    for (;;) {
      const screen = this.screen()
      if (wanted(screen)) return screen
      if (performance.now() > giveUp) throw new Error(`the terminal shows:\n${screen.join('\n')}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  close(): void {
    this.#tmux('kill-server')
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#server, ...args], { encoding: 'utf8' })
  }
}
