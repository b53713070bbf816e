namespace HomeCloud.Dns.Telemetry.Health;

/// <param name="Ready">False: do not send clients here.</param>
/// <param name="Detail">For a person; also when ready, where something is degraded.</param>
public sealed record ReadinessResult(bool Ready, string Detail);
