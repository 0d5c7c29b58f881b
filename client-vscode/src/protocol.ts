/** What the server says beyond the language server protocol; `winnow/*` notifications and answers of commands. */

/** The documents that the server is told of: a notebook's cells have another scheme, and are left alone. */
export const SELECTOR = [{ language: "python", scheme: "file" }] as const;

export interface State {
  provider: string;
  model: string;
  endpoint?: string;
  text: string;
  quiet: string;
  paused: boolean;
  pausedLanguages?: string[];
  pausedFolders?: string[];
  trusted: boolean;
  eagerness?: string;
}

export interface TestRow {
  /** The runner's own name below the folder's path: `/home/me/shop/tests/test_cart.py::TestCart::test_total[2]`. */
  id: string;
  path: string;
  /** Where it failed, else where it begins; counted from 0. */
  line: number;
  outcome: "passed" | "failed" | "error" | "skipped" | "unfinished";
  message: string;
  seconds: number;
}

/** What is new of the tests since the server said so last. */
export interface Tests {
  tests: TestRow[];
  /** The names of those that are gone. */
  gone: string[];
}

export interface Decision {
  id: string;
  reason: string;
  text: string;
}

export interface Said {
  text: string;
}

export const STATUS = "winnow/status";
export const TESTS = "winnow/tests";
export const DECISION = "winnow/decision";
export const FIX = "winnow/fix";
/** Folders have been read and their tests collected. */
export const READY = "winnow/ready";
