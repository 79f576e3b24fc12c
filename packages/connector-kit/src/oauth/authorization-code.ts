/** The two steps in which a person connects an account at a vendor: out to its page, and back with a code. */
import { type AuthorizationCode, urlOf } from "./auth-kind.ts";
import { challengeOf, makeState, makeVerifier } from "./pkce.ts";
import { askFor, type TokenParts, type TokenResult } from "./token-request.ts";

type CodeParts = Omit<TokenParts, "auth"> & { readonly auth: AuthorizationCode<unknown, unknown> };

export interface StartedAuthorization {
  /** Where the person's browser goes. */
  readonly url: string;
  /** Comes back with the code. Keep its hash, once, for some minutes. */
  readonly state: string;
  /** Keep it sealed: whoever has it and the code has the token. */
  readonly verifier: string;
}

/** @param redirectUri as it is registered at the vendor, to the letter */
export function startAuthorization(
  { auth, settings, secrets }: Pick<CodeParts, "auth" | "settings" | "secrets">,
  redirectUri: string,
): StartedAuthorization {
  const state = makeState();
  const verifier = makeVerifier();
  const url = new URL(urlOf(auth.authorizeUrl, settings));
  const parameters = {
    ...auth.authorizeParameters,
    response_type: "code",
    client_id: auth.client({ settings, secrets }).id,
    redirect_uri: redirectUri,
    ...(auth.scopes === undefined || auth.scopes.length === 0 ? {} : { scope: auth.scopes.join(" ") }),
    state,
    code_challenge: challengeOf(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, state, verifier };
}

/** The code for a token. A code works once: a lost answer means starting again. */
export function finishAuthorization(
  parts: CodeParts,
  {
    code,
    verifier,
    redirectUri,
  }: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
): Promise<TokenResult> {
  const grant_type = "authorization_code";
  return askFor(parts, { grant_type, code, redirect_uri: redirectUri, code_verifier: verifier }, [
    code,
    verifier,
  ]);
}
