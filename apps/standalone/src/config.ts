/** The settings of `npm start`: the only reader of its environment. All have defaults. */
import { readSettings, stellwerkSettings } from "@stellwerk/process";

const { DATABASE_URL, STELLWERK_SECRET_KEY, ...others } = stellwerkSettings;

export function readConfig() {
  return readSettings(
    {
      ...others,
      DATABASE_URL: DATABASE_URL.optional(),
      STELLWERK_SECRET_KEY: STELLWERK_SECRET_KEY.optional(),
    },
    process.env,
  );
}

export type Config = ReturnType<typeof readConfig>;
