/** Every error this package throws on purpose. */

export class OperationsPortError extends Error {
  readonly code = "telemetry.port";

  constructor(host: string, port: number, cause: unknown) {
    super(
      `Metrics and health cannot be served on port ${port} of ${host}; ` +
        "set STELLWERK_METRICS_PORT to a free port, or leave it out",
      { cause },
    );
    this.name = "OperationsPortError";
  }
}
