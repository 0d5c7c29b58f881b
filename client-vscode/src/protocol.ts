/** What the server says beyond the language server protocol; `winnow/*` notifications and answers of commands. */

export interface State {
  provider: string;
  model: string;
  text: string;
  quiet: string;
  paused: boolean;
  trusted: boolean;
  eagerness?: string;
}

export interface TestRow {
  /** The runner's own name: `tests/test_cart.py::TestCart::test_total[2]`. */
  id: string;
  path: string;
  /** Counted from 0. */
  line: number;
  outcome: "passed" | "failed" | "error" | "skipped" | "unfinished";
  message: string;
  seconds: number;
}

export interface Tests {
  tests: TestRow[];
}

export interface Said {
  text: string;
}

export const STATUS = "winnow/status";
export const TESTS = "winnow/tests";
