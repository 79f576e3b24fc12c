/**
 * What a sealed text belongs to: bound into the seal, so that a row's secret
 * copied into another row cannot be opened there.
 */

export function connectionSecretsContext(connectionId: string): string {
  return `connection/${connectionId}/secrets`;
}

export function sourceTokenContext(sourceId: string): string {
  return `source/${sourceId}/token`;
}

export function connectionTokenContext(connectionId: string): string {
  return `connection/${connectionId}/token`;
}

export function oauthVerifierContext(stateId: string): string {
  return `oauth-state/${stateId}/verifier`;
}
